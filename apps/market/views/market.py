"""The endpoints of the market and of the service's own description. What does not belong here: rules, queries."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.schema import page_of
from apps.core.api.sharing import shared
from apps.core.api.views import PublicView, View, filters
from apps.market import selectors
from apps.market.serializers import (
    CalendarDayOut,
    CalendarIn,
    CandlesIn,
    CandlesOut,
    InstrumentOut,
    InstrumentsIn,
    MetaOut,
    QuotesIn,
    QuotesOut,
)

HOLIDAY = OpenApiExample(
    "A holiday",
    value={"date": "2026-01-26", "is_open": False, "reason": "Republic Day", "sessions": []},
    response_only=True,
)
TRADING_DAY = OpenApiExample(
    "A trading day",
    value={
        "date": "2026-01-27",
        "is_open": True,
        "reason": None,
        "sessions": [{"open": "09:15", "close": "15:30"}],
    },
    response_only=True,
)
CANDLES = OpenApiExample(
    "Two days of an imported stock",
    value={
        "instrument": "RELIANCE",
        "interval": "1d",
        "source": "import",
        "version": None,
        "adjusted": False,
        "unadjusted_dates": [],
        "next_to": "2025-01-01T09:15:00+05:30",
        "time": ["2025-01-01T09:15:00+05:30", "2025-01-02T09:15:00+05:30"],
        "open": [1215.0, 1222.25],
        "high": [1226.55, 1244.0],
        "low": [1211.6, 1217.75],
        "close": [1221.25, 1241.6],
        "volume": [5892320, 11304700],
    },
    response_only=True,
)


def _calendar_etag(_request: Request) -> str:
    return selectors.calendar_etag()


def _meta_etag(_request: Request) -> str:
    return selectors.get_meta(now=market_clock.now()).etag


class MetaView(PublicView):
    """What a client needs to know before it starts."""

    @extend_schema(operation_id="metaRetrieve", responses=MetaOut)
    @method_decorator(condition(etag_func=_meta_etag))
    def get(self, _request: Request) -> Response:
        """Show version, features, data mode, market state, limits, and every enum with its labels."""
        return Response(MetaOut(selectors.get_meta(now=market_clock.now())).data)


class CalendarView(View):
    """The days of the market."""

    @extend_schema(
        operation_id="marketCalendarList",
        parameters=[CalendarIn],
        responses=CalendarDayOut(many=True),
        examples=[HOLIDAY, TRADING_DAY],
    )
    @method_decorator(condition(etag_func=_calendar_etag))
    def get(self, _request: Request) -> Response:
        """List days with their sessions, or why they are closed.

        It is the calendar of the provider, changed by what an administrator says of a day. In the synthetic market
        Muhurat and weekend sessions are closed days and every session ends at 15:30, also after 3 August 2026; with
        real files the days are the rulebook's, with the hours of shares without derivatives.
        """
        return Response(CalendarDayOut(selectors.list_calendar(**self.query(CalendarIn)), many=True).data)


class InstrumentListView(View):
    """Everything that has a price."""

    @extend_schema(operation_id="marketInstrumentsList", parameters=[InstrumentsIn], responses=page_of(InstrumentOut))
    def get(self, _request: Request) -> Response:
        """List active stocks and sectors by key, with what other platforms call them."""
        params = self.query(InstrumentsIn)
        return self.page(selectors.list_instruments(**filters(params)), InstrumentOut, params=params)


class CandlesView(View):
    """Candles of any instrument."""

    @extend_schema(
        operation_id="marketCandlesRetrieve", parameters=[CandlesIn], responses=CandlesOut, examples=[CANDLES]
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show the newest final candles of a range as columns; next_to pages back. The ETag is the content's."""
        return Response(CandlesOut(selectors.get_candles(now=market_clock.now(), **self.query(CandlesIn))).data)


class QuotesView(View):
    """Last prices."""

    @extend_schema(operation_id="marketQuotesList", parameters=[QuotesIn], responses=QuotesOut)
    @shared
    def get(self, _request: Request) -> Response:
        """Show the last price of each instrument."""
        return Response(QuotesOut(selectors.get_quotes(now=market_clock.now(), **self.query(QuotesIn))).data)
