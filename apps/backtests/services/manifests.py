"""All that a result can be made again from, and the hash by which two results are the same.

What does not belong here: running it again (submission).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from django.conf import settings
from numpy.typing import NDArray

from apps.backtests.enums import Quantities, StrategyKind
from apps.backtests.services import terms
from apps.market import selectors as market_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import rng
from marketdata.rulebook import Rulebook

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from engine.types import Result

Json = dict[str, Any]

POSTED = ("fill_on", "path_mode", "stop_basis", "quantities", "costs", *terms.AGAINST)


def build(*, run: BacktestRun, loaded: market_selectors.LoadedBars, result: Result) -> Json:
    """The manifest of a result; its ``request`` may be posted as it is."""
    return {
        "request": request_of(run),
        **sources_of(loaded, data_hash=loaded.data_hash),
        "result_hash": hash_of(result),
    }


def sources_of(loaded: market_selectors.LoadedBars, *, data_hash: str) -> Json:
    """What prices, rules and engine a result is made of."""
    return {
        "data_source": str(loaded.source),
        "data_hash": data_hash,
        "model_version": loaded.version,
        "rulebook_version": _digest(market_selectors.rulebook_in_force()),
        "engine_version": settings.VERSION,
        # A run draws no random numbers; the synthetic market is drawn from this.
        "seed": rng.SEED if loaded.source == SYNTHETIC_SOURCE else None,
    }


def request_of(run: BacktestRun) -> Json:
    """The body that posts the same run again, with the strategy as it was."""
    settled = terms.of(run)
    is_script = run.strategy["kind"] == StrategyKind.SCRIPT
    asked = {name: settled[name] for name in POSTED}
    if settled["quantities"] == Quantities.LOTS:
        asked["lot_size"] = settled["lot_size"]
    strategy = (
        {"strategy_custom_script": run.strategy_custom_script, "parameters": run.strategy["parameters"]}
        if is_script
        else {"rules": run.strategy["rules"]}
    )
    return {
        "instrument_type": str(run.instrument_type),
        "instrument_identifier": run.instrument_identifier,
        "start_date": run.start_date.isoformat(),
        "end_date": run.end_date.isoformat(),
        "initial_wallet_amount": str(run.initial_wallet_amount),
        "interval": settled["interval"],
        "adjusted": settled["adjusted"],
        **strategy,
        "settings": asked,
    }


def hash_of(result: Result) -> str:
    """The digest of the equity, then trades, refusals and statistics."""
    rest = {
        "trades": [list(trade) for trade in result.trades],
        "open_trade": result.open_trade and list(result.open_trade),
        "rejections": [[order.index, order.side, order.reason] for order in result.rejections],
        "statistics": dict(result.statistics),
        "warmup_bars": int(result.warmup_bars),
    }
    return digest_of(result.equity, rest=rest)


def digest_of(equity: NDArray[np.float64], *, rest: Json) -> str:
    """SHA-256 over the equity (64-bit floats, little-endian), then the rest as sorted JSON."""
    digest = hashlib.sha256(equity.astype("<f8").tobytes())
    digest.update(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY))
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _digest(rules: Rulebook) -> str:
    """A name for exactly these rules; a rulebook never changes, so once each."""
    rows = sorted([each.table, each.valid_from.isoformat(), *map(list, sorted(each.columns.items()))] for each in rules)
    return hashlib.sha256(orjson.dumps(rows)).hexdigest()[:16]
