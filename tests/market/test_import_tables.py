"""What imported rows become: bars, candles, options, actions; real prices push synthetic ones out everywhere."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models.expressions import RawSQL

from apps.core import clock
from apps.market import services
from apps.market.models import CorporateAction
from apps.options.models import OptionDay
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from apps.users.models import User
from tests.factories import market_files as small
from tests.factories.market_files import text
from tests.factories.stocks import make_daily_prices, make_stock

SYNTHETIC = {"source": "synthetic", "version": "1"}
CSV = "symbol,date,open,high,low,close,volume"


def upload(content: bytes, *, user: User, **options: Any) -> services.FileReport:
    return services.import_upload(
        file=io.BytesIO(content), name="file.csv", options=services.ImportOptions(**options), user=user
    )


def test_a_file_of_a_day_pushes_synthetic_prices_of_its_stocks_out(admin: User) -> None:
    stock = make_stock(enum="M&M", last_synced_at=datetime(2026, 1, 1, tzinfo=clock.IST))
    other = make_stock(enum="TCS", last_synced_at=datetime(2026, 1, 1, tzinfo=clock.IST))
    for each in (stock, other):
        make_daily_prices(stock=each, extra=SYNTHETIC)
        Stock5MinByDay.objects.create(stock=each, date=date(2025, 1, 1), candles_json={"09:15": {}}, extra=SYNTHETIC)
    infy = small.CM_LEGACY_ROW.replace("M&M", "INFY")

    report = upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW, infy), user=admin)

    assert (report.stored.inserted, report.stored.removed_synthetic) == (2, 4)
    assert [str(row.date) for row in stock.daily_prices.all()] == ["2021-01-06"]
    assert (stock.intraday.count(), other.daily_prices.count(), other.intraday.count()) == (0, 3, 1)
    ends = dict(Stock.objects.values_list("enum", "last_synced_at"))
    until = datetime(2021, 1, 7, tzinfo=clock.IST)
    assert ends == {"M&M": until, "INFY": until, "TCS": datetime(2026, 1, 1, tzinfo=clock.IST)}


def test_the_same_day_again_changes_no_row_and_a_correction_one(admin: User) -> None:
    infy = small.CM_LEGACY_ROW.replace("M&M", "INFY")
    upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW, infy), user=admin)
    before = list(StockPriceDaily.objects.order_by("pk").values())

    again = upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW, infy), user=admin)
    assert (again.stored.unchanged, again.stored.inserted, again.stored.updated) == (2, 0, 0)
    assert list(StockPriceDaily.objects.order_by("pk").values()) == before

    better = upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW, infy.replace(",1000,", ",1001,")), user=admin)
    assert (better.stored.unchanged, better.stored.updated) == (1, 1)


def test_an_older_day_does_not_move_the_end_of_the_data_back(admin: User) -> None:
    upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW), user=admin)
    upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW.replace("06-JAN-2021", "05-JAN-2021")), user=admin)

    assert Stock.objects.get().last_synced_at == datetime(2021, 1, 7, tzinfo=clock.IST)


def days_in(*series: tuple[str, str]) -> bytes:
    rows = [small.CM_LEGACY_ROW.replace("06-JAN", f"{day}-JAN").replace(",EQ,", f",{name},") for day, name in series]
    return text(small.CM_LEGACY, *rows)


def test_a_share_has_the_series_of_its_newest_day_and_its_prices_go_on(admin: User) -> None:
    """Into trade for trade and out of it again; a file of older days, read later, changes nothing."""
    found = []
    for file in (
        days_in(("06", "EQ")),
        days_in(("11", "BE"), ("08", "EQ")),
        days_in(("07", "BZ")),
        text(CSV, "M&M,2021-01-12,1,2,1,2,7"),
        days_in(("11", "BZ")),
        days_in(("13", "EQ")),
    ):
        upload(file, user=admin)
        stock = Stock.objects.get()
        found.append((stock.series, str(stock.series_date)))

    assert found == [
        ("EQ", "2021-01-06"),
        ("BE", "2021-01-11"),
        ("BE", "2021-01-11"),
        ("BE", "2021-01-11"),
        ("BZ", "2021-01-11"),
        ("EQ", "2021-01-13"),
    ]
    days = StockPriceDaily.objects.order_by("date").values_list("date__day", flat=True)
    assert list(days) == [6, 7, 8, 11, 12, 13]


def test_each_share_of_a_file_has_its_own_series(admin: User) -> None:
    tcs = small.CM_LEGACY_ROW.replace("M&M", "TCS").replace(",EQ,", ",BE,")
    infy = small.CM_LEGACY_ROW.replace("M&M", "INFY").replace(",EQ,", ",SM,")
    upload(text(small.CM_LEGACY, tcs, small.CM_LEGACY_ROW, infy), user=admin)
    upload(text(CSV, "ITC,2021-01-06,1,2,1,2,7"), user=admin)
    rows = Stock.objects.order_by("enum").annotate(place=RawSQL("ctid::text", []))
    before = list(rows.values_list("enum", "series", "place"))

    upload(text(small.CM_LEGACY, tcs, small.CM_LEGACY_ROW, infy), user=admin)

    assert [row[:2] for row in before] == [("INFY", "SM"), ("ITC", ""), ("M&M", "EQ"), ("TCS", "BE")]
    # Any write, of the same values too, puts a row into another place.
    assert list(rows.values_list("enum", "series", "place")) == before


def test_a_symbol_whose_only_row_is_wrong_makes_no_stock(admin: User) -> None:
    wrong = small.CM_LEGACY_ROW.replace("M&M", "TCS").replace("110.5", "104")
    upload(text(small.CM_LEGACY, small.CM_LEGACY_ROW, wrong), user=admin, skip_bad=True)

    assert [stock.enum for stock in Stock.objects.all()] == ["M&M"]


def test_one_csv_may_hold_stocks_and_indices(admin: User) -> None:
    report = upload(
        text(CSV, "TCS,2025-01-01,1,2,1,2,7", "NIFTY,2025-01-01,3,4,3,4,", "NIFTY,2025-01-02,4,5,4,5,"), user=admin
    )

    assert (report.bars, report.instruments) == (3, 2)
    assert (Sector.objects.get().enum, Sector.objects.get().name) == ("NIFTY50", "NIFTY 50")
    assert (SectorPriceDaily.objects.count(), StockPriceDaily.objects.count()) == (2, 1)


def test_minutes_become_five_minute_candles_and_push_synthetic_ones_out(admin: User) -> None:
    stock = make_stock(enum="TCS")
    make_daily_prices(stock=stock, extra=SYNTHETIC)

    report = upload(
        text(CSV, "TCS,2025-01-01 09:15,100,110,90,105,5", "TCS,2025-01-01 09:16,105,120,105,110.5,6"), user=admin
    )

    assert (report.bars, report.stored.inserted, report.stored.removed_synthetic) == (1, 1, 3)
    day = Stock5MinByDay.objects.get()
    assert (str(day.date), day.extra) == ("2025-01-01", {"source": "import", "file": "file.csv"})
    assert day.candles_json == {"09:15": {"open": 100.0, "high": 120.0, "low": 90.0, "close": 110.5, "volume": 11}}
    assert not StockPriceDaily.objects.exists()


def test_options_become_rows_under_our_names(admin: User) -> None:
    untraded = small.FO_UDIFF_ROW.replace("24100", "24200").replace(",140322,", ",0,")
    report = upload(text(small.UDIFF, small.FO_UDIFF_ROW, untraded, small.FO_FUTURE_ROW), user=admin)

    assert (report.rows, report.bars, report.identifier) == (3, 2, "NIFTY50")
    assert report.skipped == {"futures are not stored": 1}
    traded, quiet = OptionDay.objects.order_by("option_strike")
    assert (traded.underlying_type, traded.underlying_symbol, str(traded.expiry_date)) == (
        "sector",
        "NIFTY50",
        "2025-09-09",
    )
    assert (traded.option_type, traded.option_strike, traded.close_price) == ("PE", Decimal(24_100), Decimal("18.55"))
    assert (traded.volume, traded.open_interest, traded.lot_size) == (140_322 * 75, 1_678_575, 75)
    assert (traded.settle_price, traded.underlying_price) == (Decimal("18.55"), Decimal("24579.60"))
    assert (quiet.volume, quiet.close_price, quiet.open_interest) == (0, None, 1_678_575)


def test_a_demergers_factor_stays_when_the_list_comes_again(admin: User) -> None:
    listed = text(small.ACTIONS, "RELIANCE,EQ,I,R,2023-07-20,-,Demerger,10")
    factors = text("symbol,ex_date,kind,factor", "RELIANCE,2023-07-20,demerger,0.9532")

    upload(listed, user=admin)
    assert CorporateAction.objects.get().shares_before is None
    told = upload(factors, user=admin)
    again = upload(listed, user=admin)

    action = CorporateAction.objects.get()
    assert (told.stored.updated, again.stored.unchanged) == (1, 1)
    assert (action.shares_before, action.shares_after, action.kind) == (2_383, 2_500, "demerger")
