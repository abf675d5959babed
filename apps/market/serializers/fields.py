"""The fields that the market's shapes share. What does not belong here: the shape of one resource."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from rest_framework import serializers

from apps.core import clock
from apps.core.api.serializers import DayField
from apps.market import constants, selectors

# A plus that a client forgot to escape arrives as a space.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+ -][0-9]{2}:[0-9]{2})", re.ASCII)
# Our keys, and those of other platforms: NSE:NIFTY50-INDEX, ^NSEI, NIFTY 50, 2487.5 in a strike.
NAME = r"^[A-Z0-9^][A-Z0-9&:._ -]{0,63}\Z"
Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class MomentField(DayField):
    """A moment with its offset."""

    default_error_messages = {"invalid": "Write a moment like 2019-10-01T09:15:00+05:30."}

    def to_internal_value(self, data: object) -> datetime:
        """The moment.

        :raises ValidationError: if it is no moment with its offset
        """
        if not isinstance(data, str) or not MOMENT.fullmatch(data):
            self.fail("invalid")
        super().to_internal_value(data[:10])
        try:
            return datetime.fromisoformat(data.replace(" ", "+"))
        except ValueError:
            self.fail("invalid")


class UntilField(DayField):
    """The end of a range as the first moment outside it: a day counts whole, a moment itself does not."""

    default_error_messages = {"invalid": "Write a day like 2019-10-01, or a moment like 2019-10-01T09:15:00+05:30."}

    def to_internal_value(self, data: object) -> datetime:
        """The first moment outside.

        :raises ValidationError: if it is neither a day nor a moment with its offset
        """
        if isinstance(data, str) and MOMENT.fullmatch(data):
            return MomentField().to_internal_value(data)
        day = super().to_internal_value(data)
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.IST)


class InstrumentNameField(serializers.RegexField):
    """An instrument by its key, or by what another platform calls it."""

    default_error_messages = {"invalid": "Write the instrument in capitals, like RELIANCE or NSE:SBIN-EQ."}

    def __init__(self, **options: Any) -> None:
        super().__init__(NAME, **options)


class InstrumentNamesField(serializers.CharField):
    """Instruments by their names, with commas between; each counts once."""

    default_error_messages = {"too_many": f"Ask for at most {constants.MAX_QUOTES} instruments at once."}

    def to_internal_value(self, data: object) -> list[str]:  # type: ignore[override]
        """The names in their order.

        :raises ValidationError: if one can be no name, or there are too many
        """
        key = InstrumentNameField()
        names = list(
            dict.fromkeys(key.run_validation(name) for name in super().to_internal_value(str(data)).split(","))
        )
        if len(names) > constants.MAX_QUOTES:
            self.fail("too_many")
        return names


class PaiseOut(serializers.DecimalField):
    """Paise as rupees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, **options)

    def to_representation(self, value: int) -> str:  # type: ignore[override]
        """Rupees with two decimals."""
        return str(super().to_representation(Decimal(value) / 100))


def india(moments: selectors.Whole) -> list[str]:
    """Epoch seconds as ISO 8601 with the offset of India."""
    texts = np.datetime_as_string((moments + constants.IST_SECONDS).astype("datetime64[s]"))
    return [f"{text}+05:30" for text in texts.tolist()]
