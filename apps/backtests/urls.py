"""Routes of backtests. What does not belong here: anything but paths."""

from django.urls import path

from apps.backtests import views

urlpatterns = [
    path("run", views.RunCreateView.as_view()),
    path("runs/", views.RunListView.as_view()),
    path("runs/<uuid:run_id>/", views.RunDetailView.as_view()),
    path("runs/<uuid:run_id>/cancel", views.RunCancelView.as_view()),
    path("runs/<uuid:run_id>/trades/", views.RunTradeListView.as_view()),
    path("runs/<uuid:run_id>/equity", views.RunEquityView.as_view()),
    path("runs/<uuid:run_id>/export_csv", views.RunExportCsvView.as_view()),
    path("runs/<uuid:run_id>/compare", views.RunCompareView.as_view()),
]
