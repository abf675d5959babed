"""The shapes of option contracts, expiries, candles and chains. What does not belong here: payoffs, queries, rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core import money
from apps.core.api.prices import INTRADAY_PRICES
from apps.core.api.serializers import DayField, MoneyField, PageIn, StrictSerializer, WholeField
from apps.core.enums import SeriesFormat
from apps.market.selectors import Chain, ChainSide, OptionDayCandles
from apps.market.serializers.fields import InstrumentNameField, MomentField
from apps.options.constants import DEFAULT_EXPIRIES, MAX_ATM_LEVELS, MAX_EXPIRIES
from apps.options.enums import ExpiryCycle, OptionType, StrikeMode
from apps.options.selectors import StrikesWanted
from apps.stocks.selectors import Series
from marketdata.types import OptionGreeks

SMALLEST_INTERVAL = Decimal("0.05")
# As far apart as the setting options.strike_interval can put them, and as high as the column of strikes reaches.
LARGEST_INTERVAL, LARGEST_STRIKE = Decimal(10_000), Decimal("99999999.99")
STRIKES = tuple(StrikesWanted.__dataclass_fields__)
# How many decimals a number of a chain has; rupees a unit, the volatility in percent a year.
DECIMALS = {"delta": 6, "gamma": 8, "theta": 4, "vega": 4, "rho": 4}


class StrikesIn(StrictSerializer):
    """Which strikes around the money: the configuration's where nothing is said."""

    atm_levels = WholeField(min_value=0, max_value=MAX_ATM_LEVELS, required=False)
    strike_interval = MoneyField(min_value=SMALLEST_INTERVAL, max_value=LARGEST_INTERVAL, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The strikes as one value."""
        wanted = StrikesWanted(**{name: attrs.pop(name) for name in STRIKES if name in attrs})
        return {**attrs, "strikes_wanted": wanted}


class ContractsIn(StrikesIn, PageIn):
    """Whose options, as listed on which day (default: today), of which expiry (default: the next)."""

    underlying = InstrumentNameField()
    date = DayField(required=False, source="on")
    expiry_date = DayField(required=False)
    strike_mode = serializers.ChoiceField(choices=StrikeMode.choices, default=StrikeMode.RANGE)
    strike = MoneyField(
        min_value=SMALLEST_INTERVAL,
        max_value=LARGEST_STRIKE,
        required=False,
        help_text="With strike_mode=single; else the one at the money.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The strikes as one value.

        :raises ValidationError: if a strike is named for a range
        """
        if "strike" in attrs and attrs["strike_mode"] != StrikeMode.SINGLE:
            raise serializers.ValidationError({"strike": "A strike goes with strike_mode=single."})
        return super().validate(attrs)


class ContractOut(serializers.Serializer):
    """An option as listed. ``label`` is ATM, or ITMk or OTMk for k strikes into or out of the money."""

    contract = serializers.CharField(source="option.__str__")
    underlying = serializers.CharField(source="option.underlying")
    expiry_date = serializers.DateField(source="option.expiry")
    strike = serializers.DecimalField(max_digits=10, decimal_places=2, source="option.strike")
    option_type = serializers.ChoiceField(choices=OptionType.choices, source="option.right")
    label = serializers.CharField()  # type: ignore[assignment]
    lot_size = serializers.IntegerField()


class ExpiriesIn(StrictSerializer):
    """Whose expiries, from which day on (default: today), how many, and whether only those of months."""

    underlying = InstrumentNameField()
    date = DayField(required=False, source="on")
    calendar = serializers.ChoiceField(choices=ExpiryCycle.choices, required=False)
    count = WholeField(min_value=1, max_value=MAX_EXPIRIES, default=DEFAULT_EXPIRIES)


class ExpiryOut(serializers.Serializer):
    """A day on which options expire."""

    date = serializers.DateField()
    cycle = serializers.ChoiceField(choices=ExpiryCycle.choices)
    days_left = serializers.IntegerField()


class OptionCandlesIn(StrictSerializer):
    """Whose 5-minute candles, and of which day."""

    contract = InstrumentNameField()
    date = DayField()
    format = serializers.ChoiceField(choices=SeriesFormat.choices, default=SeriesFormat.LIST, source="series_format")


class OptionDayOut(serializers.Serializer):
    """The final 5-minute candles of an option on a day: a list of candles, or columns with ``format=columns``.

    ``source`` says where they come from (synthetic, import), ``version`` which model made them; null without any.
    """

    contract = serializers.CharField()
    date = serializers.DateField()
    source = serializers.CharField(source="label.source", default=None, allow_null=True)  # type: ignore[assignment]
    version = serializers.CharField(source="label.version", default=None, allow_null=True)
    candles = serializers.SerializerMethodField()

    @extend_schema_field(INTRADAY_PRICES)
    def get_candles(self, day: OptionDayCandles) -> Series:
        """The candles as they are."""
        return day.candles


class ChainIn(StrikesIn):
    """Whose chain, of which expiry (default: the next), at which moment or at the close of which day (default: now)."""

    underlying = InstrumentNameField()
    expiry_date = DayField(required=False)
    at = MomentField(required=False)
    date = DayField(required=False, source="on")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The strikes as one value.

        :raises ValidationError: if both a moment and a day are named
        """
        if "at" in attrs and "on" in attrs:
            raise serializers.ValidationError({"at": "Name a moment or a day, not both."})
        return super().validate(attrs)


class GreeksOut(serializers.Serializer):
    """What a price implies for one unit: ``theta`` a calendar day, ``vega`` a point of volatility, ``rho`` of interest.

    All null where it implies nothing.
    """

    iv_pct = serializers.FloatField(allow_null=True)
    delta = serializers.FloatField(allow_null=True)
    gamma = serializers.FloatField(allow_null=True)
    theta = serializers.FloatField(allow_null=True)
    vega = serializers.FloatField(allow_null=True)
    rho = serializers.FloatField(allow_null=True)

    def to_representation(self, greeks: OptionGreeks | None) -> dict[str, float | None]:
        """Rounded numbers."""
        if greeks is None:
            return dict.fromkeys(("iv_pct", *DECIMALS))
        rounded = {name: round(getattr(greeks, name), digits) + 0.0 for name, digits in DECIMALS.items()}
        return {"iv_pct": round(greeks.volatility * 100, 4), **rounded}


class ChainSideOut(GreeksOut):
    """A call or a put of a chain: ``ltp`` is its last price, null where it has not traded on the day."""

    contract = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    ltp = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    volume = serializers.IntegerField()
    open_interest = serializers.IntegerField()

    def to_representation(self, side: ChainSide) -> dict[str, Any]:  # type: ignore[override]
        """Plain values: a chain has hundreds, too many to ask a field about each."""
        traded = side.traded
        return {
            "contract": str(side.option),
            "label": side.label,
            "ltp": None if traded.price is None else f"{traded.price // 100}.{traded.price % 100:02d}",
            "volume": traded.volume,
            "open_interest": traded.open_interest,
            **super().to_representation(side.greeks),
        }


class ChainRowOut(serializers.Serializer):
    """A strike with its call and its put."""

    strike = serializers.DecimalField(max_digits=10, decimal_places=2)
    call = ChainSideOut()
    put = ChainSideOut()


class ChainOut(serializers.Serializer):
    """An option chain, strikes ascending.

    Prices are those of ``at``, not after the moment asked for; ``is_open`` tells whether they still move. ``forward``:
    the one that call and put at the money imply, or the spot; volatilities and Greeks are Black's of 1976 on it without
    interest. ``put_call_ratio`` and ``max_pain`` are of the open interest of these rows. ``source``: synthetic, import.
    """

    underlying = serializers.CharField()
    expiry_date = serializers.DateField()
    at = serializers.DateTimeField()
    is_open = serializers.BooleanField()
    is_stale = serializers.BooleanField(help_text="Whether a session has ended since the day of these prices.")
    source = serializers.CharField()  # type: ignore[assignment]
    version = serializers.CharField(allow_null=True)
    spot = serializers.DecimalField(max_digits=15, decimal_places=2)
    forward = serializers.DecimalField(max_digits=15, decimal_places=2)
    atm_strike = serializers.DecimalField(max_digits=10, decimal_places=2)
    straddle_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    put_call_ratio = serializers.FloatField(allow_null=True)
    max_pain = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    days_to_expiry = serializers.FloatField()
    lot_size = serializers.IntegerField()
    rows = ChainRowOut(many=True)

    def to_representation(self, chain: Chain) -> dict[str, Any]:
        """Plain values, for the same reason as a side's."""
        snapshot, side = chain.snapshot, ChainSideOut()
        return {
            "underlying": snapshot.underlying.symbol,
            "expiry_date": snapshot.expiry.isoformat(),
            "at": self.fields["at"].to_representation(snapshot.at),
            "is_open": snapshot.is_open,
            "is_stale": snapshot.is_stale,
            "source": snapshot.label.source,
            "version": snapshot.label.version,
            "spot": str(money.rupees(snapshot.spot)),
            "forward": str(money.rupees(chain.forward * 100)),
            "atm_strike": f"{chain.atm_strike:.2f}",
            "straddle_price": None if chain.straddle_price is None else str(chain.straddle_price),
            "put_call_ratio": None if chain.put_call_ratio is None else round(float(chain.put_call_ratio), 4),
            "max_pain": None if chain.max_pain is None else f"{chain.max_pain:.2f}",
            "days_to_expiry": round(chain.years * 365, 6),
            "lot_size": snapshot.lot_size,
            "rows": [
                {
                    "strike": f"{row.strike:.2f}",
                    "call": side.to_representation(row.call),
                    "put": side.to_representation(row.put),
                }
                for row in chain.rows
            ],
        }
