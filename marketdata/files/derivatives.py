"""Daily rows of options from the exchange's derivatives files. What does not belong here: the cash market."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from marketdata.files import fields, lots, option_texts, rows
from marketdata.files.cash import PRICES, symbol_of
from marketdata.files.layouts import Layout
from marketdata.files.option_texts import OptionTexts
from marketdata.files.tables import Findings, OptionRows, Request, Whole
from marketdata.rulebook import Rulebook

# The words for kinds of contract in old and new files.
FUTURES = frozenset({"FUTIDX", "FUTSTK", "FUTIVX", "FUTINT", "STF", "IDF"})
INDEX_OPTIONS = frozenset({"OPTIDX", "IDO"})
STOCK_OPTIONS = frozenset({"OPTSTK", "STO"})
RIGHTS = {"CE": 0, "PE": 1}
AMERICAN = frozenset({"CA", "PA"})

FUTURE = "futures are not stored"
OLD_STYLE = "American options (until 2010) are not stored"
NOTHING = "no trade and no open interest"
NO_LOT = "the lot size is not known"

# Columns of a collected row: line, code, is_index, day, expiry, strike, is_put, open, high, low, close, settle,
# underlying, contracts, open interest, lot, turnover.
COLUMNS = 16
OHLC = slice(7, 11)
CONTRACTS, LOT = 13, 15
KEYS = (1, 3, 4, 5, 6)


def read(
    source: Iterator[tuple[int, rows.Record]], *, layout: Layout, name: str, request: Request, findings: Findings
) -> OptionRows:
    """The options of a derivatives file that traded or are held; the rest is left out and counted.

    :raises FileRefused: if the file as a whole is wrong
    """
    names: dict[str, int] = {}
    texts_of = option_texts.picker(layout, name=name)
    in_range = rows.within(fields.day(str(fields.EARLIEST)), fields.day(str(request.today)))

    def convert(record: rows.Record) -> rows.Numbers | str:
        texts = texts_of(record)
        reason = _left_out(texts)
        if reason:
            return reason
        day, expires = in_range(fields.day(texts.date), texts.date), fields.day(texts.expiry)
        contracts = rows.named("volume", fields.whole, texts.contracts)
        interest = rows.named("open interest", fields.whole, texts.open_interest)
        if not contracts and not interest:
            return NOTHING
        if expires < day:
            raise ValueError(f"the expiry {texts.expiry} is before the day")
        return (
            rows.interned(names, symbol_of(texts.symbol)),
            texts.kind in INDEX_OPTIONS,
            day,
            expires,
            rows.named("strike", fields.paise, texts.strike),
            RIGHTS[texts.right],
            *(_prices(texts) if contracts else (0, 0, 0, 0)),
            rows.named("settlement", fields.paise_or_zero, texts.settle or "0"),
            rows.named("underlying", fields.paise_or_zero, texts.underlying or "0"),
            contracts,
            interest,
            rows.named("lot", fields.whole, texts.lot or "0"),
            rows.named("turnover", fields.lakhs, texts.turnover or "0"),
        )

    found = rows.collect(source, width=layout.width, columns=COLUMNS, convert=convert, findings=findings)
    found = rows.ordered(found, prices=OHLC, findings=findings)
    found = rows.unique(found, keys=KEYS, shown=_key(tuple(names)), findings=findings)
    return _with_lots(found, names=tuple(names), rules=request.rules, findings=findings)


def skip_futures(source: Iterator[tuple[int, rows.Record]], *, findings: Findings) -> None:
    """Count the rows of a file that holds futures only."""
    for _ in source:
        findings.rows += 1
        findings.skipped[FUTURE] += 1


def _left_out(texts: OptionTexts) -> str:
    """Why a row is no option of ours, or nothing.

    :raises ValueError: if it is no derivative at all
    """
    if texts.kind in FUTURES:
        return FUTURE
    if texts.kind not in INDEX_OPTIONS and texts.kind not in STOCK_OPTIONS:
        raise ValueError(f"{texts.kind[:12]!r} is no kind of contract")
    if texts.right in AMERICAN:
        return OLD_STYLE
    if texts.right not in RIGHTS:
        raise ValueError(f"{texts.right[:8]!r} is neither CE nor PE")
    return ""


def _prices(texts: OptionTexts) -> rows.Numbers:
    return tuple(rows.named(each, fields.paise, text) for each, text in zip(PRICES, texts.prices, strict=True))


def _with_lots(found: Whole, *, names: tuple[str, ...], rules: Rulebook, findings: Findings) -> OptionRows:
    lot = lots.found_in(lots.Trades(names, found[:, 1:]), rules=rules)
    is_known = (lot > 0) | (found[:, CONTRACTS] == 0)
    if not is_known.all():
        findings.skipped[NO_LOT] += int((~is_known).sum())
        found, lot = found[is_known], lot[is_known]
    return OptionRows.of_columns(names, found[:, 1:LOT].T, lot=lot)


def _key(names: tuple[str, ...]) -> Callable[[Whole], str]:
    def shown(row: Whole) -> str:
        right = "PE" if row[6] else "CE"
        return f"{names[row[1]]} {rows.day_text(row[4])} {row[5] / 100:g} {right} of {rows.day_text(row[3])}"

    return shown
