"""The endpoints of watchlists and price alerts. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.schema import page_of
from apps.core.api.serializers import NothingIn, PageIn
from apps.core.api.views import View, filters
from apps.trading import services
from apps.trading.selectors import watching
from apps.trading.serializers import (
    AlertIn,
    AlertOut,
    AlertsIn,
    WatchedQuotesOut,
    WatchlistChangeIn,
    WatchlistIn,
    WatchlistOut,
)

LIST = OpenApiExample("Two instruments", value={"name": "Mine", "instruments": ["RELIANCE", "NIFTY50"]})
REORDERED = OpenApiExample("Another order", value={"instruments": ["NIFTY50", "RELIANCE"]}, request_only=True)
ALERT = OpenApiExample(
    "At 2,700 or above", value={"instrument": "RELIANCE", "condition": "above", "level": "2700.00"}, request_only=True
)


class WatchlistsView(View):
    """Watchlists."""

    @extend_schema(operation_id="tradingWatchlistsList", parameters=[PageIn], responses=page_of(WatchlistOut))
    def get(self, _request: Request) -> Response:
        """List watchlists, oldest first."""
        return self.page(watching.list_watchlists(user=self.user), WatchlistOut, params=self.query(PageIn))

    @extend_schema(
        operation_id="tradingWatchlistsCreate", request=WatchlistIn, responses={201: WatchlistOut}, examples=[LIST]
    )
    def post(self, _request: Request) -> Response:
        """Keep a list of instruments."""
        watchlist = services.create_watchlist(user=self.user, **self.body(WatchlistIn))
        return Response(WatchlistOut(watchlist).data, status=201)


class WatchlistView(View):
    """One watchlist."""

    @extend_schema(operation_id="tradingWatchlistsRetrieve", responses=WatchlistOut)
    def get(self, _request: Request, watchlist_id: int) -> Response:
        """Show a watchlist."""
        return Response(WatchlistOut(watching.get_watchlist(user=self.user, watchlist_id=watchlist_id)).data)

    @extend_schema(
        operation_id="tradingWatchlistsModify", request=WatchlistChangeIn, responses=WatchlistOut, examples=[REORDERED]
    )
    def patch(self, _request: Request, watchlist_id: int) -> Response:
        """Rename a watchlist, or replace what it holds."""
        values = self.body(WatchlistChangeIn)
        watchlist = services.update_watchlist(user=self.user, watchlist_id=watchlist_id, **values)
        return Response(WatchlistOut(watchlist).data)

    @extend_schema(operation_id="tradingWatchlistsDelete", responses={204: None})
    def delete(self, _request: Request, watchlist_id: int) -> Response:
        """Forget a watchlist."""
        services.delete_watchlist(user=self.user, watchlist_id=watchlist_id)
        return Response(status=204)


class WatchlistInstrumentView(View):
    """One instrument of a watchlist."""

    @extend_schema(operation_id="tradingWatchlistsInstrumentAdd", request=None, responses=WatchlistOut)
    def put(self, _request: Request, watchlist_id: int, instrument: str) -> Response:
        """Put an instrument at the end of a watchlist; one that stands in it stays where it is."""
        watchlist = services.add_instrument(user=self.user, watchlist_id=watchlist_id, instrument=instrument)
        return Response(WatchlistOut(watchlist).data)

    @extend_schema(operation_id="tradingWatchlistsInstrumentRemove", responses=WatchlistOut)
    def delete(self, _request: Request, watchlist_id: int, instrument: str) -> Response:
        """Take an instrument, by its key, out of a watchlist."""
        watchlist = services.remove_instrument(user=self.user, watchlist_id=watchlist_id, instrument=instrument)
        return Response(WatchlistOut(watchlist).data)


class WatchlistQuotesView(View):
    """Last prices of a watchlist."""

    @extend_schema(operation_id="tradingWatchlistsQuotesList", responses=WatchedQuotesOut)
    def get(self, _request: Request, watchlist_id: int) -> Response:
        """Show the last price of each instrument of a watchlist, in its order."""
        quotes = services.quote_watchlist(user=self.user, watchlist_id=watchlist_id, now=market_clock.now())
        return Response(WatchedQuotesOut(quotes).data)


class AlertsView(View):
    """Price alerts."""

    @extend_schema(operation_id="tradingAlertsList", parameters=[AlertsIn], responses=page_of(AlertOut))
    def get(self, _request: Request) -> Response:
        """List price alerts, newest first unless ordered otherwise."""
        params = self.query(AlertsIn)
        return self.page(watching.list_alerts(user=self.user, **filters(params)), AlertOut, params=params)

    @extend_schema(operation_id="tradingAlertsCreate", request=AlertIn, responses={201: AlertOut}, examples=[ALERT])
    def post(self, _request: Request) -> Response:
        """Arm an alert: it fires once, with a notification."""
        alert = services.create_alert(user=self.user, now=market_clock.now(), **self.body(AlertIn))
        return Response(AlertOut(alert).data, status=201)


class AlertView(View):
    """One price alert."""

    @extend_schema(operation_id="tradingAlertsRetrieve", responses=AlertOut)
    def get(self, _request: Request, alert_id: int) -> Response:
        """Show a price alert."""
        return Response(AlertOut(watching.get_alert(user=self.user, alert_id=alert_id)).data)

    @extend_schema(operation_id="tradingAlertsCancel", responses=AlertOut)
    def delete(self, _request: Request, alert_id: int) -> Response:
        """Cancel a price alert that waits."""
        return Response(AlertOut(services.cancel_alert(user=self.user, alert_id=alert_id)).data)


class AlertRearmView(View):
    """A price alert once more."""

    @extend_schema(operation_id="tradingAlertsRearm", request=NothingIn, responses=AlertOut)
    def post(self, _request: Request, alert_id: int) -> Response:
        """Arm a price alert again that fired or was cancelled."""
        self.body(NothingIn)
        alert = services.rearm_alert(user=self.user, alert_id=alert_id, now=market_clock.now())
        return Response(AlertOut(alert).data)
