"""Routes of backtests. What does not belong here: anything but paths."""

from django.urls import path

from apps.backtests import views

urlpatterns = [
    path("run", views.RunCreateView.as_view()),
    path("run-options", views.OptionRunCreateView.as_view()),
    path("run-portfolio", views.PortfolioRunCreateView.as_view()),
    path("runs/", views.RunListView.as_view()),
    path("runs/<uuid:run_id>/", views.RunDetailView.as_view()),
    path("runs/<uuid:run_id>/cancel", views.RunCancelView.as_view()),
    path("runs/<uuid:run_id>/rerun", views.RunRerunView.as_view()),
    path("runs/<uuid:run_id>/options", views.RunOptionsView.as_view()),
    path("runs/<uuid:run_id>/trades/", views.RunTradeListView.as_view()),
    path("runs/<uuid:run_id>/equity", views.RunEquityView.as_view()),
    path("runs/<uuid:run_id>/drawdowns", views.RunDrawdownListView.as_view()),
    path("runs/<uuid:run_id>/heatmap", views.RunHeatmapView.as_view()),
    path("runs/<uuid:run_id>/export_csv", views.RunExportCsvView.as_view()),
    path("runs/<uuid:run_id>/export_xlsx", views.RunExportXlsxView.as_view()),
    path("runs/<uuid:run_id>/export_json", views.RunExportJsonView.as_view()),
    path("runs/<uuid:run_id>/report", views.RunReportView.as_view()),
    path("runs/<uuid:run_id>/compare", views.RunCompareView.as_view()),
    path("runs/<uuid:run_id>/sensitivity", views.RunSensitivityView.as_view()),
    path("runs/<uuid:run_id>/monte-carlo", views.RunMonteCarloView.as_view()),
    path("sweep", views.SweepCreateView.as_view()),
    path("walk-forward", views.WalkForwardCreateView.as_view()),
    path("sweeps/", views.SweepListView.as_view()),
    path("sweeps/<uuid:sweep_id>/", views.SweepDetailView.as_view()),
    path("sweeps/<uuid:sweep_id>/rows/", views.SweepRowListView.as_view()),
    path("sweeps/<uuid:sweep_id>/heatmap", views.SweepHeatmapView.as_view()),
    path("sweeps/<uuid:sweep_id>/cancel", views.SweepCancelView.as_view()),
]
