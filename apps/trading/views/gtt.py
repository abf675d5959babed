"""The endpoints of triggers that stand. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.schema import page_of
from apps.core.api.views import View, filters
from apps.trading import services
from apps.trading.constants import TRADE_PERMISSION
from apps.trading.selectors import gtt as gtt_selectors
from apps.trading.serializers.gtt import GttIn, GttModifyIn, GttOut, GttsIn
from apps.trading.services import GttTicket, Trigger

PAIR = OpenApiExample(
    "A stop and a target",
    value={
        "instrument": "RELIANCE",
        "side": "SELL",
        "quantity": 10,
        "triggers": [
            {"trigger_price": "1600.00", "price": "1598.00"},
            {"trigger_price": "2700.00", "price": "2700.00"},
        ],
    },
    request_only=True,
)

RAISED = OpenApiExample(
    "Another trigger", value={"triggers": [{"trigger_price": "1650.00", "price": "1648.00"}]}, request_only=True
)


class GttsView(View):
    """Triggers: setting and listing them."""

    required_permissions = {"POST": TRADE_PERMISSION}
    entitled_methods = frozenset({"POST"})

    @extend_schema(operation_id="tradingGttList", parameters=[GttsIn], responses=page_of(GttOut))
    def get(self, _request: Request) -> Response:
        """List triggers, newest first unless ordered otherwise."""
        params = self.query(GttsIn)
        return self.page(gtt_selectors.list_gtts(user=self.user, **filters(params)), GttOut, params=params)

    @extend_schema(operation_id="tradingGttCreate", request=GttIn, responses={201: GttOut}, examples=[PAIR])
    def post(self, _request: Request) -> Response:
        """Set a trigger, or two of which the first that is met counts."""
        body = self.body(GttIn)
        triggers = tuple(Trigger(**each) for each in body.pop("triggers"))
        ticket = GttTicket(**body, triggers=triggers)
        row = services.create_gtt(user=self.user, ticket=ticket, now=market_clock.now())
        return Response(GttOut(row).data, status=201)


class GttView(View):
    """One trigger."""

    required_permissions = {"PATCH": TRADE_PERMISSION, "DELETE": TRADE_PERMISSION}

    @extend_schema(operation_id="tradingGttRetrieve", responses=GttOut)
    def get(self, _request: Request, gtt_id: int) -> Response:
        """Show a trigger."""
        return Response(GttOut(gtt_selectors.get_gtt(user=self.user, gtt_id=gtt_id)).data)

    @extend_schema(operation_id="tradingGttModify", request=GttModifyIn, responses=GttOut, examples=[RAISED])
    def patch(self, _request: Request, gtt_id: int) -> Response:
        """Change the quantity or the triggers of what stands."""
        body = self.body(GttModifyIn)
        triggers = tuple(Trigger(**each) for each in body.pop("triggers", ()))
        row = services.modify_gtt(user=self.user, gtt_id=gtt_id, now=market_clock.now(), triggers=triggers, **body)
        return Response(GttOut(row).data)

    @extend_schema(operation_id="tradingGttCancel", responses=GttOut)
    def delete(self, _request: Request, gtt_id: int) -> Response:
        """Take a trigger away; an order that it placed stays."""
        return Response(GttOut(services.cancel_gtt(user=self.user, gtt_id=gtt_id)).data)
