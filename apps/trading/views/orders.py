"""The endpoints of orders. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.drawing import drawn
from apps.core.api.schema import page_of
from apps.core.api.views import View, filters
from apps.trading import selectors, services
from apps.trading.constants import TRADE_PERMISSION
from apps.trading.serializers import (
    ModifyIn,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    OrderPreviewOut,
    OrdersIn,
    TradingAccountIn,
    TradingAccountOut,
)
from apps.trading.serializers.accounts import AccountFilterIn
from apps.trading.services import Ticket

# Whether an order is new.
STATUS = {True: 201, False: 200}
MARKET = OpenApiExample(
    "Buy at market",
    value={"instrument": "RELIANCE", "side": "BUY", "quantity": 10, "client_order_id": "my-1"},
    request_only=True,
)
STOP = OpenApiExample(
    "Sell at a stop",
    value={
        "instrument": "RELIANCE",
        "side": "SELL",
        "quantity": 10,
        "product": "MIS",
        "order_type": "SL",
        "trigger_price": "1600.00",
        "price": "1598.00",
    },
    request_only=True,
)
BRACKET = OpenApiExample(
    "Buy with a target and a stop",
    value={
        "instrument": "RELIANCE",
        "side": "BUY",
        "quantity": 10,
        "product": "MIS",
        "variety": "bracket",
        "target": "2700.00",
        "stoploss": "1600.00",
    },
    request_only=True,
)
ACCOUNT = OpenApiExample("The exchange's rules and charges", value={"fill_profile": "india"})
MODIFIED = OpenApiExample("Another limit", value={"price": "1602.50"}, request_only=True)


class OrdersView(View):
    """Orders: taking and listing them."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingOrdersList", parameters=[OrdersIn], responses=page_of(OrderOut))
    def get(self, _request: Request) -> Response:
        """List orders, newest first."""
        params = self.query(OrdersIn)
        return self.page(selectors.list_orders(user=self.user, **filters(params)), OrderOut, params=params)

    @extend_schema(
        operation_id="tradingOrdersCreate",
        request=OrderIn,
        responses={200: OrderOut, 201: OrderOut},
        examples=[MARKET, STOP, BRACKET],
    )
    def post(self, _request: Request) -> Response:
        """Place an order. The same client_order_id with the same order answers 200 with the first one."""
        ticket = Ticket(**self.body(OrderIn))
        placed = services.place_order(user=self.user, ticket=ticket, now=market_clock.now())
        return Response(drawn(OrderOut, placed.order), status=STATUS[placed.is_new])


class OrderView(View):
    """One order."""

    required_permissions = {"PATCH": TRADE_PERMISSION, "DELETE": TRADE_PERMISSION}
    # A change may enlarge an order; to end one is always possible.
    entitled_methods = frozenset({"PATCH"})

    @extend_schema(operation_id="tradingOrdersRetrieve", responses=OrderDetailOut)
    def get(self, _request: Request, order_id: int) -> Response:
        """Show an order with its steps and executions."""
        return Response(OrderDetailOut(selectors.get_order(user=self.user, order_id=order_id)).data)

    @extend_schema(operation_id="tradingOrdersModify", request=ModifyIn, responses=OrderOut, examples=[MODIFIED])
    def patch(self, _request: Request, order_id: int) -> Response:
        """Change an order that waits."""
        values = self.body(ModifyIn)
        order = services.modify_order(user=self.user, order_id=order_id, now=market_clock.now(), **values)
        return Response(OrderOut(order).data)

    @extend_schema(operation_id="tradingOrdersCancel", responses=OrderOut)
    def delete(self, _request: Request, order_id: int) -> Response:
        """Cancel what is left of an order."""
        order = services.cancel_order(user=self.user, order_id=order_id, now=market_clock.now())
        return Response(OrderOut(order).data)


class OrdersCancelAllView(View):
    """Cancelling every order that waits."""

    required_permissions = {"POST": TRADE_PERMISSION}

    @extend_schema(operation_id="tradingOrdersCancelAll", request=AccountFilterIn, responses=OrderOut(many=True))
    def post(self, _request: Request) -> Response:
        """Cancel what is left of every order that waits of an account."""
        orders = services.cancel_all(user=self.user, now=market_clock.now(), **self.body(AccountFilterIn))
        return Response(OrderOut(orders, many=True).data)


class OrderPreviewView(View):
    """What an order would do."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingOrdersPreview", request=OrderIn, responses=OrderPreviewOut, examples=[MARKET])
    def post(self, _request: Request) -> Response:
        """Show price, charges and the cash left, and why the order would be rejected; nothing is placed."""
        ticket = Ticket(**self.body(OrderIn))
        previewed = services.preview_order(user=self.user, ticket=ticket, now=market_clock.now())
        return Response(OrderPreviewOut(previewed).data)


class AccountView(View):
    """How an account is filled."""

    required_permissions = {"PATCH": TRADE_PERMISSION}

    @extend_schema(operation_id="tradingAccountRetrieve", parameters=[AccountFilterIn], responses=TradingAccountOut)
    def get(self, _request: Request) -> Response:
        """Show the fill profile of the next orders."""
        profile = services.profile_of(user=self.user, **self.query(AccountFilterIn))
        return Response(TradingAccountOut({"fill_profile": profile}).data)

    @extend_schema(
        operation_id="tradingAccountModify",
        request=TradingAccountIn,
        responses=TradingAccountOut,
        examples=[ACCOUNT],
    )
    def patch(self, _request: Request) -> Response:
        """Choose the fill profile of the next orders; those that wait keep theirs."""
        profile = services.choose_profile(user=self.user, **self.body(TradingAccountIn))
        return Response(TradingAccountOut({"fill_profile": profile}).data)
