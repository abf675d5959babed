"""Routes of sectors. What does not belong here: anything but paths."""

from django.urls import path

from apps.sectors import views

urlpatterns = [
    path("", views.SectorListCreateView.as_view()),
    path("prices/daily", views.SectorPricesDailyView.as_view()),
    path("prices/5min", views.SectorPrices5MinView.as_view()),
    path("<int:sector_id>/", views.SectorDetailView.as_view()),
]
