"""Routes of the market, and that of the service's own description. What does not belong here: anything but paths."""

from django.urls import path

from apps.market.views import market, options, quality

meta_urlpatterns = [
    path("meta", market.MetaView.as_view()),
]

# Their tables are in apps/options; what needs the price of a stock or a sector is answered here.
options_urlpatterns = [
    path("candles/5min", options.OptionCandlesView.as_view()),
    path("chain", options.ChainView.as_view()),
    path("contracts/", options.ContractListView.as_view()),
    path("expiries", options.ExpiryListView.as_view()),
    path("payoff", options.PayoffView.as_view()),
]

urlpatterns = [
    path("calendar", market.CalendarView.as_view()),
    path("candles", market.CandlesView.as_view()),
    path("instruments", market.InstrumentListView.as_view()),
    path("quality", quality.QualityView.as_view()),
    path("quotes", market.QuotesView.as_view()),
]
