"""A completed run as a file reads it: what is long comes row by row. What does not belong here: what a file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func, JSONField
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTransform

from apps.backtests import constants
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import runs

if TYPE_CHECKING:
    from apps.users.models import User

FIELDS = (
    "strategy",
    "strategy_custom_script",
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
    "equity_curve_json",
    "created_at",
    "finished_at",
)
TRADES, REJECTED = "trades", "rejected_orders"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """A run with what is short of it. ``long``: the names of its lists that are not, in the order of a document.

    ``trades``: all that it kept, of a long list the first ones; None where it kept no list. In place of a long list of
    rejected orders ``run.extra`` has None.
    """

    run: BacktestRun
    trades: list[Json] | None
    long: Sequence[str]


def get_run_to_export(*, user: User, run_id: str) -> ExportedRun:
    """One of the user's completed runs without the rows of its long lists, by one query.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    beside = _short(most=constants.ROWS_AT_ONCE, shown=constants.TRADES_SHOWN)
    run = runs.get_completed_run(user=user, run_id=run_id, fields=FIELDS, beside=beside)
    found = vars(run)
    run.extra = found["short_extra"]
    is_long = {
        REJECTED: run.extra.get(REJECTED, []) is None,
        TRADES: run.number_of_trades >= constants.ROWS_AT_ONCE,
    }
    return ExportedRun(run=run, trades=found["short_trades"], long=[name for name, found in is_long.items() if found])


@cache
def _short(*, most: int, shown: int) -> Mapping[str, Func]:
    """Trades and ``extra`` as they are where their lists are short; cut down by the database where they are not."""
    first = f"jsonb_path_query_array(list_of_trades_json, '$[0 to {shown - 1}]')"
    has_many = f"jsonb_path_exists(extra, '$.{REJECTED}[{most - 1}]')"
    cut = f"jsonb_set(extra, '{{{REJECTED}}}', 'null')"
    columns = {
        "short_trades": f"CASE WHEN number_of_trades < {most} THEN list_of_trades_json ELSE {first} END",
        "short_extra": f"CASE WHEN {has_many} THEN {cut} ELSE extra END",
    }
    return {name: Func(template=column, output_field=JSONField()) for name, column in columns.items()}


def stream_trades(*, user: User, run_id: str) -> Iterator[Json]:
    """The trades that one of the user's runs keeps, in their order; the database takes their list apart.

    Read as they are asked for, a few at a time; there are none of a run that is missing or has no result.
    """
    return _stream(F("list_of_trades_json"), user=user, run_id=run_id)


def stream_rejected_orders(*, user: User, run_id: str) -> Iterator[Json]:
    """The orders that one of the user's runs was refused, as its trades are read."""
    return _stream(KeyTransform(REJECTED, "extra"), user=user, run_id=run_id)


def _stream(column: Combinable, *, user: User, run_id: str) -> Iterator[Json]:
    each = Func(column, function="jsonb_array_elements", output_field=JSONField())
    rows = BacktestRun.objects.for_user(user).filter(run_id=run_id).values_list(each, flat=True)
    return rows.iterator(chunk_size=constants.TRADES_AT_A_TIME)
