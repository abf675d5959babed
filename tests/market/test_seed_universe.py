"""The seed: the whole synthetic market once, never over real bars, never two versions side by side."""

from __future__ import annotations

from datetime import date, datetime

import marketdata
from apps.core import clock
from apps.core.configuration import override
from apps.core.money import rupees
from apps.market import services
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Category, Stock, Stock5MinByDay, StockPriceDaily
from tests.factories.stocks import make_daily_prices, make_stock

TODAY = date(2026, 1, 5)  # a Monday: the last session before it is Friday the 2nd
PROVIDER = marketdata.get_provider()
STOCKS, SECTORS = PROVIDER.instruments("stock"), PROVIDER.instruments("sector")
SESSIONS = len(PROVIDER.sessions(date(2025, 12, 1), date(2026, 1, 4)))


def seed() -> services.SeedCounts:
    override("history.start_date", "2025-12-01")
    return services.seed_universe(years=10, today=TODAY)


def test_every_instrument_gets_the_models_bars_up_to_yesterday(db: None) -> None:
    counts = seed()

    bars = PROVIDER.daily("RELIANCE", date(2025, 12, 1), date(2026, 1, 4))
    rows = StockPriceDaily.objects.filter(stock__enum="RELIANCE").order_by("date")
    assert [row.date for row in rows] == bars.date.tolist()
    assert rows.latest("date").date == date(2026, 1, 2)
    for name in ("open", "high", "low", "close"):
        assert [getattr(row, f"{name}_price") for row in rows] == [rupees(paise) for paise in getattr(bars, name)]
    assert [row.volume for row in rows] == bars.volume.tolist()
    assert rows[0].extra == {"source": "synthetic", "version": PROVIDER.version}

    total = SESSIONS * (len(STOCKS) + len(SECTORS))
    assert counts == services.SeedCounts(
        categories=len({each.industry for each in STOCKS}),
        stocks=len(STOCKS),
        sectors=len(SECTORS),
        inserted=total,
        candle_days=5 * (len(STOCKS) + len(SECTORS)),
    )
    assert StockPriceDaily.objects.count() + SectorPriceDaily.objects.count() == total


def test_stocks_and_sectors_are_made_with_category_name_and_end_of_data(db: None) -> None:
    seed()

    stock = Stock.objects.get(enum="M&M")
    assert (stock.symbol, stock.full_symbol, stock.status) == ("M&M", "M&M.NS", "active")
    assert [category.name for category in stock.categories.all()] == ["Automobile and Auto Components"]
    assert stock.extra == {"name": "Mahindra & Mahindra"}
    assert stock.last_synced_at == datetime(2026, 1, 3, tzinfo=clock.IST)
    assert Sector.objects.get(enum="NIFTY50").name == "NIFTY 50"


def test_the_last_five_sessions_have_their_five_minute_bars(db: None) -> None:
    seed()

    days = Stock5MinByDay.objects.filter(stock__enum="TCS").order_by("date").values_list("date", flat=True)
    assert [str(day) for day in days] == ["2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"]
    assert Stock5MinByDay.objects.count() == 5 * len(STOCKS)
    assert SectorPriceDaily.objects.filter(timewise_json__isnull=False).count() == 5 * len(SECTORS)


def test_a_second_seed_changes_nothing_and_keeps_what_administrators_changed(db: None) -> None:
    seed()
    Stock.objects.filter(enum="TCS").update(status="inactive")
    Stock.objects.get(enum="TCS").categories.clear()
    before = list(StockPriceDaily.objects.order_by("id").values())

    counts = seed()

    assert counts == services.SeedCounts(unchanged=SESSIONS * (len(STOCKS) + len(SECTORS)))
    assert list(StockPriceDaily.objects.order_by("id").values()) == before
    assert Stock.objects.get(enum="TCS").status == "inactive"
    assert not Stock.objects.get(enum="TCS").categories.exists()


def test_real_bars_are_left_alone(db: None) -> None:
    stock = make_stock(enum="TCS", last_synced_at=datetime(2025, 1, 4, tzinfo=clock.IST))
    make_daily_prices(stock=stock, extra={"source": "import", "file": "TCS.csv"})
    before = list(stock.daily_prices.order_by("id").values())

    counts = seed()

    assert (counts.kept_real, counts.stocks) == (1, len(STOCKS) - 1)
    assert list(stock.daily_prices.order_by("id").values()) == before
    stock.refresh_from_db()
    assert stock.last_synced_at == datetime(2025, 1, 4, tzinfo=clock.IST)


def test_bars_of_another_version_of_the_model_are_removed(db: None) -> None:
    stock = make_stock(enum="TCS")
    make_daily_prices(stock=stock, extra={"source": "synthetic", "version": "older"})

    counts = seed()

    assert counts.removed == 3
    assert {row.extra["version"] for row in stock.daily_prices.all()} == {PROVIDER.version}
    assert stock.daily_prices.count() == SESSIONS


def test_years_bound_the_history_and_a_leap_day_has_a_year_before(db: None) -> None:
    override("history.start_date", "2015-01-01")

    services.seed_universe(years=1, today=date(2024, 2, 29))

    days = [row.date for row in StockPriceDaily.objects.filter(stock__enum="TCS").order_by("date")]
    assert days == PROVIDER.sessions(date(2023, 2, 28), date(2024, 2, 28)).tolist()


def test_a_history_that_has_not_begun_gives_instruments_without_bars(db: None) -> None:
    override("history.start_date", "2026-01-05")

    counts = services.seed_universe(years=10, today=TODAY)

    assert (counts.stocks, counts.inserted) == (len(STOCKS), 0)


def test_progress_names_each_instrument_once(db: None) -> None:
    seen: list[tuple[int, int, str]] = []

    override("history.start_date", "2025-12-01")
    services.seed_universe(
        years=10, today=TODAY, progress=lambda done, total, symbol: seen.append((done, total, symbol))
    )

    total = len(STOCKS) + len(SECTORS)
    assert [done for done, _, _ in seen] == list(range(1, total + 1))
    assert {of for _, of, _ in seen} == {total}
    assert [symbol for _, _, symbol in seen] == [each.symbol for each in (*STOCKS, *SECTORS)]


def test_categories_are_the_industries(db: None) -> None:
    seed()

    assert set(Category.objects.values_list("name", flat=True)) == {each.industry for each in STOCKS}
