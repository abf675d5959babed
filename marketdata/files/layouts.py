"""Which kind of file a header belongs to, and where its columns are.

What does not belong here: the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketdata.files.errors import ForeignMarket, NotPrices, UnknownFileKind
from marketdata.files.tables import FileKind

UDIFF = ("TradDt", "Sgmt", "Src", "FinInstrmTp", "TckrSymb")
# Columns by which a kind is known, and those that are read, as the exchange writes them.
LAYOUTS: Mapping[FileKind, tuple[str, ...]] = {
    "cm_udiff": (*UDIFF, "SctySrs", "OpnPric", "HghPric", "LwPric", "ClsPric", "TtlTradgVol"),
    "cm_legacy": ("TIMESTAMP", "SYMBOL", "SERIES", "OPEN", "HIGH", "LOW", "CLOSE", "TOTTRDQTY"),
    "cm_full": (
        *("DATE1", "SYMBOL", "SERIES", "OPEN_PRICE", "HIGH_PRICE", "LOW_PRICE", "CLOSE_PRICE"),
        "TTL_TRD_QNTY",
    ),
    "fo_legacy": (
        *("TIMESTAMP", "INSTRUMENT", "SYMBOL", "EXPIRY_DT", "STRIKE_PR", "OPTION_TYP"),
        *("OPEN", "HIGH", "LOW", "CLOSE", "SETTLE_PR", "CONTRACTS", "OPEN_INT", "VAL_INLAKH"),
    ),
    "fo_udiff": (
        *("TradDt", "FinInstrmTp", "TckrSymb", "XpryDt", "StrkPric", "OptnTp"),
        *("OpnPric", "HghPric", "LwPric", "ClsPric", "SttlmPric", "TtlTradgVol", "OpnIntrst"),
        *("UndrlygPric", "NewBrdLotQty", "Sgmt", "Src"),
    ),
    "fo_activity": (
        *("INSTRUMENT", "SYMBOL", "EXP_DATE", "STR_PRICE", "OPT_TYPE"),
        *("OPEN_PRICE", "HI_PRICE", "LO_PRICE", "CLOSE_PRICE", "NO_OF_CONT", "OPEN_INT*", "TRD_QTY"),
    ),
    "corporate_factors": ("symbol", "ex_date", "kind", "factor"),
    "corporate_actions": ("symbol", "exDate", "subject"),
}
# The futures beside the options of one day in the exchange's market activity archive.
ACTIVITY_FUTURES = ("INSTRUMENT", "SYMBOL", "EXP_DATE", "CLOSE_PRICE", "NO_OF_CONT")
# Headers of other exchanges that are met in the wild.
FOREIGN = {"SC_CODE": "BSE", "Security Code": "BSE", "Instrument Name": "MCX", "CONTRACT_D": "the currency segment"}

# What others call our columns, in order of preference. Lower case, without blanks and underscores.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "timestamp", "datetime", "day", "tradedate", "time"),
    "time": ("time",),
    "symbol": ("symbol", "instrument", "ticker", "tradingsymbol"),
    "open": ("open", "openprice", "o"),
    "high": ("high", "highprice", "h"),
    "low": ("low", "lowprice", "l"),
    "close": ("close", "closeprice", "c"),
    "volume": ("volume", "vol", "totaltradedquantity", "v"),
    "exchange": ("exchange", "exch"),
}
NEEDED = ("date", "open", "high", "low", "close")
CLOSES = ("close", "tri_close")
DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Layout:
    """The kind of a file, where each column that is read stands, and how many fields a row has."""

    kind: FileKind
    places: Mapping[str, int]
    width: int


def delimiter_of(line: str) -> str:
    """What separates the fields of a header line."""
    return max(DELIMITERS, key=line.count)


def detect(header: Sequence[str], *, columns: Mapping[str, str]) -> Layout | None:
    """The layout of a header, by its exact names; None for the first line of something else.

    ``columns`` maps our words to the file's, for a CSV that nobody else writes.

    :raises ForeignMarket: if it is another exchange's
    :raises NotPrices: if it has closes only
    :raises UnknownFileKind: if a mapped column is not there, or one that is read is there twice
    """
    names = [each.strip().strip('"') for each in header]
    place = {name: number for number, name in reversed(list(enumerate(names)))}
    for seen, whose in FOREIGN.items():
        if seen in place:
            raise ForeignMarket(f"the file is of {whose}, by its column {seen}")
    if not columns:
        for kind, known in LAYOUTS.items():
            if all(name in place for name in known):
                _check_once(known, names)
                return Layout(kind, {name: place[name] for name in known}, len(names))
    return _csv(names, columns=columns)


def _check_once(wanted: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a header that has a column twice: which of the two is meant cannot be known."""
    for name in wanted:
        if names.count(name) > 1:
            raise UnknownFileKind(f"the header has the column {name!r} more than once")


def _csv(names: Sequence[str], *, columns: Mapping[str, str]) -> Layout | None:
    plain = [name.casefold().replace(" ", "").replace("_", "") for name in names]
    places: dict[str, int] = {}
    for ours, theirs in columns.items():
        if theirs not in names:
            raise UnknownFileKind(f"the header has no column {theirs!r} for {ours}")
        _check_once([theirs], names)
        places[ours] = names.index(theirs)
    for ours, known in SYNONYMS.items():
        found = next((each for each in known if each in plain), "")
        if ours not in places and found and plain.index(found) not in places.values():
            _check_once([found], plain)
            places[ours] = plain.index(found)
    missing = [each for each in NEEDED if each not in places]
    if not missing:
        return Layout("csv", places, len(names))
    if columns:
        raise UnknownFileKind(f"the header lacks the columns {', '.join(missing)}")
    if "date" in places and any(each in names for each in CLOSES):
        raise NotPrices(f"the file has closes only, without {', '.join(missing)}: it cannot be traded")
    return None
