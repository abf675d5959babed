"""A plan draws what the framework's own serializers draw, value for value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.relations import PrimaryKeyRelatedField

from apps.core.api.drawing import drawn
from apps.stocks.models import Category, StockPriceDaily
from tests.factories.stocks import make_category, make_daily_prices, make_stock


class PartOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    share = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)


class WholeOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[("a", "A")])
    count = serializers.IntegerField(default=7)
    day = serializers.DateField(required=False)
    at = serializers.DateTimeField(allow_null=True)
    hour = serializers.DateTimeField(source="at", format="%H:%M", allow_null=True)
    deep = serializers.CharField(source="inner.code", default="none")
    inner = PartOut(allow_null=True)
    parts = PartOut(many=True, default=list)
    price = serializers.SerializerMethodField()
    called = serializers.CharField(required=False)

    def get_price(self, row: Any) -> str:
        return f"{row['name'] if isinstance(row, dict) else row.name}!"


class BarOut(serializers.ModelSerializer[StockPriceDaily]):
    stock: PrimaryKeyRelatedField[Any] = PrimaryKeyRelatedField(read_only=True)

    class Meta:
        model = StockPriceDaily
        fields = ("stock", "date", "open_price", "volume")


class CategoryOut(serializers.ModelSerializer[Category]):
    stocks: Any = PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Category
        fields = ("name", "stocks")


PART = {"code": "x", "share": Decimal("1.005")}
FULL = {
    "name": 5,
    "kind": "a",
    "count": "3",
    "day": date(2024, 1, 5),
    "at": datetime(2024, 1, 5, 20, 0, tzinfo=UTC),
    "inner": PART,
    "parts": [PART, {"code": "y", "share": None}],
    "called": lambda: "back",
}
# 1.005 to two places goes to the even neighbour, as the framework rounds.
SHOWN = {
    "name": "5",
    "kind": "a",
    "count": 3,
    "day": "2024-01-05",
    "at": "2024-01-06T01:30:00+05:30",
    "hour": "01:30",
    "deep": "x",
    "inner": {"code": "x", "share": "1.00"},
    "parts": [{"code": "x", "share": "1.00"}, {"code": "y", "share": None}],
    "price": "5!",
    "called": "back",
}
BARE = {"name": "n", "kind": "", "at": None, "inner": None}


@pytest.mark.parametrize("row", [FULL, SimpleNamespace(**FULL)], ids=["mapping", "object"])
def test_every_kind_of_field_is_drawn(row: Any) -> None:
    assert drawn(WholeOut, row) == SHOWN


@pytest.mark.parametrize("row", [FULL, BARE, SimpleNamespace(**BARE), BARE | {"at": "2024", "parts": []}])
def test_the_framework_draws_the_same(row: Any) -> None:
    assert drawn(WholeOut, row) == WholeOut().to_representation(row)


def test_what_is_missing_is_a_default_or_left_out_or_an_error() -> None:
    shown = drawn(WholeOut, BARE)
    assert (shown["count"], shown["deep"], shown["parts"]) == (7, "none", [])
    assert {"day", "called"} & shown.keys() == set()
    with pytest.raises(KeyError, match="name"):
        drawn(WholeOut, {})


def test_rows_of_models_and_their_relations(db: None) -> None:
    category = make_category(name="Banks")
    stock = make_stock(enum="TCS", categories=[category])
    make_daily_prices(stock=stock, bars=[("2025-01-10", "100.00", "100.00", "90.00", "100.00", 5)])
    bar = StockPriceDaily.objects.get()
    assert drawn(BarOut, bar) == {"stock": stock.pk, "date": "2025-01-10", "open_price": "100.00", "volume": 5}
    assert drawn(CategoryOut, category) == {"name": "Banks", "stocks": [stock.pk]}
