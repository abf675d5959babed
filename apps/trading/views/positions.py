"""The endpoints of positions, holdings and closed trades. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.schema import page_of
from apps.core.api.views import View, filters
from apps.trading import selectors, services
from apps.trading.constants import TRADE_PERMISSION
from apps.trading.serializers import (
    CloseIn,
    ConversionOut,
    ConvertIn,
    HeldIn,
    HoldingOut,
    OrderOut,
    PaperTradeOut,
    PaperTradesIn,
    PositionOut,
    PositionsIn,
)
from apps.trading.serializers.accounts import AccountFilterIn

TO_DELIVERY = OpenApiExample("To delivery", value={"product": "CNC", "quantity": 5}, request_only=True)
PART = OpenApiExample("A part", value={"quantity": 5}, request_only=True)


class PositionsView(View):
    """What is held now."""

    @extend_schema(operation_id="tradingPositionsList", parameters=[PositionsIn], responses=page_of(PositionOut))
    def get(self, _request: Request) -> Response:
        """List positions at their last prices; what was closed today is among them."""
        params = self.query(PositionsIn)
        rows = services.list_positions(user=self.user, now=market_clock.now(), **filters(params))
        return self.page(rows, PositionOut, params=params)


class PositionCloseView(View):
    """Leaving a position."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingPositionsClose", request=CloseIn, responses={201: OrderOut}, examples=[PART])
    def post(self, _request: Request, position_id: int) -> Response:
        """Close a position at market, all of it or a part."""
        order = services.close_position(
            user=self.user, position_id=position_id, now=market_clock.now(), **self.body(CloseIn)
        )
        return Response(OrderOut(order).data, status=201)


class PositionConvertView(View):
    """Holding a position under another product."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(
        operation_id="tradingPositionsConvert", request=ConvertIn, responses=ConversionOut, examples=[TO_DELIVERY]
    )
    def post(self, _request: Request, position_id: int) -> Response:
        """Move a position, or a part, to another product at its average price."""
        converted = services.convert_position(
            user=self.user, position_id=position_id, now=market_clock.now(), **self.body(ConvertIn)
        )
        return Response(ConversionOut(converted).data)


class PositionsCloseAllView(View):
    """Leaving every position."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingPositionsCloseAll", request=AccountFilterIn, responses=OrderOut(many=True))
    def post(self, _request: Request) -> Response:
        """Close every position at market; an order that is refused is in the answer, rejected."""
        orders = services.close_all(user=self.user, now=market_clock.now(), **self.body(AccountFilterIn))
        return Response(OrderOut(orders, many=True).data)


class HoldingsView(View):
    """Shares held for delivery."""

    @extend_schema(operation_id="tradingHoldingsList", parameters=[HeldIn], responses=page_of(HoldingOut))
    def get(self, _request: Request) -> Response:
        """List shares held for delivery since before today."""
        params = self.query(HeldIn)
        rows = services.list_holdings(user=self.user, now=market_clock.now(), **filters(params))
        return self.page(rows, HoldingOut, params=params)


class TradesView(View):
    """Closed round trips."""

    @extend_schema(operation_id="tradingTradesList", parameters=[PaperTradesIn], responses=page_of(PaperTradeOut))
    def get(self, _request: Request) -> Response:
        """List closed round trips, oldest first."""
        params = self.query(PaperTradesIn)
        rows = selectors.list_trades(user=self.user, **filters(params))
        return self.page(rows, PaperTradeOut, params=params)
