"""Options and other platforms' names where any instrument is named: quotes, candles, the directory."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

import marketdata
from apps.market import selectors
from apps.market.enums import InstrumentType
from apps.market.errors import InstrumentNotFound
from apps.users.models import User
from tests.factories.market_rules import make_rule
from tests.factories.options import day_row, make_option_days, option_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.market.conftest import ApiAt

QUOTES, CANDLES, DIRECTORY = (f"/api/v1/market/{name}" for name in ("quotes", "candles", "instruments"))
NOW = "2025-01-03T11:07:31+05:30"
KEY = "NIFTY50-2025-01-30-21800-CE"
WEEKLY = "NIFTY50-2025-01-09-21800-PE"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("NIFTY50", "NIFTY50"),
        ("NIFTY", "NIFTY50"),
        ("NIFTY 50", "NIFTY50"),
        ("NSE:NIFTY50-INDEX", "NIFTY50"),
        ("NSE:NIFTY", "NIFTY50"),
        ("^NSEI", "NIFTY50"),
        ("BAJAJ-AUTO", "BAJAJ-AUTO"),
        ("NSE:BAJAJ_AUTO", "BAJAJ-AUTO"),
        ("NSE:BAJAJ-AUTO-EQ", "BAJAJ-AUTO"),
        ("BAJAJ-AUTO.NS", "BAJAJ-AUTO"),
        (KEY, KEY),
        ("NIFTY25JAN21800CE", KEY),
        ("NIFTY30JAN2521800CE", KEY),
        ("NIFTY2510921800PE", WEEKLY),
        ("NIFTY09JAN2521800PE", WEEKLY),
        ("BAJAJ-AUTO25JAN9000PE", "BAJAJ-AUTO-2025-01-30-9000-PE"),
        # Read the other way these are 28 November 2024 at 500, an expiry, and November 2024 at 2824500.
        ("NIFTY28NOV24500CE", "NIFTY50-2028-11-28-24500-CE"),
        ("NIFTY28NOV2424500CE", "NIFTY50-2024-11-28-24500-CE"),
    ],
)
def test_a_name_of_any_platform_finds_its_instrument(api_at: ApiAt, name: str, key: str) -> None:
    make_sector(enum="NIFTY50")
    make_stock(enum="BAJAJ-AUTO")

    with api_at(NOW):
        found = selectors.get_named_instrument(identifier=name)

    assert found.identifier == key


def test_every_name_that_we_tell_finds_its_instrument_again(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    for key, kind in (("NIFTY50", "sector"), (KEY, "option"), (WEEKLY, "option")):
        with api_at(NOW):
            aliases = selectors.aliases_of(instrument=key, instrument_type=kind)
            found = selectors.list_named_instruments(identifiers=list(aliases.values()))
        assert len(aliases) == {"sector": 5, "option": 2}[kind]
        assert {each.identifier for each in found} == {key}


def test_an_option_carries_its_contract_and_its_underlying(api_at: ApiAt) -> None:
    sector = make_sector(enum="NIFTY50", status="inactive")

    with api_at(NOW):
        found = selectors.get_named_instrument(identifier="NIFTY25JAN21800CE")

    assert (found.type, found.option) == (InstrumentType.OPTION, option_of(KEY))
    assert (found.stock_id, found.sector_id, found.is_active) == (None, None, False)
    assert found.underlying is not None
    assert found.underlying.sector_id == sector.pk


def test_an_imported_contract_exists_whatever_the_rules_say(api_at: ApiAt) -> None:
    make_stock(enum="UNHEARDOF")
    row = day_row(underlying_symbol="UNHEARDOF", expiry_date=date(2025, 9, 18), strike="33.33")
    make_option_days([row])

    with api_at(NOW):
        found = selectors.get_named_instrument(identifier="UNHEARDOF-2025-09-18-33.33-CE")

    assert found.option is not None
    assert found.option.strike == Decimal("33.33")


def test_names_cost_a_fixed_number_of_queries(api_at: ApiAt, django_assert_num_queries: Any) -> None:
    for enum in ("NIFTY50", "BANKNIFTY"):
        make_sector(enum=enum)
    make_stock(enum="TCS")
    names = ["TCS", "NIFTY", KEY, "NSE:TCS", "BANKNIFTY25JAN50000PE", "NIFTY2510921800PE", "^NSEI"]

    with api_at(NOW):
        selectors.list_named_instruments(identifiers=names)
        with django_assert_num_queries(2):
            selectors.list_named_instruments(identifiers=["TCS", "NIFTY50", KEY, WEEKLY])
        for count in (1, 10):
            with django_assert_num_queries(4):
                selectors.list_named_instruments(identifiers=names * count)


def test_a_future_and_a_word_that_is_nothing_are_not_found(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    for name in ("NIFTY50-2025-01-30-FUT", "NIFTY25JANFUT", "NSE:", "NOSUCH.NS", "NIFTY25XYZ21800CE"):
        with api_at(NOW), pytest.raises(InstrumentNotFound):
            selectors.get_named_instrument(identifier=name)


def test_options_are_quoted_in_one_batch_beside_everything_else(api_at: ApiAt, django_assert_num_queries: Any) -> None:
    make_sector(enum="NIFTY50")
    make_stock(enum="TCS")
    provider, moment = marketdata.get_provider(), datetime.fromisoformat(NOW)
    option = option_of(KEY)
    bars = provider.option_intraday([option], date(2025, 1, 2), date(2025, 1, 3), now=moment)[option]
    expected = provider.option_quotes([option], moment)[option]

    with api_at(NOW) as api:
        api.get(f"{QUOTES}?instruments=NIFTY")
        # Account; stocks and sectors, by key and by other names; last days of both and bars after; imported options.
        with django_assert_num_queries(11):
            body = api.get(f"{QUOTES}?instruments=NSE:TCS,{KEY},{WEEKLY},NIFTY,NIFTY25JAN21800CE").json()

    assert [quote["instrument"] for quote in body["quotes"]] == ["TCS", KEY, WEEKLY, "NIFTY50"]
    assert body["missing"] == []
    quote = body["quotes"][1]
    count = int(bars.counts[1])
    assert quote == {
        "instrument": KEY,
        "price": f"{expected.price / 100:.2f}",
        "open": f"{bars.open[1, 0] / 100:.2f}",
        "high": f"{bars.high[1, :count].max() / 100:.2f}",
        "low": f"{bars.low[1, :count].min() / 100:.2f}",
        "previous_close": f"{bars.close[0, 74] / 100:.2f}",
        "volume": expected.volume,
        "at": "2025-01-03T11:07:30+05:30",
        "is_open": True,
        "source": "synthetic",
        "version": "synthetic-1",
    }
    assert Decimal(quote["low"]) <= Decimal(quote["price"]) <= Decimal(quote["high"])


def test_an_expired_option_is_quoted_at_what_it_settled_at(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at("2025-06-02T12:00:00+05:30") as api:
        chain = api.get("/api/v1/options/chain?underlying=NIFTY50&expiry_date=2025-01-09&atm_levels=0").json()
        put = chain["rows"][0]["put"]
        (quote,) = api.get(f"{QUOTES}?instruments={put['contract']}").json()["quotes"]

    assert (quote["price"], quote["at"], quote["is_open"]) == (put["ltp"], "2025-01-09T15:30:00+05:30", False)


def test_an_imported_option_is_quoted_at_the_close_of_its_last_trade(api_at: ApiAt) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})
    days = [(9, 9000), (10, 10000), (11, None)]
    make_option_days([day_row(date=date(2025, 9, day), price=price) for day, price in days])
    key, never = "NIFTY50-2025-09-16-25000-CE", "NIFTY50-2025-09-16-25000-PE"

    with api_at("2025-09-12T09:00:00+05:30") as api:
        body = api.get(f"{QUOTES}?instruments={key},{never}").json()

    (quote,) = body["quotes"]
    assert (quote["price"], quote["previous_close"], quote["volume"]) == ("100.00", "90.00", 7500)
    assert (quote["at"], quote["source"]) == ("2025-09-10T15:30:00+05:30", "import")
    assert body["missing"] == [never]


def test_a_moved_option_has_the_price_of_its_old_name_until_a_file_has_the_new_one(api_at: ApiAt, admin: User) -> None:
    make_sector_prices(sector=make_sector(enum="NIFTY50"), extra={"source": "import"})
    make_option_days([day_row(date=date(2025, 9, 10), price=10000)])
    make_rule(admin, table="holidays", valid_from=date(2025, 9, 16), columns={"reason": "Mourning"})
    key = "NIFTY50-2025-09-16-25000-CE"

    with api_at("2025-09-12T09:00:00+05:30") as api:
        before = api.get(f"{QUOTES}?instruments={key}").json()["quotes"]
        make_option_days([day_row(date=date(2025, 9, 11), expiry_date=date(2025, 9, 15), price=11000)])
        after = api.get(f"{QUOTES}?instruments={key}").json()["quotes"]

    assert [(each["instrument"], each["price"]) for each in before + after] == [(key, "100.00"), (key, "110.00")]


def test_candles_of_an_option_are_those_of_its_days(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    option = option_of(KEY)
    bars = marketdata.get_provider().option_intraday([option], date(2025, 1, 1), date(2025, 1, 2))[option]

    with api_at(NOW) as api:
        daily = api.get(f"{CANDLES}?instrument=NIFTY25JAN21800CE&interval=1d&limit=2").json()
        hours = api.get(f"{CANDLES}?instrument={KEY}&interval=1h&limit=3").json()

    assert (daily["instrument"], daily["source"], daily["version"]) == (KEY, "synthetic", "synthetic-1")
    assert daily["time"] == ["2025-01-01T09:15:00+05:30", "2025-01-02T09:15:00+05:30"]
    assert daily["open"] == (bars.open[:, 0] / 100).tolist()
    assert daily["high"] == (bars.high.max(axis=1) / 100).tolist()
    assert daily["close"] == (bars.close[:, 74] / 100).tolist()
    assert daily["volume"] == bars.volume.sum(axis=1).tolist()
    # The hour that runs is left out.
    assert hours["time"][-1] == "2025-01-03T09:15:00+05:30"


def test_daily_candles_of_an_imported_option_are_its_days(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")
    make_option_days([day_row(date=date(2025, 9, day), price=day * 100) for day in (9, 10, 11)])
    make_option_days([day_row(date=date(2025, 9, 8), price=None)])
    query = "instrument=NIFTY50-2025-09-16-25000-CE&interval=1d"

    with api_at("2025-09-11T12:00:00+05:30") as api:
        body = api.get(f"{CANDLES}?{query}").json()
        assert api.get(f"{CANDLES}?{query.replace('1d', '5m')}").json()["time"] == []

    assert (body["source"], body["close"]) == ("import", [9.0, 10.0])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=NIFTY25JAN21800CE", [KEY]),
        (f"search={KEY}&instrument_type=option", [KEY]),
        (f"search={KEY}&instrument_type=stock", []),
        ("search=NSE:SBIN-EQ", ["SBIN"]),
        ("search=^NSEI", ["NIFTY50"]),
        ("search=NIFTY", ["NIFTY50"]),
        ("search=NIFTY50-2025-01-30-21801-CE", []),
        ("instrument_type=option", []),
    ],
)
def test_the_directory_finds_an_option_by_its_name(api_at: ApiAt, query: str, found: list[str]) -> None:
    make_sector(enum="NIFTY50")
    make_stock(enum="SBIN")

    with api_at(NOW) as api:
        body = api.get(f"{DIRECTORY}?{query}").json()

    assert [row["instrument"] for row in body["results"]] == found
    if found == [KEY]:
        assert body["results"][0] == {
            "instrument": KEY,
            "name": "NIFTY50 30 Jan 2025 21800 CE",
            "instrument_type": "option",
            "aliases": {"kite": "NIFTY25JAN21800CE", "openalgo": "NIFTY30JAN2521800CE"},
        }


def test_the_quality_of_an_option_is_not_told(api_at: ApiAt) -> None:
    make_sector(enum="NIFTY50")

    with api_at(NOW) as api:
        response = api.get(f"/api/v1/market/quality?instrument={KEY}")

    assert (response.status_code, response.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
