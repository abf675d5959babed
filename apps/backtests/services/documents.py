"""A completed run as JSON. What does not belong here: reading it, HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from apps.backtests import constants
from apps.core import json_text

if TYPE_CHECKING:
    from apps.backtests.selectors import ExportedRun

INDENT = b"  "

Json = dict[str, Any]


def describe(found: ExportedRun) -> bytes:
    """All that is kept of a run as JSON, but for its long lists, which are empty."""
    run = found.run
    empty: Mapping[str, Sequence[Json]] = {name: [] for name in found.long}
    document = {
        "run_id": run.run_id,
        "strategy": run.strategy,
        "strategy_custom_script": run.strategy_custom_script,
        "instrument_type": run.instrument_type,
        "instrument_identifier": run.instrument_identifier,
        "start_date": run.start_date,
        "end_date": run.end_date,
        "initial_wallet_amount": str(run.initial_wallet_amount),
        "final_wallet_amount": str(run.final_wallet_amount),
        "settings": run.settings,
        **run.extra,
        "trades": found.trades,
        "equity": run.equity_curve_json,
        **empty,
    }
    return _written(document)


def stream(whole: bytes, *, long: Mapping[str, Iterator[Json]]) -> Iterator[bytes]:
    """The same piece by piece: ``whole`` with the rows of its ``long`` lists, which it has empty and in this order."""
    for name, rows in long.items():
        # Line breaks stand between values only, and names of the document itself alone are indented once.
        before, begins, whole = whole.partition(b'\n%b"%b": [' % (INDENT, name.encode()))
        yield before + begins
        yield from _elements(rows)
    yield whole


def _elements(rows: Iterator[Json]) -> Iterator[bytes]:
    """The elements of a list that is a value of the document, and the line break before its end."""
    between = b""
    while some := list(islice(rows, constants.TRADES_AT_A_TIME)):
        # Without the brackets around them, and the last line break.
        yield between + _written(some)[1:-2].replace(b"\n", b"\n" + INDENT)
        between = b","
    yield b"\n" + INDENT


def _written(value: object) -> bytes:
    return json_text.dumps(value, option=orjson.OPT_INDENT_2)
