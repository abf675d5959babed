"""The strategies' endpoints. What does not belong here: rules, queries."""

from __future__ import annotations

from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.schema import page_of
from apps.core.api.serializers import SearchIn
from apps.core.api.views import View, filters
from apps.strategies import selectors, services
from apps.strategies.serializers import (
    CatalogueOut,
    CloneIn,
    PredefinedStrategyDetailOut,
    PredefinedStrategyOut,
    PreviewIn,
    PreviewOut,
    RuleBasedListIn,
    RuleBasedStrategyIn,
    RuleBasedStrategyOut,
    ValidateIn,
    VerdictOut,
)

RULES_EXAMPLE = {
    "name": "Trend with RSI",
    "enter_long": {
        "all": [
            {"left": "EMA(9)", "op": "CROSS_ABOVE", "right": "EMA(21)"},
            {"left": "RSI(14)", "op": "<", "right": 70},
        ]
    },
    "exit_long": {"left": "EMA(9)", "op": "CROSS_BELOW", "right": "EMA(21)"},
    "exits": {"stop_loss_pct": 2, "target_pct": 4},
}
SCRIPT_EXAMPLE = """//@version=6
strategy("Crossover")
fast = input.int(9, "Fast")
if ta.crossover(ta.ema(close, fast), ta.ema(close, 21))
    strategy.entry("Long", strategy.long)
"""


class PredefinedStrategyListView(View):
    """The strategies that ship."""

    @extend_schema(
        operation_id="strategiesPredefinedList", parameters=[SearchIn], responses=page_of(PredefinedStrategyOut)
    )
    def get(self, _request: Request) -> Response:
        """List the predefined strategies with their parameters."""
        params = self.query(SearchIn)
        rows = selectors.list_predefined(user=self.user, **filters(params))
        return self.page(rows, PredefinedStrategyOut, params=params)


class PredefinedStrategyDetailView(View):
    """One strategy that ships."""

    @extend_schema(operation_id="strategiesPredefinedRetrieve", responses=PredefinedStrategyDetailOut)
    def get(self, _request: Request, pk: int) -> Response:
        """Show a predefined strategy with its rules."""
        return Response(PredefinedStrategyDetailOut(selectors.get_predefined(user=self.user, pk=pk)).data)


class RuleBasedStrategyListCreateView(View):
    """A user's own strategies."""

    required_permissions = {"POST": "strategies.manage_own"}

    @extend_schema(
        operation_id="strategiesRuleBasedList", parameters=[RuleBasedListIn], responses=page_of(RuleBasedStrategyOut)
    )
    def get(self, _request: Request) -> Response:
        """List the own strategies, or with scope=public those that other users published; newest first."""
        params = self.query(RuleBasedListIn)
        rows = services.list_readable(user=self.user, **filters(params))
        return self.page(rows, RuleBasedStrategyOut, params=params)

    @extend_schema(
        operation_id="strategiesRuleBasedCreate",
        request=RuleBasedStrategyIn,
        responses={201: RuleBasedStrategyOut},
        examples=[
            OpenApiExample(
                "Crossover with a filter",
                value={"name": "Trend with RSI", "rules_json": RULES_EXAMPLE, "is_public": False},
                request_only=True,
            )
        ],
    )
    def post(self, _request: Request) -> Response:
        """Keep a strategy; rules that cannot be understood are refused with INVALID_RULES."""
        strategy = services.create_rule_based(user=self.user, **self.body(RuleBasedStrategyIn))
        return Response(RuleBasedStrategyOut(strategy).data, status=201)


class RuleBasedStrategyDetailView(View):
    """One of a user's own strategies; a public one is readable by everybody."""

    required_permissions = {"PATCH": "strategies.manage_own", "DELETE": "strategies.manage_own"}

    @extend_schema(operation_id="strategiesRuleBasedRetrieve", responses=RuleBasedStrategyOut)
    def get(self, _request: Request, pk: int) -> Response:
        """Show an own or public strategy."""
        return Response(RuleBasedStrategyOut(services.get_readable(user=self.user, pk=pk)).data)

    @extend_schema(
        operation_id="strategiesRuleBasedUpdate", request=RuleBasedStrategyIn, responses=RuleBasedStrategyOut
    )
    def patch(self, _request: Request, pk: int) -> Response:
        """Change an own strategy; past runs keep what they ran."""
        changes = self.body(RuleBasedStrategyIn, partial=True)
        strategy = services.update_rule_based(user=self.user, pk=pk, changes=changes)
        return Response(RuleBasedStrategyOut(strategy).data)

    @extend_schema(operation_id="strategiesRuleBasedDeactivate", responses={204: None})
    def delete(self, _request: Request, pk: int) -> Response:
        """Take an own strategy out of use; past runs stay."""
        services.deactivate_rule_based(user=self.user, pk=pk)
        return Response(status=204)


class RuleBasedStrategyCloneView(View):
    """A copy of a strategy."""

    required_permissions = {"POST": "strategies.manage_own"}

    @extend_schema(operation_id="strategiesRuleBasedClone", request=CloneIn, responses={201: RuleBasedStrategyOut})
    def post(self, _request: Request, pk: int) -> Response:
        """Copy an own or a public strategy into a private one of the caller's."""
        strategy = services.clone_rule_based(user=self.user, pk=pk, **self.body(CloneIn))
        return Response(RuleBasedStrategyOut(strategy).data, status=201)


def _catalogue_etag(_request: Request) -> str:
    return services.catalogue().etag


class CatalogueView(View):
    """What a visual builder draws itself from."""

    @extend_schema(operation_id="strategiesCatalogueRetrieve", responses=CatalogueOut)
    @method_decorator(condition(etag_func=_catalogue_etag))
    def get(self, _request: Request) -> Response:
        """List indicators with parameters, bounds and outputs, operators, prices, exits, sizing, statistics."""
        return Response(services.catalogue().document)


class ValidateView(View):
    """Whether a text is a strategy."""

    key_methods = View.key_methods | {"POST"}

    @extend_schema(
        operation_id="strategiesValidate",
        request=ValidateIn,
        responses=VerdictOut,
        examples=[
            OpenApiExample("Rules", value={"rules": RULES_EXAMPLE}, request_only=True),
            OpenApiExample("Script", value={"script": SCRIPT_EXAMPLE}, request_only=True),
        ],
    )
    def post(self, _request: Request) -> Response:
        """Say what the engine understands of rules or of a script, or what is wrong and where; nothing is kept."""
        return Response(VerdictOut(services.validate(**self.body(ValidateIn))).data)


class PreviewView(View):
    """A strategy on a chart."""

    key_methods = View.key_methods | {"POST"}

    @extend_schema(
        operation_id="strategiesPreview",
        request=PreviewIn,
        responses=PreviewOut,
        examples=[
            OpenApiExample(
                "A year of days",
                value={
                    "instrument": "RELIANCE",
                    "interval": "1d",
                    "start_date": "2024-01-01",
                    "end_date": "2024-12-31",
                    "rules": RULES_EXAMPLE,
                },
                request_only=True,
            ),
            OpenApiExample(
                "A script",
                value={
                    "instrument": "RELIANCE",
                    "interval": "5m",
                    "start_date": "2024-01-01",
                    "end_date": "2024-01-31",
                    "script": SCRIPT_EXAMPLE,
                    "parameters": {"fast": 5},
                },
                request_only=True,
            ),
        ],
    )
    def post(self, _request: Request) -> Response:
        """Give the indicators of a strategy over bars, and the bars on which rules signal or a script's orders fill."""
        return Response(PreviewOut(services.preview(user=self.user, request=self.body(PreviewIn))).data)
