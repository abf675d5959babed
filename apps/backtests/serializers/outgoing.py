"""What the backtests' endpoints answer. What does not belong here: what they take, queries."""

from __future__ import annotations

from decimal import ROUND_HALF_UP

from rest_framework import serializers

from apps.backtests.enums import Direction, FillOn, PathMode, RunStatus, SizingKind, Stage, StopBasis, StrategyKind
from apps.core.api.serializers import NumberOut
from apps.market.enums import InstrumentType, TradeType


class RupeesOut(serializers.DecimalField):
    """An amount to the paisa, halves away from zero; it may be kept with more digits."""

    def __init__(self) -> None:
        super().__init__(max_digits=20, decimal_places=2, rounding=ROUND_HALF_UP)


class RunOut(serializers.Serializer):
    """A run in a list."""

    run_id = serializers.CharField()
    status = serializers.ChoiceField(choices=RunStatus.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    progress = serializers.FloatField()
    strategy_name = serializers.CharField()
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    instrument_identifier = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    initial_wallet_amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    final_wallet_amount = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    total_pnl = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    pnl_percentage = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    number_of_trades = serializers.IntegerField()
    time_taken = serializers.FloatField(allow_null=True)
    error_code = serializers.CharField(allow_null=True)
    error_message = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class RunStrategyOut(serializers.Serializer):
    """The strategy as it was when the run was posted; ``rules`` is what was run."""

    kind = serializers.ChoiceField(choices=StrategyKind.choices)
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    sentence = serializers.CharField()
    parameters = serializers.DictField(child=NumberOut())
    rules = serializers.JSONField()


class SizingOut(serializers.Serializer):
    """How much was bought."""

    kind = serializers.ChoiceField(choices=SizingKind.choices)
    value = NumberOut(required=False)


class AssumptionsOut(serializers.Serializer):
    """What the result rests on."""

    fill_on = serializers.ChoiceField(choices=FillOn.choices)
    path_mode = serializers.ChoiceField(choices=PathMode.choices)
    stop_basis = serializers.ChoiceField(choices=StopBasis.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    exits = serializers.DictField(child=NumberOut())
    sizing = SizingOut()
    costs = serializers.CharField()
    data_source = serializers.CharField()
    data_hash = serializers.CharField()
    engine_version = serializers.CharField()
    bars = serializers.IntegerField()
    first_date = serializers.DateField()
    last_date = serializers.DateField()
    warmup_bars = serializers.IntegerField()


class OpenTradeOut(serializers.Serializer):
    """The position that was open at the end, marked at the last close; it counts in no statistic of trades."""

    entry_date = serializers.DateField()
    exit_date = serializers.DateField()
    side = serializers.ChoiceField(choices=TradeType.choices)
    quantity = serializers.IntegerField()
    entry_price = RupeesOut()
    exit_price = RupeesOut()
    pnl = RupeesOut()
    exit_reason = serializers.CharField()
    bars_held = serializers.IntegerField()
    mae = serializers.FloatField()
    mfe = serializers.FloatField()
    ambiguous = serializers.BooleanField()


class RejectedOrderOut(serializers.Serializer):
    """An order that could not be carried out."""

    date = serializers.DateField()
    side = serializers.ChoiceField(choices=TradeType.choices)
    reason = serializers.CharField()


class RunDetailOut(RunOut):
    """A run with everything but its series; what is not known yet is null."""

    strategy_name = serializers.CharField(source="strategy.name")
    error_code = serializers.CharField(source="extra.code", default=None, allow_null=True)
    queue_position = serializers.IntegerField(allow_null=True)
    eta_seconds = serializers.IntegerField(allow_null=True)
    cancel_requested = serializers.BooleanField()
    strategy = RunStrategyOut()
    statistics = serializers.DictField(
        source="extra.statistics", child=NumberOut(allow_null=True), default=None, allow_null=True
    )
    assumptions = AssumptionsOut(source="extra.assumptions", default=None, allow_null=True)
    notes = serializers.ListField(
        source="extra.notes",
        child=serializers.CharField(),
        default=None,
        allow_null=True,
        help_text="What the reader of the result should know, one sentence each.",
    )
    open_trade = OpenTradeOut(source="extra.open_trade", default=None, allow_null=True)
    rejected_orders = RejectedOrderOut(source="extra.rejected_orders", many=True, default=None, allow_null=True)


class RoundTripOut(serializers.Serializer):
    """A closed trade. Of a short one the sale comes first."""

    id = serializers.IntegerField()
    trade_type = serializers.ChoiceField(choices=TradeType.choices)
    quantity = serializers.IntegerField()
    buy_date = serializers.DateField()
    sell_date = serializers.DateField()
    buy_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    sell_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    pnl = serializers.DecimalField(max_digits=15, decimal_places=2)
    exit_reason = serializers.CharField(source="extra.exit_reason")
    bars_held = serializers.IntegerField(source="extra.bars_held")
    mae = serializers.FloatField(source="extra.mae")
    mfe = serializers.FloatField(source="extra.mfe")
    ambiguous = serializers.BooleanField(source="extra.ambiguous")


class EquityPointOut(serializers.Serializer):
    """The equity at the close of a day, and how far below its highest value."""

    time = serializers.DateField()
    equity = serializers.FloatField()
    drawdown_pct = serializers.FloatField()


class EquityOut(serializers.Serializer):
    """The equity as a list of points."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    points = EquityPointOut(many=True)


class EquityColumnsOut(serializers.Serializer):
    """The equity as columns."""

    points_total = serializers.IntegerField()
    sampled = serializers.BooleanField()
    time = serializers.ListField(child=serializers.DateField())
    equity = serializers.ListField(child=serializers.FloatField())
    drawdown_pct = serializers.ListField(child=serializers.FloatField())


class ComparedRunOut(serializers.Serializer):
    """A run beside others."""

    run_id = serializers.CharField()
    strategy_name = serializers.CharField(source="strategy.name")
    sentence = serializers.CharField(source="strategy.sentence")
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    instrument_identifier = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    initial_wallet_amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    final_wallet_amount = serializers.DecimalField(max_digits=15, decimal_places=2)
    total_pnl = serializers.DecimalField(max_digits=15, decimal_places=2)
    pnl_percentage = serializers.DecimalField(max_digits=10, decimal_places=2)
    number_of_trades = serializers.IntegerField()
    assumptions = AssumptionsOut(source="extra.assumptions")


class DifferenceOut(serializers.Serializer):
    """One statistic over the runs in their order, and what each differs from the first."""

    statistic = serializers.CharField()
    values = serializers.ListField(child=serializers.FloatField(allow_null=True))
    differences = serializers.ListField(child=serializers.FloatField(allow_null=True))


class ComparisonOut(serializers.Serializer):
    """Runs side by side; the first is what the others are compared with."""

    runs = ComparedRunOut(many=True)
    statistics = DifferenceOut(many=True)
