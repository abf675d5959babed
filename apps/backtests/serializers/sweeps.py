"""What the endpoints of sweeps take and answer. What does not belong here: queries, writes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.backtests import constants
from apps.backtests.enums import FillOn, PathMode, Redraw, RunStatus, StrategyKind, SweepKind, SweepMetric
from apps.backtests.serializers.incoming import RunIn
from apps.backtests.serializers.outgoing import RupeesOut
from apps.backtests.serializers.settings import NumberField
from apps.core.api.serializers import FlagField, NumberOut, PageIn, StrictSerializer, WholeField
from apps.core.enums import TimeOrdering
from apps.market.enums import InstrumentType


class GridField(serializers.DictField):
    """The values to try of each input: ``{"fast": [5, 10, 20], "slow": [50, 100]}``."""

    child = serializers.ListField(child=NumberField(), min_length=1, max_length=constants.MAX_COMBINATIONS)

    def to_internal_value(self, data: Any) -> dict[str, list[float]]:
        """The grid.

        :raises ValidationError: if it varies nothing or too many inputs
        """
        grid: dict[str, list[float]] = super().to_internal_value(data)
        if not 1 <= len(grid) <= constants.MAX_VARIED:
            raise serializers.ValidationError(f"Vary 1 to {constants.MAX_VARIED} inputs.", code="grid")
        return grid


class SweepIn(RunIn):
    """A backtest whose inputs take several values: every combination of the grid is run."""

    grid = GridField(help_text="The values to try of each input; of a script's true-or-false input 1 and 0.")


class WalkIn(StrictSerializer):
    """The windows: sessions to learn from and to trade after, and what the best is chosen by."""

    train_sessions = WholeField(min_value=2, max_value=constants.MAX_SPAN_DAYS)
    test_sessions = WholeField(min_value=1, max_value=constants.MAX_SPAN_DAYS)
    anchored = FlagField(default=False)
    metric = serializers.ChoiceField(choices=SweepMetric.choices, default=SweepMetric.SHARPE)


class WalkForwardIn(SweepIn):
    """A sweep in each window of the range, whose best is traded through the time after."""

    walk = WalkIn()


class SweepListIn(PageIn):
    """The query of the list of sweeps."""

    status = serializers.ChoiceField(choices=RunStatus.choices, required=False)
    kind = serializers.ChoiceField(choices=SweepKind.choices, required=False)
    ordering = serializers.ChoiceField(choices=TimeOrdering.choices, default=TimeOrdering.CREATED_DESC)


class SweepDetailIn(StrictSerializer):
    """Which combinations are the best ones."""

    metric = serializers.ChoiceField(choices=SweepMetric.choices, default=SweepMetric.SHARPE)


class SweepRowsIn(PageIn):
    """The query of the rows, from the best to the worst."""

    metric = serializers.ChoiceField(choices=SweepMetric.choices, default=SweepMetric.SHARPE)


class SweepHeatmapIn(SweepDetailIn):
    """Two inputs of the sweep, both needed, and a metric."""

    x = serializers.CharField(max_length=100, default="", allow_blank=True)
    y = serializers.CharField(max_length=100, default="", allow_blank=True)


class RedrawIn(StrictSerializer):
    """How trades are redrawn; the same seed gives the same answer."""

    draws = WholeField(min_value=1, max_value=constants.MAX_DRAWS, default=constants.DEFAULT_DRAWS)
    method = serializers.ChoiceField(choices=Redraw.choices, default=Redraw.BOOTSTRAP)
    seed = WholeField(min_value=0, max_value=2**31 - 1, default=1)


class SweepRowOut(serializers.Serializer):
    """One combination."""

    number = serializers.IntegerField()
    parameters = serializers.DictField(child=NumberOut())
    statistics = serializers.DictField(child=NumberOut(allow_null=True))


class SweepOut(serializers.Serializer):
    """A sweep in a list."""

    sweep_id = serializers.CharField()
    kind = serializers.ChoiceField(choices=SweepKind.choices)
    status = serializers.ChoiceField(choices=RunStatus.choices)
    progress = serializers.SerializerMethodField()
    strategy_name = serializers.CharField(source="strategy.name")
    instrument_type = serializers.ChoiceField(choices=InstrumentType.choices)
    instrument_identifier = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    combinations = serializers.IntegerField()
    error_message = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_progress(self, sweep: Any) -> float:
        """How much is done, 0 to 1."""
        return float(sweep.finished_parts) / float(sweep.parts)


class SweepStrategyOut(serializers.Serializer):
    """The strategy with the values that its inputs have outside the grid."""

    kind = serializers.ChoiceField(choices=StrategyKind.choices)
    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    sentence = serializers.CharField()
    terms = serializers.CharField()


class SweepBestOut(SweepRowOut):
    """The best by Sharpe ratio, with every statistic of its single run."""


class SweepVerdictOut(serializers.Serializer):
    """What a completed sweep says.

    ``luck_sharpe`` is the best annual Sharpe ratio to expect of so many tries without skill; ``deflated_sharpe`` the
    probability that the best has skill nonetheless.
    """

    tried = serializers.IntegerField()
    best = SweepBestOut(allow_null=True)
    luck_sharpe = serializers.FloatField(allow_null=True)
    deflated_sharpe = serializers.FloatField(allow_null=True)
    data_source = serializers.CharField()
    data_hash = serializers.CharField()
    engine_version = serializers.CharField()
    bars = serializers.IntegerField()


class WindowOut(serializers.Serializer):
    """One window of a walk-forward; ``parameters`` is null where nothing could be chosen."""

    train_from = serializers.DateField()
    train_to = serializers.DateField()
    test_from = serializers.DateField()
    test_to = serializers.DateField()
    parameters = serializers.DictField(child=NumberOut(), allow_null=True)
    tried = serializers.IntegerField()
    in_sample = serializers.DictField(child=NumberOut(allow_null=True))
    out_of_sample = serializers.DictField(child=NumberOut(allow_null=True))


class StitchedEquityOut(serializers.Serializer):
    """Equity out of sample by session, the windows one behind the other."""

    time = serializers.ListField(child=serializers.DateField())
    equity = serializers.ListField(child=NumberOut())


class WalkedOut(serializers.Serializer):
    """What a completed walk-forward says; ``statistics`` are those of the time out of sample."""

    tried = serializers.IntegerField()
    windows = WindowOut(many=True)
    statistics = serializers.DictField(child=NumberOut(allow_null=True))
    equity = StitchedEquityOut()
    data_source = serializers.CharField()
    data_hash = serializers.CharField()
    engine_version = serializers.CharField()
    bars = serializers.IntegerField()


class SweepDetailOut(SweepOut):
    """One sweep: what was asked, the best so far, and when it is done what that is worth."""

    strategy = SweepStrategyOut()
    grid = serializers.SerializerMethodField()
    walk = WalkIn(allow_null=True)
    error_code = serializers.SerializerMethodField()
    best_rows = SweepRowOut(many=True)
    verdict = serializers.SerializerMethodField()
    walked = serializers.SerializerMethodField()

    def get_grid(self, sweep: Any) -> dict[str, list[float]]:
        """The values tried of each input."""
        return dict(sweep.grid)

    def get_error_code(self, sweep: Any) -> str | None:
        """Why it failed."""
        code: str | None = sweep.extra.get("code")
        return code

    @extend_schema_field(SweepVerdictOut(allow_null=True))
    def get_verdict(self, sweep: Any) -> object:
        """What a completed sweep says."""
        is_there = sweep.kind == SweepKind.SWEEP and sweep.status == RunStatus.COMPLETED
        return SweepVerdictOut(sweep.extra).data if is_there else None

    @extend_schema_field(WalkedOut(allow_null=True))
    def get_walked(self, sweep: Any) -> object:
        """What a completed walk-forward says."""
        is_there = sweep.kind == SweepKind.WALK_FORWARD and sweep.status == RunStatus.COMPLETED
        return WalkedOut(sweep.extra).data if is_there else None


class SweepHeatmapOut(serializers.Serializer):
    """``values[j][i]`` is the metric at the i-th value of x and the j-th of y, the best over the other inputs."""

    x = serializers.CharField()
    y = serializers.CharField()
    metric = serializers.ChoiceField(choices=SweepMetric.choices)
    x_values = serializers.ListField(child=NumberOut())
    y_values = serializers.ListField(child=NumberOut())
    values = serializers.ListField(child=serializers.ListField(child=NumberOut(allow_null=True)))


class VariantOut(serializers.Serializer):
    """The run under one assumption about fills."""

    variant = serializers.CharField()
    fill_on = serializers.ChoiceField(choices=FillOn.choices)
    path_mode = serializers.ChoiceField(choices=PathMode.choices)
    statistics = serializers.DictField(child=NumberOut(allow_null=True))


class SensitivityOut(serializers.Serializer):
    """The run under every assumption about fills, side by side."""

    variants = VariantOut(many=True)


class PercentileOut(serializers.Serializer):
    """So many percent of the redrawn sequences ended lower, and so many fell less."""

    percentile = serializers.IntegerField()
    final_wallet_amount = RupeesOut()
    max_drawdown_pct = serializers.FloatField()


class RedrawnOut(serializers.Serializer):
    """What redrawing the trades gave."""

    draws = serializers.IntegerField()
    method = serializers.ChoiceField(choices=Redraw.choices)
    seed = serializers.IntegerField()
    trades = serializers.IntegerField()
    percentiles = PercentileOut(many=True)
    loss_probability = serializers.FloatField()
