"""Base serializers and fields: strict input, exact money. What does not belong here: the shape of one resource."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core.constants import IDENTIFIER_PATTERN

WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
MONEY = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FLAGS = ("true", "false")
# Assumption: no market data is older, no question reaches further; sums of days near year 1 or 9999 would overflow.
FIRST_YEAR, LAST_YEAR = 1900, 2199


class StrictSerializer(serializers.Serializer[Any]):
    """Input whose unknown fields are refused, not dropped."""

    def to_internal_value(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The validated values.

        :raises ValidationError: naming each unknown field, or what the fields refuse
        """
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in known)
            if unknown:
                problem = serializers.ErrorDetail("This field is not known here.", code="unknown_field")
                raise serializers.ValidationError({name: [problem] for name in unknown})
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class MoneyField(serializers.DecimalField):
    """Rupees with at most two decimals, written plainly: no signs, exponents, separators or foreign digits."""

    default_error_messages = {"invalid": "Write the amount in rupees plainly, like 100000.00."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, **options)

    def to_internal_value(self, data: object) -> Decimal:
        """The amount.

        :raises ValidationError: if it is not a plain amount
        """
        text = str(data) if isinstance(data, str | int | float) and not isinstance(data, bool) else ""
        if not MONEY.fullmatch(text):
            self.fail("invalid")
        return super().to_internal_value(text)


class WholeField(serializers.IntegerField):
    """A whole number, written plainly: the framework's own takes ``1_000``, ``٣`` and `` 5 ``."""

    default_error_messages = {"invalid": "Write a whole number, like 5."}

    def to_internal_value(self, data: object) -> int:
        """The number.

        :raises ValidationError: if it is not a plain whole number
        """
        if isinstance(data, bool) or not WHOLE.fullmatch(str(data)):
            self.fail("invalid")
        number: int = super().to_internal_value(str(data))
        return number


class FlagField(serializers.BooleanField):
    """``true`` or ``false``, of JSON, or in the letters of a query: the framework's own takes ``yes`` and ``1``."""

    default_error_messages = {"invalid": "Write true or false."}

    def to_internal_value(self, data: object) -> bool:
        """Whether it is so.

        :raises ValidationError: if it is neither of the two
        """
        if not isinstance(data, bool) and data not in FLAGS:
            self.fail("invalid")
        return data is True or data == FLAGS[0]


class IdentifierField(serializers.RegexField):
    """What a stock or a sector is called."""

    default_error_messages = {"invalid": "Write the identifier in capitals, like RELIANCE or M&M."}

    def __init__(self, **options: Any) -> None:
        super().__init__(IDENTIFIER_PATTERN, **options)


class NumberOut(serializers.FloatField):
    """A number of an answer, whole ones without a fraction."""

    def to_representation(self, value: float) -> Any:
        """The number as it is."""
        return int(value) if float(value).is_integer() else value


class DayField(serializers.DateField):
    """A day of the calendar: the framework's own takes ``20240101``, ``2024-W01-1`` and foreign digits."""

    default_error_messages = {"invalid": "Write a day of the calendar as YYYY-MM-DD, like 2019-10-01."}

    def to_internal_value(self, data: object) -> date:
        """The day.

        :raises ValidationError: if it is not a day written so, or in a year that no market data is of
        """
        if not isinstance(data, str) or not DAY.fullmatch(data):
            self.fail("invalid")
        day: date = super().to_internal_value(data)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("invalid")
        return day


class NothingIn(StrictSerializer):
    """An empty body."""


class PageIn(StrictSerializer):
    """The query of a list: which page, how long. Lists with filters extend it."""

    page = WholeField(min_value=1, max_value=100_000, default=1)
    page_size = WholeField(min_value=1, max_value=200, default=50)


class SearchIn(PageIn):
    """The query of a list that can be searched."""

    search = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
