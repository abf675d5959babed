"""The endpoints of stocks and their prices. What does not belong here: rules, queries."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api.prices import DAILY_PRICES, INTRADAY_PRICES
from apps.core.api.schema import page_of
from apps.core.api.serializers import SearchIn
from apps.core.api.sharing import lent, shared
from apps.core.api.views import View, client_ip, filters
from apps.stocks import selectors, services
from apps.stocks.serializers import (
    CategoryIn,
    CategoryOut,
    StockChangeIn,
    StockIn,
    StockOut,
    StockPrices5MinIn,
    StockPricesDailyIn,
    StocksIn,
)

STOCK = OpenApiExample(
    "A stock",
    value={
        "id": 37,
        "enum": "RELIANCE",
        "symbol": "RELIANCE",
        "exchange_suffix": "NSE",
        "full_symbol": "RELIANCE.NS",
        "status": "active",
        "last_synced_at": "2026-01-01T00:00:00+05:30",
        "categories": [{"id": 4, "name": "Oil Gas & Consumable Fuels"}],
    },
    response_only=True,
)
NEW_STOCK = OpenApiExample("A new stock", value={"enum": "RELIANCE", "category_ids": [4]}, request_only=True)
DAILY = OpenApiExample(
    "A list",
    value=[
        {
            "date": "2019-10-01",
            "open": "1336.00",
            "high": "1338.00",
            "low": "1295.00",
            "close": "1305.05",
            "volume": 9_500_000,
        }
    ],
    response_only=True,
)
DAILY_COLUMNS = OpenApiExample(
    "Columns",
    value={
        "time": ["2019-10-01"],
        "open": [1336.0],
        "high": [1338.0],
        "low": [1295.0],
        "close": [1305.05],
        "volume": [9_500_000],
    },
    response_only=True,
)


class StockListCreateView(View):
    """All stocks."""

    required_permissions = {"POST": "stocks.manage"}

    @extend_schema(operation_id="stocksList", parameters=[StocksIn], responses=page_of(StockOut))
    @lent
    def get(self, _request: Request) -> Response:
        """List stocks with their categories."""
        params = self.query(StocksIn)
        return self.page(selectors.list_stocks(**filters(params)), StockOut, params=params)

    @extend_schema(operation_id="stocksCreate", request=StockIn, responses={201: StockOut}, examples=[NEW_STOCK, STOCK])
    def post(self, request: Request) -> Response:
        """Make a stock."""
        stock = services.create_stock(user=self.user, values=self.body(StockIn), ip_address=client_ip(request))
        return Response(StockOut(stock).data, status=201)


class StockDetailView(View):
    """One stock."""

    required_permissions = {"PATCH": "stocks.manage", "DELETE": "stocks.manage"}

    @extend_schema(operation_id="stocksRetrieve", responses=StockOut, examples=[STOCK])
    def get(self, _request: Request, stock_id: int) -> Response:
        """Show a stock with its categories."""
        return Response(StockOut(selectors.get_stock(stock_id=stock_id)).data)

    @extend_schema(operation_id="stocksUpdate", request=StockChangeIn, responses=StockOut, examples=[STOCK])
    def patch(self, request: Request, stock_id: int) -> Response:
        """Change a stock."""
        stock = services.change_stock(
            user=self.user,
            stock_id=stock_id,
            values=self.body(StockChangeIn, partial=True),
            ip_address=client_ip(request),
        )
        return Response(StockOut(stock).data)

    @extend_schema(operation_id="stocksDeactivate", responses={204: None})
    def delete(self, request: Request, stock_id: int) -> Response:
        """Take a stock off offer; its history stays."""
        services.deactivate_stock(user=self.user, stock_id=stock_id, ip_address=client_ip(request))
        return Response(status=204)


class CategoryListCreateView(View):
    """Categories of stocks."""

    required_permissions = {"POST": "stocks.manage"}

    @extend_schema(operation_id="stocksCategoriesList", parameters=[SearchIn], responses=page_of(CategoryOut))
    def get(self, _request: Request) -> Response:
        """List categories by name."""
        params = self.query(SearchIn)
        return self.page(selectors.list_categories(**filters(params)), CategoryOut, params=params)

    @extend_schema(operation_id="stocksCategoriesCreate", request=CategoryIn, responses={201: CategoryOut})
    def post(self, request: Request) -> Response:
        """Make a category."""
        category = services.create_category(user=self.user, values=self.body(CategoryIn), ip_address=client_ip(request))
        return Response(CategoryOut(category).data, status=201)


class StockPricesDailyView(View):
    """Daily prices of a stock."""

    @extend_schema(
        operation_id="stocksPricesDaily",
        parameters=[StockPricesDailyIn],
        responses=DAILY_PRICES,
        examples=[DAILY, DAILY_COLUMNS],
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show daily prices, oldest first, as a list or as columns."""
        return Response(selectors.list_daily_prices(**self.query(StockPricesDailyIn)))


class StockPrices5MinView(View):
    """5-minute candles of a stock on one day."""

    @extend_schema(
        operation_id="stocksPrices5Min",
        parameters=[StockPrices5MinIn],
        responses=INTRADAY_PRICES,
    )
    @shared
    def get(self, _request: Request) -> Response:
        """Show the candles of a day, oldest first; an empty list on a day without any. The ETag is the content's."""
        return Response(selectors.list_intraday_prices(**self.query(StockPrices5MinIn)))
