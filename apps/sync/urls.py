"""Routes of sync. What does not belong here: anything but paths."""

from django.urls import path

from apps.sync import views

urlpatterns = [
    path("trigger-normal", views.SyncNormalView.as_view()),
    path("trigger-hard", views.SyncHardView.as_view()),
    path("logs/", views.SyncLogListView.as_view()),
    path("logs/<int:log_id>/", views.SyncLogDetailView.as_view()),
    path("import", views.SyncImportView.as_view()),
    path("market-status/", views.MarketStatusView.as_view()),
]
