"""Routes of notifications. What does not belong here: anything but paths."""

from django.urls import path

from apps.notifications import views

urlpatterns = [
    path("", views.NotificationListView.as_view()),
    path("<int:pk>/mark-read", views.NotificationMarkReadView.as_view()),
    path("mark-all-read", views.NotificationMarkAllReadView.as_view()),
    path("preferences", views.PreferencesView.as_view()),
    path("channels/<str:channel>/test", views.ChannelTestView.as_view()),
    path("deliveries/", views.DeliveryListView.as_view()),
    path("unread-count", views.NotificationUnreadCountView.as_view()),
]
