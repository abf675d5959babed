"""What the documentation shows of sweeps. What does not belong here: anything that code reads."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

REQUEST = {
    "instrument_type": "stock",
    "instrument_identifier": "RELIANCE",
    "start_date": "2019-10-01",
    "end_date": "2023-06-30",
    "initial_wallet_amount": "100000.00",
    "strategy_predefined": 1,
    "grid": {"fast": [5, 10, 20], "slow": [50, 100, 200]},
}
SWEEP_POSTED = OpenApiExample("Nine pairs of averages", value=REQUEST, request_only=True)
WALK_POSTED = OpenApiExample(
    "Learn from two years, trade half a year",
    value={**REQUEST, "walk": {"train_sessions": 500, "test_sessions": 125, "metric": "sharpe"}},
    request_only=True,
)
