"""The routes below /trading/. What does not belong here: views."""

from django.urls import path

from apps.trading.views import gtt, margins, orders, positions

urlpatterns = [
    path("account", orders.AccountView.as_view()),
    path("margins", margins.MarginsView.as_view()),
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
    path("trades/", positions.TradesView.as_view()),
]
