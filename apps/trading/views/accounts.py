"""The endpoints of paper accounts and replays. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.core.api.views import View
from apps.market.selectors import CandleQuery
from apps.trading import services
from apps.trading.constants import TRADE_PERMISSION
from apps.trading.selectors import replays
from apps.trading.serializers import WatchedQuotesOut
from apps.trading.serializers.accounts import (
    PaperAccountIn,
    PaperAccountOut,
    ReplayAdvanceIn,
    ReplayCandlesIn,
    ReplayCandlesOut,
    ReplayIn,
    ReplayOut,
    ReplayQuotesIn,
    ReplaySpeedIn,
)
from apps.wallet import selectors as wallet_selectors

ONE_DAY = OpenApiExample(
    "One day", value={"name": "Budget day", "date": "2025-02-01", "cash": "100000.00"}, request_only=True
)
THREE_BARS = OpenApiExample("Three bars", value={"bars": 3}, request_only=True)
A_MOMENT = OpenApiExample("To a moment", value={"to": "2025-02-01T11:00:00+05:30"}, request_only=True)


class AccountsView(View):
    """Paper accounts."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingAccountsList", parameters=[PageIn], responses=page_of(PaperAccountOut))
    def get(self, _request: Request) -> Response:
        """List paper accounts, oldest first; that for practice appears when it first trades."""
        return self.page(wallet_selectors.list_accounts(user=self.user), PaperAccountOut, params=self.query(PageIn))

    @extend_schema(operation_id="tradingAccountsCreate", request=PaperAccountIn, responses={201: PaperAccountOut})
    def post(self, _request: Request) -> Response:
        """Open a further paper account."""
        account = services.open_account(user=self.user, **self.body(PaperAccountIn))
        return Response(PaperAccountOut(account).data, status=201)


class ReplaysView(View):
    """Replays of the market."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingReplaysList", parameters=[PageIn], responses=page_of(ReplayOut))
    def get(self, _request: Request) -> Response:
        """List replays, newest first."""
        return self.page(replays.list_replays(user=self.user), ReplayOut, params=self.query(PageIn))

    @extend_schema(
        operation_id="tradingReplaysCreate", request=ReplayIn, responses={201: ReplayOut}, examples=[ONE_DAY]
    )
    def post(self, _request: Request) -> Response:
        """Begin to trade on a past day, with an account of its own."""
        return Response(ReplayOut(services.start_replay(user=self.user, **self.body(ReplayIn))).data, status=201)


class ReplayView(View):
    """One replay."""

    required_permissions = {"PATCH": TRADE_PERMISSION}
    entitled_methods = frozenset({"PATCH"})

    @extend_schema(operation_id="tradingReplaysRetrieve", responses=ReplayOut)
    def get(self, _request: Request, replay_id: int) -> Response:
        """Show a replay and where its clock stands."""
        return Response(ReplayOut(replays.get_replay(user=self.user, replay_id=replay_id)).data)

    @extend_schema(operation_id="tradingReplaysModify", request=ReplaySpeedIn, responses=ReplayOut)
    def patch(self, _request: Request, replay_id: int) -> Response:
        """Let the clock move by itself, or stop it."""
        replay = services.set_speed(user=self.user, replay_id=replay_id, **self.body(ReplaySpeedIn))
        return Response(ReplayOut(replay).data)


class ReplayAdvanceView(View):
    """Moving a replay's clock."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(
        operation_id="tradingReplaysAdvance",
        request=ReplayAdvanceIn,
        responses=ReplayOut,
        examples=[THREE_BARS, A_MOMENT],
    )
    def post(self, _request: Request, replay_id: int) -> Response:
        """Move the clock on; what waits is worked on bar by bar."""
        replay = services.advance_replay(user=self.user, replay_id=replay_id, **self.body(ReplayAdvanceIn))
        return Response(ReplayOut(replay).data)


class ReplayQuotesView(View):
    """Last prices of a replay."""

    @extend_schema(operation_id="tradingReplaysQuotesList", parameters=[ReplayQuotesIn], responses=WatchedQuotesOut)
    def get(self, _request: Request, replay_id: int) -> Response:
        """Show the last prices that were known at the replay's clock."""
        quotes = services.quote_replay(user=self.user, replay_id=replay_id, **self.query(ReplayQuotesIn))
        return Response(WatchedQuotesOut(quotes).data)


class ReplayCandlesView(View):
    """Candles of a replay."""

    @extend_schema(
        operation_id="tradingReplaysCandlesRetrieve", parameters=[ReplayCandlesIn], responses=ReplayCandlesOut
    )
    def get(self, _request: Request, replay_id: int, instrument: str) -> Response:
        """Show the newest candles of an instrument that were final at the replay's clock."""
        query = CandleQuery(instrument=instrument, **self.query(ReplayCandlesIn))
        page = services.replay_candles(user=self.user, replay_id=replay_id, query=query)
        return Response(ReplayCandlesOut(page).data)
