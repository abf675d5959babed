"""Runs side by side. What does not belong here: computing a statistic (engine)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apps.backtests import constants
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import runs
from apps.core.errors import ValidationFailed

if TYPE_CHECKING:
    from apps.users.models import User

FIELDS = (
    "strategy",
    "settings",
    "instrument_type",
    "instrument_identifier",
    "start_date",
    "end_date",
    "initial_wallet_amount",
    "final_wallet_amount",
    "total_pnl",
    "pnl_percentage",
    "number_of_trades",
    "extra",
)

Number = float | int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One statistic over the runs in their order; ``differences`` are to the first, None where one is undefined."""

    statistic: str
    values: Sequence[Number]
    differences: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs, the first being what the others are compared with, and their statistics."""

    runs: Sequence[BacktestRun]
    statistics: Sequence[Difference]


def compare_runs(*, user: User, run_id: str, others: str) -> Comparison:
    """A run beside others, which are named by their ids with commas between.

    :raises NotFound: if one is missing or belongs to someone else
    :raises RunNotFinished: if one has no result
    :raises ValidationFailed: if none or too many others are named
    """
    names = [name.strip() for name in others.split(",") if name.strip()]
    compared = runs.list_completed_runs(user=user, run_ids=[run_id, *names], fields=FIELDS)
    if not 0 < len(names) <= constants.MAX_COMPARED:
        raise ValidationFailed.field("with", f"Name 1 to {constants.MAX_COMPARED} runs by their run_id.")
    tables = [cast("Mapping[str, Number]", run.extra.get("statistics", {})) for run in compared]
    return Comparison(
        runs=compared,
        statistics=[_difference(key, tables=tables) for key in tables[0]],
    )


def _difference(key: str, *, tables: Sequence[Mapping[str, Number]]) -> Difference:
    values = [table.get(key) for table in tables]
    base = values[0]
    return Difference(
        statistic=key,
        values=values,
        differences=[None if value is None or base is None else value - base for value in values],
    )
