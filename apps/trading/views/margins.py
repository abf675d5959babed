"""The endpoint of margins. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.views import View
from apps.trading import services
from apps.trading.serializers import MarginsOut
from apps.trading.serializers.accounts import AccountFilterIn


class MarginsView(View):
    """What is free and what is blocked."""

    @extend_schema(operation_id="tradingMarginsRetrieve", parameters=[AccountFilterIn], responses=MarginsOut)
    def get(self, _request: Request) -> Response:
        """Show the cash that may be used, and what is blocked for orders, shorts, positions and options."""
        return Response(MarginsOut(services.get_margins(user=self.user, **self.query(AccountFilterIn))).data)
