"""The routes below /trading/. What does not belong here: views."""

from django.urls import path

from apps.trading.views import accounts, gtt, margins, orders, portfolio, positions, watching

urlpatterns = [
    path("account", orders.AccountView.as_view()),
    path("accounts/", accounts.AccountsView.as_view()),
    path("margins", margins.MarginsView.as_view()),
    path("replays", accounts.ReplaysView.as_view()),
    path("replays/<int:replay_id>", accounts.ReplayView.as_view()),
    path("replays/<int:replay_id>/advance", accounts.ReplayAdvanceView.as_view()),
    path("replays/<int:replay_id>/candles/<str:instrument>", accounts.ReplayCandlesView.as_view()),
    path("replays/<int:replay_id>/quotes", accounts.ReplayQuotesView.as_view()),
    path("orders/", orders.OrdersView.as_view()),
    path("orders/cancel-all", orders.OrdersCancelAllView.as_view()),
    path("orders/preview", orders.OrderPreviewView.as_view()),
    path("orders/<int:order_id>/", orders.OrderView.as_view()),
    path("positions/", positions.PositionsView.as_view()),
    path("positions/close-all", positions.PositionsCloseAllView.as_view()),
    path("positions/<int:position_id>/close", positions.PositionCloseView.as_view()),
    path("positions/<int:position_id>/convert", positions.PositionConvertView.as_view()),
    path("gtt/", gtt.GttsView.as_view()),
    path("gtt/<int:gtt_id>/", gtt.GttView.as_view()),
    path("holdings/", positions.HoldingsView.as_view()),
    path("portfolio", portfolio.PortfolioView.as_view()),
    path("portfolio/history", portfolio.PortfolioHistoryView.as_view()),
    path("trades/", positions.TradesView.as_view()),
    path("watchlists/", watching.WatchlistsView.as_view()),
    path("watchlists/<int:watchlist_id>/", watching.WatchlistView.as_view()),
    path("watchlists/<int:watchlist_id>/instruments/<str:instrument>/", watching.WatchlistInstrumentView.as_view()),
    path("watchlists/<int:watchlist_id>/quotes", watching.WatchlistQuotesView.as_view()),
    path("alerts/", watching.AlertsView.as_view()),
    path("alerts/<int:alert_id>/", watching.AlertView.as_view()),
    path("alerts/<int:alert_id>/rearm", watching.AlertRearmView.as_view()),
]
