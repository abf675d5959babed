"""The rulebook against what the exchange and brokers published: sessions, bars, lots, expiries, names.

Where the two differ the difference is written out, so that a new one fails.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from marketdata import rulebook
from marketdata.rulebook import aliases, expiries, lots, sessions, ticks

pytestmark = pytest.mark.realdata
RULES = rulebook.default()
INDICES = ("NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50")
MOVED = date(2025, 9, 1)  # Thursday to Tuesday: contracts listed before were moved by circular

INFY_OFF = {"2020-03-13": 22, "2020-03-23": 22, "2021-02-24": 16} | dict.fromkeys(
    ("2018-04-18", "2020-03-20", "2020-12-01", "2021-01-01", "2021-01-13", "2021-01-14", "2021-02-18"), 26
)


def gz(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def udiff(nse_data: Path, day: str) -> list[dict[str, str]]:
    name = f"BhavCopy_NSE_FO_0_0_0_{day}_F_0000.csv"
    with zipfile.ZipFile(nse_data / f"bhavcopy_fo/udiff/{name}.zip") as archive, archive.open(name) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, "utf-8")))


def knows_lots(symbol: str) -> bool:
    return RULES.has("lots", RULES.symbol_of(symbol))


def lots_off(rows: list[tuple[str, str, int]], *, traded: date) -> dict[tuple[str, str], tuple[int, int]]:
    """Contracts (symbol, expiry) whose lot differs: (published, ours)."""
    off = {}
    for symbol, expiry, published in rows:
        if knows_lots(symbol):
            ours = lots.lot_size(RULES, symbol, trade_date=traded, expiry=date.fromisoformat(expiry))
            if ours != published:
                off[symbol, expiry] = (published, ours)
    return off


def test_every_day_since_october_2019_is_of_the_published_kind(nse_data):
    with (nse_data / "reference/nse_sessions_2019-10-01_2026-08-21.csv").open() as file:
        published = {row["date"]: row["kind"] for row in csv.DictReader(file)}
    kinds = {"regular": "regular", "full": "special", "short": "special", "muhurat": "muhurat", "closed": "closed"}
    day, last, off = date(2019, 10, 1), date(2026, 8, 21), []
    while day <= last:
        ours = kinds[sessions.trading_day(RULES, day).kind]
        if published.get(str(day), "closed").split(" ")[0] != ours:
            off.append((str(day), ours))
        day += timedelta(days=1)
    assert off == []


def test_weekday_holidays_of_2018_to_2026_are_the_published_ones(nse_data):
    reference = nse_data / "reference"
    listed = json.loads((reference / "holidays_2018_2025.json").read_text())["holidays"]
    published = {date.fromisoformat(day) for day, _ in listed}
    for line in (reference / "holidays_2026.csv").read_text().split():
        published.add(datetime.strptime(line, "%d-%b-%Y").replace(tzinfo=UTC).date())
    published.add(date(2021, 3, 29))  # Holi, which the list lacks
    every = (date(2018, 1, 1) + timedelta(days=each) for each in range(9 * 365 + 2))
    ours = {day for day in every if day.weekday() < 5 and not sessions.is_full_day(RULES, day)}
    assert ours == {day for day in published if day.weekday() < 5}


@pytest.mark.parametrize(
    ("file", "column", "minutes", "segment", "off"),
    [
        ("SBIN_5min_2025-08-18_2025-11-21", "timestamp", 5, "cash_derivative", {}),
        # Stray bars before the Muhurat session.
        ("NIFTY_50_5min_2025-08-26_2025-11-21", "timestamp", 5, "index", {"2025-10-21": 17}),
        # Halts of 13 and 23 March 2020, the outage of 24 February 2021, and seven days with a 26th bar at 15:30.
        ("INFY_15min_2018-03-01_2021-03-01", "Date", 15, "cash_derivative", INFY_OFF),
    ],
)
def test_days_of_bars_have_the_expected_labels(nse_data, file, column, minutes, segment, off):
    rows = gz(nse_data / f"intraday/{file}.csv.gz")
    found = defaultdict(list)
    for row in rows:
        moment = datetime.fromisoformat(row[column])
        found[moment.date()].append(moment.time())
    wrong = {
        str(day): len(labels)
        for day, labels in found.items()
        if tuple(labels) != sessions.bar_labels(RULES, day, segment, minutes=minutes)
    }
    assert wrong == off


def test_special_days_of_1_minute_bars_have_the_expected_count(nse_data):
    found = Counter(
        row["Date"]
        for row in gz(nse_data / "intraday/NIFTY_50_1min_2024-01-01_2024-08-23.csv.gz")
        if row["Time"] < "15:30"
    )
    days = {date(2024, 1, 20): 375, date(2024, 3, 2): 105, date(2024, 5, 18): 105, date(2024, 3, 1): 375}
    for day, bars in days.items():
        assert found[f"{day:%Y%m%d}"] == sessions.expected_bars(RULES, day, "index", minutes=1) == bars


@pytest.mark.parametrize("day", ["20250227", "20250911"])
def test_lots_of_the_bhavcopies(nse_data, day):
    rows = [(row["TckrSymb"], row["XpryDt"], int(row["NewBrdLotQty"])) for row in udiff(nse_data, day)]
    assert len({symbol for symbol, _, _ in rows if knows_lots(symbol)}) >= 50
    assert lots_off(rows, traded=datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date()) == {}


def test_lots_of_the_broker_dump_of_november_2025(nse_data):
    rows = gz(nse_data / "reference/kite_instruments_nfo_2025-11.csv.gz")
    contracts = [(row["name"], row["expiry"], int(row["lot_size"])) for row in rows]
    assert len({symbol for symbol, _, _ in contracts if knows_lots(symbol)}) == 55
    assert lots_off(contracts, traded=date(2025, 11, 24)) == {}


@pytest.mark.parametrize(
    ("file", "traded", "symbols"), [("2021-10", date(2021, 10, 1), 48), ("2026-08", date(2026, 8, 3), 55)]
)
def test_lots_of_the_exchange_lists(nse_data, file, traded, symbols):
    with (nse_data / f"reference/fo_mktlots_{file}.csv").open() as lines:
        rows = [[cell.strip() for cell in line] for line in csv.reader(lines)]
    months = [datetime.strptime(cell, "%b-%y").replace(tzinfo=UTC).date() for cell in rows[0][2:] if cell]
    contracts = [
        (row[1], str(expiries.monthly(RULES, row[1], year=month.year, month=month.month).day), int(lot))
        for row in rows[1:]
        if knows_lots(row[1])
        for month, lot in zip(months, row[2:], strict=False)
        if lot
    ]
    assert len({symbol for symbol, _, _ in contracts}) == symbols
    assert lots_off(contracts, traded=traded) == {}


def test_open_interest_of_june_2026_is_whole_lots_but_for_long_dated_nifty(nse_data):
    odd = set()
    for row in gz(nse_data / "bhavcopy_fo/legacy_layout_2026/fo_legacy_layout_11JUN2026.csv.gz"):
        expiry = datetime.strptime(row["EXPIRY_DT"], "%d-%b-%Y").replace(tzinfo=UTC).date()
        if knows_lots(row["SYMBOL"]):
            lot = lots.lot_size(RULES, row["SYMBOL"], trade_date=date(2026, 6, 11), expiry=expiry)
            if int(float(row["OPEN_INT"])) % lot:
                odd.add((row["SYMBOL"], expiry))
    # Positions opened in lots of 75 or 25 and never closed.
    assert {symbol for symbol, _ in odd} == {"NIFTY"}
    assert {expiry.month for _, expiry in odd} <= {6, 9, 12}


def test_observed_expiries_are_those_of_the_rule(nse_data):
    with (nse_data / "reference/expiries_observed.csv").open() as file:
        rows = list(csv.DictReader(file))
    off = set()
    for row in rows:
        day = date.fromisoformat(row["expiry"])
        found = expiries.between(RULES, row["underlying"], "both", start=day, end=day)
        is_old_thursday = row["last_seen"] < str(MOVED) <= row["expiry"] and row["weekday"] in {"Wednesday", "Thursday"}
        if not found and not is_old_thursday:
            off.add((row["underlying"], row["expiry"], row["last_seen"][:7]))
    assert off == {
        # Listed before the exchange knew of the holiday on 31 March 2026: moved to the 30th.
        ("BANKNIFTY", "2026-03-31", "2025-09"),
        ("BANKNIFTY", "2026-03-31", "2025-11"),
        ("NIFTY", "2026-03-31", "2025-08"),
        ("NIFTY", "2026-03-31", "2025-09"),
        ("NIFTY", "2026-03-31", "2025-11"),
        # Listed before Bakri Id moved from 28 to 29 June 2023: moved to the 28th.
        ("BANKNIFTY", "2023-06-29", "2023-05"),
        ("NIFTY", "2023-06-29", "2020-12"),
        # Listed before Bank Nifty's monthlies went to Wednesday in March 2024.
        ("BANKNIFTY", "2024-03-28", "2023-05"),
    }


def test_listed_weeklies_and_monthlies_are_all_the_rule_names(nse_data):
    with (nse_data / "reference/expiries_observed.csv").open() as file:
        listed = {
            row["expiry"]
            for row in csv.DictReader(file)
            if row["source"] == "udiff_fo" and row["underlying"] == "NIFTY"
        }
    ours = expiries.between(RULES, "NIFTY", "both", start=date(2025, 2, 6), end=date(2025, 4, 3))
    assert {str(each.day) for each in ours} <= listed
    assert len(ours) == 9


def test_every_contract_name_of_the_broker_dump_reads_and_writes(nse_data):
    rows = gz(nse_data / "reference/kite_instruments_nfo_2025-11.csv.gz")
    off: Counter[str] = Counter()
    for row in rows:
        key = aliases.parse(RULES, row["tradingsymbol"], "kite")
        assert aliases.form(RULES, key, "kite") == row["tradingsymbol"]
        expected = f"{RULES.symbol_of(row['name'])}-{row['expiry']}-"
        tail = (
            "FUT"
            if row["instrument_type"] == "FUT"
            else f"{Decimal(row['strike']).normalize():f}{row['instrument_type']}"
        )
        if str(key) != expected + tail.replace("CE", "-CE").replace("PE", "-PE"):
            off[row["expiry"]] += 1
    assert len(rows) == 38752
    assert off == {"2026-03-31": 56}  # moved to the 30th when the holiday was announced


def test_every_stock_of_the_symbol_master_reads_and_writes(nse_data):
    with gzip.open(nse_data / "reference/fyers_symbol_master_NSE_CM_2024-06.csv.gz", "rt") as file:
        written = [row[9] for row in csv.reader(file) if row[9].endswith("-EQ")]
    assert len(written) > 1500
    for text in written:
        key = aliases.parse(RULES, text, "fyers")
        assert {aliases.form(RULES, key, "fyers")} == {text}
        trading_view = aliases.form(RULES, key, "tradingview")
        assert aliases.parse(RULES, trading_view, "tradingview") == key


def test_ticks_of_index_futures_in_the_broker_dump(nse_data):
    rows = gz(nse_data / "reference/kite_instruments_nfo_2025-11.csv.gz")
    listed = {row["name"]: Decimal(row["tick_size"]) for row in rows if row["instrument_type"] == "FUT"}
    for name, file in (("NIFTY", "NIFTY_50"), ("BANKNIFTY", "NIFTY_BANK")):
        closes = {row["date"]: Decimal(row["close"]) for row in gz(nse_data / f"daily_index/{file}.csv.gz")}
        ours = ticks.tick_size(
            RULES, "index_future", reference_price=closes["2025-10-31"], trade_date=date(2025, 11, 24)
        )
        assert ours == listed[name]


def test_ticks_of_stock_futures_follow_the_price_of_the_month_before(nse_data):
    rows = gz(nse_data / "reference/kite_instruments_nfo_2025-11.csv.gz")
    listed = {row["name"]: Decimal(row["tick_size"]) for row in rows if row["instrument_type"] == "FUT"}
    for path in sorted((nse_data / "daily_equity").glob("*.csv.gz")):
        bars = {row["date"]: row for row in gz(path)}
        close, symbol = Decimal(bars["2025-10-31"]["close"]), bars["2025-10-31"]["symbol"]
        ours = ticks.tick_size(RULES, "stock_future", reference_price=close, trade_date=date(2025, 11, 24))
        assert (symbol, ours) == (symbol, listed[symbol])
