"""The endpoints of options: what is listed, chains, candles, payoffs. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import market_clock
from apps.core.api.schema import page_of
from apps.core.api.sharing import shared
from apps.core.api.views import View, filters
from apps.market import selectors
from apps.market.serializers import option_examples
from apps.market.serializers.options import (
    ChainIn,
    ChainOut,
    ContractOut,
    ContractsIn,
    ExpiriesIn,
    ExpiryOut,
    OptionCandlesIn,
    OptionDayOut,
)
from apps.market.serializers.payoff import PayoffIn, PayoffOut


class ContractListView(View):
    """Options as listed."""

    @extend_schema(
        operation_id="optionsContractsList",
        parameters=[ContractsIn],
        responses=page_of(ContractOut),
        examples=[option_examples.CONTRACTS],
    )
    def get(self, _request: Request) -> Response:
        """List the options of an expiry around the money, or of one strike, as listed on a day."""
        params = self.query(ContractsIn)
        found = selectors.list_contracts(now=market_clock.now(), **filters(params))
        return self.page(found, ContractOut, params=params)


class ExpiryListView(View):
    """The days on which options expire."""

    @extend_schema(operation_id="optionsExpiriesList", parameters=[ExpiriesIn], responses=ExpiryOut(many=True))
    def get(self, _request: Request) -> Response:
        """List the next expiries of an underlying."""
        found = selectors.list_expiries(now=market_clock.now(), **self.query(ExpiriesIn))
        return Response(ExpiryOut(found, many=True).data)


class OptionCandlesView(View):
    """5-minute candles of an option on one day."""

    @extend_schema(
        operation_id="optionsCandles5Min",
        parameters=[OptionCandlesIn],
        responses=OptionDayOut,
        examples=[option_examples.CANDLES],
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show the candles of a day, oldest first; none on a day without trading."""
        found = selectors.get_option_day(now=market_clock.now(), **self.query(OptionCandlesIn))
        return Response(OptionDayOut(found).data)


class ChainView(View):
    """The option chain."""

    @extend_schema(
        operation_id="optionsChainRetrieve",
        parameters=[ChainIn],
        responses=ChainOut,
        examples=[option_examples.CHAIN],
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show both sides of each strike around the money with last prices, volatilities and Greeks."""
        return Response(ChainOut(selectors.get_chain(now=market_clock.now(), **self.query(ChainIn))).data)


class PayoffView(View):
    """What a position earns."""

    key_methods = View.key_methods | {"POST"}

    @extend_schema(
        operation_id="optionsPayoffCalculate",
        request=PayoffIn,
        responses=PayoffOut,
        examples=[option_examples.PAYOFF_QUESTION, option_examples.PAYOFF],
    )
    def post(self, _request: Request) -> Response:
        """Work out payoff, break-evens, extremes and Greeks of a position; nothing is stored."""
        return Response(PayoffOut(selectors.get_payoff(now=market_clock.now(), **self.body(PayoffIn))).data)
