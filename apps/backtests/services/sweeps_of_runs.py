"""How much of a completed run is its assumptions about fills, or the order of its trades.

Small enough to be done while the client waits. What does not belong here: writing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from apps.backtests import constants, errors, selectors
from apps.backtests.services import isolation, outcomes, snapshots, sweeps_inputs
from apps.core import isolation as core_isolation
from apps.core import money
from engine import sweeps as engine_sweeps
from engine.errors import EngineError

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User

Json = dict[str, Any]

PAISE = 100.0


def vary_fills(*, user: User, run_id: str) -> list[Json]:
    """The statistics of a completed run under each assumption about fills, each run anew.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    :raises NotOneInstrument: if it is of an option rule or a portfolio
    :raises SimulationRefused: if the engine refuses one of them
    :raises RunTimedOut, OutOfMemory: if they take more than an answer may
    :raises Unavailable: if others are evaluated for too long
    """
    fields = ("strategy", "strategy_custom_script", *sweeps_inputs.SHARED)
    run = selectors.get_completed_run(user=user, run_id=run_id, fields=fields)
    if run.settings.get("kind") is not None:
        raise errors.NotOneInstrument
    vary = partial(_varied, run=run, prepared=sweeps_inputs.prepare(run))
    with core_isolation.place():
        found = isolation.call(vary, seconds=constants.SENSITIVITY_SECONDS)
    return [
        {
            "variant": name,
            "fill_on": fill_on,
            "path_mode": path_mode,
            "statistics": {
                key: outcomes.statistic(value, unit=outcomes.UNITS[key]) for key, value in found[name].items()
            },
        }
        for name, fill_on, path_mode in engine_sweeps.VARIANTS
    ]


def _varied(_beat: isolation.Beat, *, run: BacktestRun, prepared: sweeps_inputs.Prepared) -> dict[str, Json]:
    """The statistics of each variant by its name; reads and writes nothing.

    :raises SimulationRefused: if the engine refuses one of them
    """
    strategy = snapshots.restore(run)
    try:
        found = engine_sweeps.fill_sensitivity(strategy=strategy, bars=prepared.bars, settings=prepared.settings)
    except EngineError as error:
        raise errors.SimulationRefused.of(error) from error
    return {name: dict(result.statistics) for name, result in found.items()}


def redraw_trades(*, user: User, run_id: str, request: Mapping[str, Any]) -> Json:
    """Percentiles of the end and the drawdown of a completed run whose trades are redrawn many times.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    :raises NoClosedTrades: if it has no trades, or they cannot be redrawn so often
    """
    run = selectors.get_completed_run(user=user, run_id=run_id, fields=("initial_wallet_amount", "list_of_trades_json"))
    pnl = np.array([trade["pnl"] for trade in run.list_of_trades_json or []]) * PAISE
    if len(pnl) * request["draws"] > constants.MAX_REDRAWN:
        raise errors.NoClosedTrades(f"Ask for at most {constants.MAX_REDRAWN // len(pnl)} draws of {len(pnl)} trades.")
    try:
        found = engine_sweeps.monte_carlo(
            pnl=pnl,
            initial_cash=money.paise(run.initial_wallet_amount),
            draws=request["draws"],
            method=request["method"],
            bits=np.random.PCG64(request["seed"]),
        )
    except EngineError as error:
        raise errors.NoClosedTrades(f"{error}.") from error
    return {
        **request,
        "trades": found.trades,
        "percentiles": [
            {"percentile": percentile, "final_wallet_amount": money.rupees(equity), "max_drawdown_pct": fall}
            for percentile, equity, fall in zip(
                engine_sweeps.PERCENTILES, found.final_equity, found.max_drawdown_pct, strict=True
            )
        ],
        "loss_probability": found.loss_probability,
    }
