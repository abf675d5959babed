"""The endpoints of what an account is worth. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.views import View
from apps.core.enums import SeriesFormat
from apps.trading import services
from apps.trading.serializers.accounts import AccountFilterIn
from apps.trading.serializers.portfolio import (
    PortfolioColumnsOut,
    PortfolioHistoryIn,
    PortfolioHistoryOut,
    PortfolioOut,
)


class PortfolioView(View):
    """What the account is worth now."""

    @extend_schema(operation_id="tradingPortfolioRetrieve", parameters=[AccountFilterIn], responses=PortfolioOut)
    def get(self, _request: Request) -> Response:
        """Show cash, positions at their last prices, and the profit of today."""
        wanted = self.query(AccountFilterIn)
        return Response(PortfolioOut(services.get_portfolio(user=self.user, now=market_clock.now(), **wanted)).data)


class PortfolioHistoryView(View):
    """What the account was worth."""

    drawn_as = {SeriesFormat.LIST: PortfolioHistoryOut, SeriesFormat.COLUMNS: PortfolioColumnsOut}

    @extend_schema(
        operation_id="tradingPortfolioHistoryRetrieve",
        parameters=[PortfolioHistoryIn],
        responses=PolymorphicProxySerializer(
            component_name="PortfolioSeries",
            serializers=[PortfolioHistoryOut, PortfolioColumnsOut],
            resource_type_field_name=None,
        ),
    )
    def get(self, _request: Request) -> Response:
        """Show the equity at the end of each day, or of each bar of the last session; the last point is now."""
        params = self.query(PortfolioHistoryIn)
        out = self.drawn_as[params.pop("format")]
        return Response(out(services.get_equity(user=self.user, now=market_clock.now(), **params)).data)
