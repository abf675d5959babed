"""The endpoints of sectors and their prices. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.prices import DAILY_PRICES, INTRADAY_PRICES
from apps.core.api.schema import page_of
from apps.core.api.sharing import shared
from apps.core.api.views import View, client_ip, filters
from apps.sectors import selectors, services
from apps.sectors.serializers import (
    SectorChangeIn,
    SectorIn,
    SectorOut,
    SectorPrices5MinIn,
    SectorPricesDailyIn,
    SectorsIn,
)

SECTOR = OpenApiExample(
    "A sector",
    value={"id": 1, "enum": "NIFTY50", "name": "NIFTY 50", "description": "", "status": "active"},
    response_only=True,
)
NEW_SECTOR = OpenApiExample("A new sector", value={"enum": "NIFTY50", "name": "NIFTY 50"}, request_only=True)


class SectorListCreateView(View):
    """All sectors."""

    required_permissions = {"POST": "sectors.manage"}

    @extend_schema(operation_id="sectorsList", parameters=[SectorsIn], responses=page_of(SectorOut))
    def get(self, _request: Request) -> Response:
        """List sectors."""
        params = self.query(SectorsIn)
        return self.page(selectors.list_sectors(**filters(params)), SectorOut, params=params)

    @extend_schema(
        operation_id="sectorsCreate", request=SectorIn, responses={201: SectorOut}, examples=[NEW_SECTOR, SECTOR]
    )
    def post(self, request: Request) -> Response:
        """Make a sector."""
        sector = services.create_sector(user=self.user, values=self.body(SectorIn), ip_address=client_ip(request))
        return Response(SectorOut(sector).data, status=201)


class SectorDetailView(View):
    """One sector."""

    required_permissions = {"PATCH": "sectors.manage"}

    @extend_schema(operation_id="sectorsRetrieve", responses=SectorOut, examples=[SECTOR])
    def get(self, _request: Request, sector_id: int) -> Response:
        """Show a sector."""
        return Response(SectorOut(selectors.get_sector(sector_id=sector_id)).data)

    @extend_schema(operation_id="sectorsUpdate", request=SectorChangeIn, responses=SectorOut, examples=[SECTOR])
    def patch(self, request: Request, sector_id: int) -> Response:
        """Change a sector; the status inactive takes it off offer."""
        sector = services.change_sector(
            user=self.user,
            sector_id=sector_id,
            values=self.body(SectorChangeIn, partial=True),
            ip_address=client_ip(request),
        )
        return Response(SectorOut(sector).data)


class SectorPricesDailyView(View):
    """Daily prices of a sector."""

    @extend_schema(
        operation_id="sectorsPricesDaily",
        parameters=[SectorPricesDailyIn],
        responses=DAILY_PRICES,
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show daily prices, oldest first, as a list or as columns."""
        return Response(selectors.list_daily_prices(**self.query(SectorPricesDailyIn)))


class SectorPrices5MinView(View):
    """5-minute candles of a sector on one day."""

    @extend_schema(
        operation_id="sectorsPrices5Min",
        parameters=[SectorPrices5MinIn],
        responses=INTRADAY_PRICES,
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show the candles of a day, oldest first; an empty list on a day without any. The ETag is the content's."""
        return Response(selectors.list_intraday_prices(**self.query(SectorPrices5MinIn)))
