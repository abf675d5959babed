"""Core's routes. What does not belong here: anything but paths."""

from django.urls import path

from apps.core import views

health_urlpatterns = [
    path("health/live", views.HealthLiveView.as_view()),
    path("health/ready", views.HealthReadyView.as_view()),
]

metrics_urlpatterns = [path("metrics", views.MetricsView.as_view())]

urlpatterns = [
    *health_urlpatterns,
    path("config/public", views.ConfigPublicView.as_view()),
    path("events", views.EventStreamView.as_view()),
    path("events/ticket", views.EventTicketView.as_view()),
]
