"""Paper accounts and replays in and out. What does not belong here: rules, queries."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core import clock
from apps.core.api.serializers import DayField, MoneyField, StrictSerializer, WholeField
from apps.market.enums import Interval
from apps.market.selectors import CandlePage
from apps.trading.constants import MAX_BARS, MAX_QUOTES, MAX_SPEED
from apps.trading.enums import FillProfile
from apps.wallet.enums import PaperAccountKind

LOWEST = Decimal("0.01")


class AccountFilterIn(StrictSerializer):
    """Which paper account; that for practice by default."""

    account = WholeField(min_value=1, required=False)


class PaperAccountIn(StrictSerializer):
    """A further paper account: its name, its starting cash, and how its orders are filled."""

    name = serializers.CharField(max_length=100)
    cash = MoneyField(min_value=LOWEST)
    fill_profile = serializers.ChoiceField(choices=FillProfile.choices, required=False)


class PaperAccountOut(serializers.Serializer[Any]):
    """A paper account."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=PaperAccountKind.choices)
    name = serializers.CharField()
    created_at = serializers.DateTimeField()


class ReplayIn(StrictSerializer):
    """From the opening of which day to the close of which, with how much cash; one day where no end is said."""

    name = serializers.CharField(max_length=100)
    date = DayField(source="start")
    end = DayField(required=False)
    cash = MoneyField(min_value=LOWEST)
    fill_profile = serializers.ChoiceField(choices=FillProfile.choices, required=False)


class ReplaySpeedIn(StrictSerializer):
    """How many seconds of open market pass in a second; 0 stops the clock."""

    speed = WholeField(min_value=0, max_value=MAX_SPEED, default=0)


class ReplayAdvanceIn(StrictSerializer):
    """To which moment, or through how many 5-minute bars; one bar where nothing is said."""

    to = serializers.DateTimeField(required=False)
    bars = WholeField(min_value=1, max_value=MAX_BARS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Where to move on to.

        :raises ValidationError: if both are said
        """
        if len(attrs) > 1:
            raise serializers.ValidationError({"bars": "Say either a moment or a number of bars."})
        return attrs


class ReplayOut(serializers.Serializer[Any]):
    """A replay; ``clock_at`` is its present moment. Orders for it bear its ``account``."""

    id = serializers.IntegerField()
    account = serializers.IntegerField(source="paper_account_id")
    name = serializers.CharField(source="paper_account.name")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    clock_at = serializers.DateTimeField()
    speed = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class ReplayQuotesIn(StrictSerializer):
    """Whose last prices, by key with commas between."""

    instruments = serializers.CharField(max_length=4000, default="", allow_blank=True)

    def validate_instruments(self, text: str) -> list[str]:
        """The names, each once.

        :raises ValidationError: if there are too many
        """
        names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
        if len(names) > MAX_QUOTES:
            raise serializers.ValidationError(f"Ask for at most {MAX_QUOTES} instruments at once.")
        return names


class ReplayCandlesIn(StrictSerializer):
    """How long each candle; the newest ``limit`` are given."""

    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.FIVE_MINUTES)
    limit = WholeField(min_value=1, max_value=5000, default=500)


class ReplayCandlesOut(serializers.Serializer[Any]):
    """Candles that were final at the replay's clock as columns, oldest first; prices in rupees."""

    instrument = serializers.CharField()
    interval = serializers.ChoiceField(choices=Interval.choices)
    time = serializers.ListField(child=serializers.DateTimeField(), help_text="When each opens.")
    open = serializers.ListField(child=serializers.FloatField())
    high = serializers.ListField(child=serializers.FloatField())
    low = serializers.ListField(child=serializers.FloatField())
    close = serializers.ListField(child=serializers.FloatField())
    volume = serializers.ListField(child=serializers.IntegerField())

    def to_representation(self, page: CandlePage) -> dict[str, Any]:
        """Whole columns at once."""
        candles = page.candles
        return {
            "instrument": page.instrument,
            "interval": page.interval,
            "time": [datetime.fromtimestamp(second, clock.IST).isoformat() for second in candles.time.tolist()],
            **{name: (getattr(candles, name) / 100).tolist() for name in ("open", "high", "low", "close")},
            "volume": candles.volume.tolist(),
        }
