"""Seeding, and what a run may say instead of the strategy."""

from __future__ import annotations

import pytest

from apps.strategies import services
from apps.strategies.errors import InvalidRules
from apps.strategies.models import PredefinedStrategy
from apps.strategies.services import Overrides
from engine.rules import predefined
from tests.factories.strategies import ABOVE_100, make_predefined

NOTHING = Overrides()


def test_seeding_again_adds_nothing_and_keeps_the_status(db: None) -> None:
    assert services.seed_predefined() == len(predefined.CATALOGUE)
    PredefinedStrategy.objects.filter(code="macd").update(status="inactive", name="Old name")

    assert services.seed_predefined() == 0

    macd = PredefinedStrategy.objects.get(code="macd")
    assert (macd.status, macd.name) == ("inactive", "MACD")
    assert PredefinedStrategy.objects.count() == len(predefined.CATALOGUE)


def test_predefined_strategy_takes_parameters_direction_exits_and_sizing(db: None) -> None:
    overrides = Overrides(direction="both", exits={"stop_loss_pct": 2.0}, sizing={"kind": "cash", "value": 50_000.0})

    understood = services.compile_predefined(make_predefined(), parameters={"fast": 5}, overrides=overrides)

    assert understood.inputs == {"fast": 5.0, "slow": 50.0}
    assert understood.warmup_bars == 50
    assert understood.rules["direction"] == "both"
    assert understood.rules["exits"] == {"stop_loss_pct": 2}
    assert understood.rules["sizing"] == {"kind": "cash", "value": 50_000}
    assert {"enter_long", "exit_long", "enter_short", "exit_short"} <= understood.rules.keys()


def test_predefined_strategy_is_long_only_by_default(db: None) -> None:
    understood = services.compile_predefined(make_predefined(), parameters={}, overrides=NOTHING)

    assert understood.rules["direction"] == "long"


def test_override_replaces_one_exit_and_keeps_the_others() -> None:
    document = {**ABOVE_100, "exits": {"stop_loss_pct": 5, "target_pct": 10}}

    understood = services.compile_rules(document, parameters={}, overrides=Overrides(exits={"stop_loss_pct": 2.0}))

    assert understood.rules["exits"] == {"stop_loss_pct": 2, "target_pct": 10}


def test_override_of_a_level_replaces_it_whatever_its_unit() -> None:
    document = {**ABOVE_100, "exits": {"stop_loss_atr": 2, "atr_period": 10, "target_points": 15.5, "max_bars": 5}}

    changed = services.compile_rules(document, parameters={}, overrides=Overrides(exits={"target_pct": 3.0}))

    assert changed.rules["exits"] == {"stop_loss_atr": 2, "atr_period": 10, "target_pct": 3, "max_bars": 5}


@pytest.mark.parametrize(
    ("code", "direction", "exits", "sizing"),
    [
        ("short_straddle", "short", {"stop_loss_pct": 30, "square_off": "15:15"}, {"kind": "all_in"}),
        ("dollar_cost_averaging", "long", {}, {"kind": "cash", "value": 10_000}),
    ],
)
def test_predefined_strategy_brings_its_own_direction_exits_and_sizing(
    db: None, code: str, direction: str, exits: dict[str, object], sizing: dict[str, object]
) -> None:
    understood = services.compile_predefined(make_predefined(code), parameters={}, overrides=NOTHING)

    assert (understood.rules["direction"], understood.rules["exits"]) == (direction, exits)
    assert understood.rules["sizing"] == sizing


def test_direction_brings_back_the_side_that_compact_rules_left_out() -> None:
    """BUY and SELL are long only until the run asks for both: then SELL also enters short."""
    document = [
        {"conditions": [{"left": "CLOSE", "op": ">", "right": 100}], "action": "BUY"},
        {"conditions": [{"left": "CLOSE", "op": "<", "right": 100}], "action": "SELL"},
    ]

    alone = services.compile_rules(document, parameters={}, overrides=NOTHING)
    both = services.compile_rules(document, parameters={}, overrides=Overrides(direction="both"))

    assert "enter_short" not in alone.rules
    assert both.rules["enter_short"] == both.rules["exit_long"]


def test_what_was_understood_is_understood_again_as_the_same() -> None:
    understood = services.compile_rules(ABOVE_100, parameters={}, overrides=NOTHING)
    again = services.compile_rules(understood.rules, parameters={}, overrides=NOTHING)

    assert again == understood
    assert services.restore_plan(understood.rules).name == "Above 100"


def test_direction_without_an_entry_is_refused() -> None:
    with pytest.raises(InvalidRules) as refusal:
        services.compile_rules(ABOVE_100, parameters={}, overrides=Overrides(direction="short"))

    message = "The strategy never enters: direction is short, without an entry"
    assert refusal.value.details["errors"] == [{"pointer": "", "message": message}]
