"""The shapes of runs side by side. What does not belong here: queries."""

from __future__ import annotations

from rest_framework import serializers

from apps.backtests.serializers.outgoing import AssumptionsOut
from apps.market.enums import InstrumentType


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
