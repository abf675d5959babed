"""What the backtests' endpoints answer. What does not belong here: what they take, queries."""

from __future__ import annotations

from decimal import ROUND_HALF_UP
from typing import Any

from rest_framework import serializers

from apps.backtests.enums import (
    Direction,
    FillOn,
    MarginUse,
    PathMode,
    Quantities,
    RunStatus,
    SizingKind,
    Stage,
    StopBasis,
    StrategyKind,
)
from apps.core.api.serializers import NumberOut
from apps.market.enums import InstrumentType, Interval, TradeType


class RupeesOut(serializers.DecimalField):
    """An amount to the paisa, halves away from zero; it may be kept with more digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=20, decimal_places=2, rounding=ROUND_HALF_UP, **options)


class RunOut(serializers.Serializer):
    """A run in a list."""

    run_id = serializers.CharField()
    status = serializers.ChoiceField(choices=RunStatus.choices)
    stage = serializers.ChoiceField(choices=Stage.choices)
    progress = serializers.FloatField()
    strategy_name = serializers.CharField()
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    instrument_identifier = serializers.CharField()
    interval = serializers.CharField(default=None, allow_null=True, help_text="Null: a run from before there was one.")
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
    """The strategy as it was when the run was posted; ``rules`` is what was run, null for a script."""

    kind = serializers.ChoiceField(choices=StrategyKind.choices)
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    sentence = serializers.CharField()
    terms = serializers.CharField(default=None, allow_null=True, help_text="How it is simulated, in a sentence.")
    parameters = serializers.DictField(child=serializers.JSONField())
    rules = serializers.JSONField(allow_null=True)


class SizingOut(serializers.Serializer):
    """How much was bought."""

    kind = serializers.ChoiceField(choices=SizingKind.choices)
    value = NumberOut(required=False)


class AssumptionsOut(serializers.Serializer):
    """What the result rests on."""

    interval = serializers.ChoiceField(choices=Interval.choices, default=Interval.DAY)
    adjusted = serializers.BooleanField(default=False)
    fill_on = serializers.ChoiceField(choices=FillOn.choices)
    path_mode = serializers.ChoiceField(choices=PathMode.choices)
    stop_basis = serializers.ChoiceField(choices=StopBasis.choices)
    direction = serializers.ChoiceField(choices=Direction.choices, allow_null=True, help_text="Null: a script's own.")
    exits = serializers.DictField(child=serializers.JSONField())
    entries = serializers.DictField(child=serializers.JSONField(), default=dict)
    sizing = SizingOut()
    quantities = serializers.ChoiceField(choices=Quantities.choices, default=Quantities.WHOLE)
    lot_size = serializers.IntegerField(default=1)
    tick_size = NumberOut(default=None, allow_null=True, help_text="In rupees.")
    slippage_ticks = NumberOut(default=0)
    slippage_bps = NumberOut(default=0)
    penetration_ticks = NumberOut(default=0)
    margin = serializers.ChoiceField(
        choices=MarginUse.choices, default=None, allow_null=True, help_text="Null: the run is of no option rule."
    )
    costs = serializers.CharField()
    data_source = serializers.CharField()
    data_hash = serializers.CharField()
    engine_version = serializers.CharField()
    bars = serializers.IntegerField()
    first_date = serializers.DateField()
    last_date = serializers.DateField()
    warmup_bars = serializers.IntegerField()


class ManifestOut(serializers.Serializer):
    """All that the result can be made again from; ``request`` may be posted as it is, to where the run was posted."""

    request = serializers.JSONField()
    data_source = serializers.CharField()
    data_hash = serializers.CharField()
    model_version = serializers.CharField(allow_null=True)
    rulebook_version = serializers.CharField()
    engine_version = serializers.CharField()
    seed = serializers.CharField(allow_null=True, help_text="Of the synthetic market; a run draws nothing itself.")
    result_hash = serializers.CharField(help_text="SHA-256: two runs with the same hash gave the same result.")


class ReproductionOut(serializers.Serializer):
    """What came of running a backtest again."""

    run_id = serializers.CharField(help_text="The first run.")
    same_data = serializers.BooleanField()
    same_result = serializers.BooleanField()


class OpenTradeOut(serializers.Serializer):
    """A position that was open at the end, marked at the last close; it counts in no statistic of trades."""

    instrument = serializers.CharField(default=None, allow_null=True, help_text="Null: the one of the run.")
    entry_date = serializers.DateField()
    entry_time = serializers.DateTimeField(default=None, allow_null=True)
    exit_date = serializers.DateField()
    exit_time = serializers.DateTimeField(default=None, allow_null=True)
    side = serializers.ChoiceField(choices=TradeType.choices)
    quantity = NumberOut()
    entry_price = RupeesOut()
    exit_price = RupeesOut()
    charges = RupeesOut(default=0)
    pnl = RupeesOut()
    exit_reason = serializers.CharField()
    bars_held = serializers.IntegerField()
    mae = serializers.FloatField()
    mfe = serializers.FloatField()
    ambiguous = serializers.BooleanField()


class RejectedOrderOut(serializers.Serializer):
    """An order that could not be carried out."""

    instrument = serializers.CharField(default=None, allow_null=True, help_text="Null: the one of the run.")
    date = serializers.DateField()
    time = serializers.DateTimeField(default=None, allow_null=True)
    side = serializers.ChoiceField(choices=TradeType.choices)
    reason = serializers.CharField()


class RunDetailOut(RunOut):
    """A run with everything but its series; what is not known yet is null."""

    strategy_name = serializers.CharField(source="strategy.name")
    interval = serializers.CharField(source="settings.interval", default=None, allow_null=True)
    error_code = serializers.CharField(source="extra.code", default=None, allow_null=True)
    queue_position = serializers.IntegerField(allow_null=True)
    eta_seconds = serializers.IntegerField(allow_null=True)
    cancel_requested = serializers.BooleanField()
    strategy = RunStrategyOut()
    strategy_custom_script = serializers.CharField(allow_null=True)
    statistics = serializers.DictField(
        source="extra.statistics", child=NumberOut(allow_null=True), default=None, allow_null=True
    )
    assumptions = AssumptionsOut(source="extra.assumptions", default=None, allow_null=True)
    manifest = ManifestOut(source="extra.manifest", default=None, allow_null=True)
    reproduction = ReproductionOut(source="extra.reproduction", default=None, allow_null=True)
    notes = serializers.ListField(
        source="extra.notes",
        child=serializers.CharField(),
        default=None,
        allow_null=True,
        help_text="What the reader of the result should know, one sentence each.",
    )
    open_trade = OpenTradeOut(
        source="extra.open_trade", default=None, allow_null=True, help_text="Of a run on one instrument."
    )
    open_trades = OpenTradeOut(
        source="extra.open_trades",
        many=True,
        default=None,
        allow_null=True,
        help_text="Whatever the run is of; an option rule holds nothing overnight. Null: not kept by an older run.",
    )
    rejected_orders = RejectedOrderOut(source="extra.rejected_orders", many=True, default=None, allow_null=True)


class RoundTripOut(serializers.Serializer):
    """A closed trade. Of a short one the sale comes first."""

    id = serializers.IntegerField()
    instrument = serializers.CharField(
        source="instrument_identifier", help_text="What was traded: of an option rule the contract."
    )
    trade_type = serializers.ChoiceField(choices=TradeType.choices)
    quantity = NumberOut()
    buy_date = serializers.DateField()
    sell_date = serializers.DateField()
    buy_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    sell_price = serializers.DecimalField(max_digits=15, decimal_places=2, allow_null=True)
    pnl = serializers.DecimalField(max_digits=15, decimal_places=2)
    charges = RupeesOut(source="extra.charges", default=0)
    entry_time = serializers.DateTimeField(source="extra.entry_time", default=None, allow_null=True)
    exit_time = serializers.DateTimeField(source="extra.exit_time", default=None, allow_null=True)
    entry_reason = serializers.CharField(source="extra.entry_reason", default="signal")
    exit_reason = serializers.CharField(source="extra.exit_reason")
    entries = serializers.IntegerField(source="extra.entries", default=1, help_text="How many orders entered it.")
    entry_tag = serializers.CharField(source="extra.entry_tag", default=None, allow_null=True)
    exit_tag = serializers.CharField(source="extra.exit_tag", default=None, allow_null=True)
    bars_held = serializers.IntegerField(source="extra.bars_held")
    mae = serializers.FloatField(source="extra.mae")
    mfe = serializers.FloatField(source="extra.mfe")
    ambiguous = serializers.BooleanField(source="extra.ambiguous")
