"""The endpoints of the rulebook. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.adminpanel.serializers.market_rules import (
    MarketRuleChangeIn,
    MarketRuleIn,
    MarketRuleOut,
    MarketRuleRowOut,
    MarketRulesIn,
    MarketRuleTableOut,
)
from apps.core.api.schema import page_of
from apps.core.api.serializers import PageIn
from apps.core.api.views import View, client_ip, filters
from apps.market import selectors as market_selectors
from apps.market import services as market_services

SOURCE = "Finance Act 2027"
COLUMNS = {"segment": "options", "side": "SELL", "rate_pct": "0.2"}
NEW_RULE = OpenApiExample(
    "Securities transaction tax from a date on",
    value={"table": "stt", "valid_from": "2027-04-01", "columns": COLUMNS, "source": SOURCE, "note": ""},
    request_only=True,
)
RULE = OpenApiExample(
    "An added row",
    value={
        "id": 1,
        "table": "stt",
        "valid_from": "2027-04-01",
        "columns": COLUMNS,
        "source": SOURCE,
        "note": "",
        "is_active": True,
        "created_by": "superadmin@papertrade.local",
        "created_at": "2027-02-01T11:30:00+05:30",
        "updated_at": "2027-02-01T11:30:00+05:30",
    },
    response_only=True,
)


class MarketRuleListCreateView(View):
    """Rows that administrators added to the rulebook."""

    required_permissions = {"GET": "market_rules.view", "POST": "market_rules.manage"}

    @extend_schema(
        operation_id="adminpanelMarketRulesList", parameters=[MarketRulesIn], responses=page_of(MarketRuleOut)
    )
    def get(self, _request: Request) -> Response:
        """List added rows, newest first, those that are switched off included."""
        params = self.query(MarketRulesIn)
        return self.page(market_selectors.list_rules(**filters(params)), MarketRuleOut, params=params)

    @extend_schema(
        operation_id="adminpanelMarketRulesCreate",
        request=MarketRuleIn,
        responses={201: MarketRuleOut},
        examples=[NEW_RULE, RULE],
    )
    def post(self, request: Request) -> Response:
        """Add a row to a table of the rulebook; in force within seconds, and written to the activity log."""
        rule = market_services.add_rule(user=self.user, values=self.body(MarketRuleIn), ip_address=client_ip(request))
        return Response(MarketRuleOut(rule).data, status=201)


class MarketRuleDetailView(View):
    """One added row."""

    required_permissions = {"GET": "market_rules.view", "PATCH": "market_rules.manage"}

    @extend_schema(operation_id="adminpanelMarketRulesRetrieve", responses=MarketRuleOut, examples=[RULE])
    def get(self, _request: Request, rule_id: int) -> Response:
        """Show an added row."""
        return Response(MarketRuleOut(market_selectors.get_rule(rule_id=rule_id)).data)

    @extend_schema(
        operation_id="adminpanelMarketRulesUpdate", request=MarketRuleChangeIn, responses=MarketRuleOut, examples=[RULE]
    )
    def patch(self, request: Request, rule_id: int) -> Response:
        """Switch a row off or on again; nothing is deleted, and the activity log says who did it."""
        rule = market_services.switch_rule(
            user=self.user, rule_id=rule_id, **self.body(MarketRuleChangeIn), ip_address=client_ip(request)
        )
        return Response(MarketRuleOut(rule).data)


class MarketRuleTableListView(View):
    """The tables of the rulebook."""

    required_permissions = {"GET": "market_rules.view"}

    @extend_schema(
        operation_id="adminpanelMarketRuleTablesList", parameters=[PageIn], responses=page_of(MarketRuleTableOut)
    )
    def get(self, _request: Request) -> Response:
        """List the tables with their columns; a row has all of them, valid_from and source."""
        return self.page(market_selectors.list_rule_tables(), MarketRuleTableOut, params=self.query(PageIn))


class MarketRuleTableRowsView(View):
    """One table of the rulebook."""

    required_permissions = {"GET": "market_rules.view"}

    @extend_schema(
        operation_id="adminpanelMarketRuleTableRowsList", parameters=[PageIn], responses=page_of(MarketRuleRowOut)
    )
    def get(self, _request: Request, table: str) -> Response:
        """List the rows of a table as they are in force, of the data files and added ones, by date."""
        params = self.query(PageIn)
        return self.page(market_selectors.list_rule_rows(table=table), MarketRuleRowOut, params=params)
