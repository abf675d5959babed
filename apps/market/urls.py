"""Routes of the market, and that of the service's own description. What does not belong here: anything but paths."""

from django.urls import path

from apps.market import views

meta_urlpatterns = [
    path("meta", views.MetaView.as_view()),
]

urlpatterns = [
    path("calendar", views.CalendarView.as_view()),
    path("candles", views.CandlesView.as_view()),
    path("instruments", views.InstrumentListView.as_view()),
    path("quotes", views.QuotesView.as_view()),
]
