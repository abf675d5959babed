"""Sweeps for tests. What does not belong here: assertions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from apps.backtests import services
from apps.backtests.models import Sweep, SweepPart
from apps.users.models import User

# Long while the close is above a level.
ABOVE: dict[str, Any] = {
    "name": "Above",
    "inputs": {"level": 100, "lag": 0},
    "enter_long": {"left": "CLOSE", "op": ">", "right": "level"},
    "exit_long": {"left": "CLOSE", "op": "<", "right": "level"},
}
# The same as a script; the levels it takes begin at 90.
ABOVE_SCRIPT = """//@version=6
strategy("Above", default_qty_type=strategy.percent_of_equity, default_qty_value=100)
level = input.float(100.0, minval=90.0)
lag = input.int(0)
trades = input.bool(true)
mood = input.string("calm")
if close > level and trades
    strategy.entry("L", strategy.long)
if close < level
    strategy.close("L")
"""
GRID = {"level": [94.0, 100.0, 125.0]}
WALK = {"train_sessions": 4, "test_sessions": 2, "anchored": False, "metric": "total_return_pct"}


def sweep_body(**values: Any) -> dict[str, Any]:
    """What a client posts; a value of None takes the field away."""
    body = {
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": "2024-01-01",
        "end_date": "2024-12-31",
        "rules": ABOVE,
        "grid": GRID,
        **values,
    }
    return {name: value for name, value in body.items() if value is not None}


def request_sweep(user: User, **values: Any) -> Sweep:
    """A sweep that waits, posted as the API would."""
    checked = {
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": date(2024, 1, 1),
        "end_date": date(2024, 12, 31),
        "initial_wallet_amount": Decimal("100000.00"),
        "grid": GRID,
        **({"rules": ABOVE} if not {"strategy_predefined", "strategy_custom_script"} & values.keys() else {}),
        **values,
    }
    return services.request_sweep(user=user, request=checked)


def make_completed_sweep(user: User, **values: Any) -> Sweep:
    """A sweep that the present process has worked on to its end."""
    sweep = request_sweep(user, **values)
    services.execute_sweeps()
    return Sweep.objects.for_user(user).get(pk=sweep.pk)


def make_sweep_row(user: User, *, tried: int = 0) -> Sweep:
    """A sweep as bare rows that was cancelled, so many combinations of it tried, each in a part of its own."""
    sweep = Sweep.objects.create(
        user=user,
        kind="sweep",
        strategy={"kind": "rules", "id": None, "name": "Row", "sentence": "", "terms": ""},
        grid=[["level", [float(value) for value in range(max(tried, 1))]]],
        instrument_type="stock",
        instrument_identifier="HANDMADE",
        start_date=date(2024, 1, 1),
        end_date=date(2024, 1, 1),
        initial_wallet_amount=Decimal("100000.00"),
        combinations=max(tried, 1),
        parts=max(tried, 1),
        status="failed",
        extra={"code": "CANCELLED"},
    )
    SweepPart.objects.bulk_create(
        SweepPart(
            sweep=sweep,
            number=number,
            first=number,
            last=number + 1,
            status="completed",
            values=np.full(8, float(number)).astype("<f8").tobytes(),
        )
        for number in range(tried)
    )
    return sweep
