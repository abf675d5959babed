"""The list of instruments over HTTP: stocks and sectors together, their names and aliases, search, pages."""

from __future__ import annotations

from rest_framework.test import APIClient

from tests.factories.sectors import make_sector
from tests.factories.stocks import make_category, make_stock

URL = "/api/v1/market/instruments"


def listed(api: APIClient, query: str = "") -> list[str]:
    return [row["instrument"] for row in api.get(f"{URL}?{query}").json()["results"]]


def test_stocks_and_sectors_are_one_list_with_names_and_aliases(api: APIClient) -> None:
    make_stock(enum="M&M", extra={"name": "Mahindra & Mahindra Ltd."}, categories=[make_category()])
    make_sector(enum="BANKNIFTY", name="NIFTY Bank")

    assert api.get(URL).json() == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [
            {
                "instrument": "BANKNIFTY",
                "name": "NIFTY Bank",
                "instrument_type": "sector",
                "aliases": {
                    "kite": "NIFTY BANK",
                    "openalgo": "BANKNIFTY",
                    "fyers": "NSE:NIFTYBANK-INDEX",
                    "tradingview": "NSE:BANKNIFTY",
                    "yahoo": "^NSEBANK",
                },
            },
            {
                "instrument": "M&M",
                "name": "Mahindra & Mahindra Ltd.",
                "instrument_type": "stock",
                "aliases": {
                    "kite": "M&M",
                    "openalgo": "M&M",
                    "fyers": "NSE:M&M-EQ",
                    "tradingview": "NSE:M_M",
                    "yahoo": "M&M.NS",
                },
            },
        ],
    }


def test_a_stock_without_a_name_is_called_by_its_symbol(api: APIClient) -> None:
    make_stock(enum="TATA", symbol="TATAMOTORS")

    assert api.get(URL).json()["results"][0]["name"] == "TATAMOTORS"


def test_a_sector_that_no_platform_names_has_no_aliases(api: APIClient) -> None:
    make_sector(enum="MYINDEX")

    assert api.get(URL).json()["results"][0]["aliases"] == {}


def test_only_active_ones_are_listed(api: APIClient) -> None:
    make_stock(enum="OLD", status="inactive")
    make_sector(enum="OLDINDEX", status="inactive")

    assert listed(api) == []


def test_the_search_looks_into_keys_and_names(api: APIClient) -> None:
    make_stock(enum="RELIANCE", extra={"name": "Reliance Industries"})
    make_stock(enum="TCS", extra={"name": "Tata Consultancy"})
    make_sector(enum="NIFTYIT", name="NIFTY Industry")

    assert listed(api, "search=indus") == ["NIFTYIT", "RELIANCE"]
    assert listed(api, "search=tcs") == ["TCS"]
    assert listed(api, "search=%25") == []


def test_the_list_can_be_of_one_type(api: APIClient) -> None:
    make_stock(enum="TCS")
    make_sector(enum="NIFTYIT")

    assert listed(api, "instrument_type=stock") == ["TCS"]
    assert listed(api, "instrument_type=sector") == ["NIFTYIT"]
    assert listed(api, "instrument_type=option") == []
    assert api.get(f"{URL}?instrument_type=future").status_code == 400


def test_a_page_goes_across_both_kinds(api: APIClient) -> None:
    for enum in ("A", "C"):
        make_stock(enum=enum)
    for enum in ("B", "D"):
        make_sector(enum=enum)

    page = api.get(f"{URL}?page=2&page_size=2").json()

    assert ([row["instrument"] for row in page["results"]], page["count"], page["next"]) == (["C", "D"], 4, None)
    assert page["previous"].endswith("?page=1&page_size=2")
