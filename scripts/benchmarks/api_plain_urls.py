"""The usual way: a ModelSerializer with every column, a generic view, an N+1 avoided by prefetching.

What does not belong here: the project's own views, with which these are compared.
"""

from __future__ import annotations

from typing import Any

from django.urls import path
from rest_framework import generics, serializers

from apps.backtests.models import BacktestRun
from apps.stocks.models import Category, Stock, StockPriceDaily


class BarOut(serializers.ModelSerializer[StockPriceDaily]):
    """A daily bar."""

    class Meta:
        model = StockPriceDaily
        fields = ("date", "open_price", "high_price", "low_price", "close_price", "volume")


class CategoryOut(serializers.ModelSerializer[Category]):
    """A category."""

    class Meta:
        model = Category
        fields = ("id", "name")


class StockOut(serializers.ModelSerializer[Stock]):
    """A stock."""

    categories = CategoryOut(many=True)

    class Meta:
        model = Stock
        fields = (
            "id", "enum", "symbol", "exchange_suffix", "full_symbol", "status", "last_synced_at", "series",
            "categories",
        )  # fmt: skip


class RunOut(serializers.ModelSerializer[BacktestRun]):
    """A run, but for its series, which the project's detail does not hold either."""

    class Meta:
        model = BacktestRun
        exclude = ("equity_curve_json", "list_of_trades_json")


class BarsView(generics.ListAPIView[StockPriceDaily]):
    """Daily bars between two days."""

    serializer_class = BarOut

    def get_queryset(self) -> Any:
        """The bars asked for."""
        asked = self.request.query_params
        days = asked["start"], asked["end"]
        return StockPriceDaily.objects.filter(stock_id=asked["stock"], date__range=days).order_by("date")


class StocksView(generics.ListAPIView[Stock]):
    """The first page of stocks."""

    serializer_class = StockOut

    def get_queryset(self) -> Any:
        """Stocks with their categories."""
        return Stock.objects.order_by("enum").prefetch_related("categories")[:50]


class RunView(generics.RetrieveAPIView[BacktestRun]):
    """One run."""

    queryset = BacktestRun.objects.unscoped()
    serializer_class = RunOut
    lookup_field = "run_id"


urlpatterns = [
    path("bars", BarsView.as_view()),
    path("stocks", StocksView.as_view()),
    path("runs/<str:run_id>", RunView.as_view()),
]
