"""When intraday positions are closed: by segment, regime and kind of day, as the rulebook and the administrator say."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.market.models import MarketStatus
from apps.trading.services import hours
from apps.users.models import User
from tests.factories.market_rules import make_rule
from tests.trading import page

pytestmark = pytest.mark.django_db
SHARE, SMALL, INDEX, OPTION = "RELIANCE", "UNLISTED", "NIFTY50", "NIFTY50-2026-11-23-24500-CE"
MUHURAT = [{"open": "18:00", "close": "19:00"}]


def due(instrument: str, *, at: str) -> str:
    moment = datetime.fromisoformat(f"{at}+05:30")
    found = hours.squareoff_due(opened_at=moment, instrument=instrument)
    return f"{found.astimezone(moment.tzinfo):%Y-%m-%dT%H:%M}"


@pytest.mark.usefixtures("real_days")
@pytest.mark.parametrize(
    ("at", "instrument", "expected"),
    [
        ("2026-07-31T11:00", SHARE, "2026-07-31T15:20"),
        ("2026-07-31T11:00", OPTION, "2026-07-31T15:25"),
        ("2026-08-03T11:00", SHARE, "2026-08-03T15:10"),
        ("2026-08-03T11:00", SMALL, "2026-08-03T15:20"),
        ("2026-08-03T11:00", INDEX, "2026-08-03T15:20"),
        ("2026-08-03T11:00", OPTION, "2026-08-03T15:25"),
        ("2026-08-03T15:10", SHARE, "2026-08-03T15:10"),
        ("2026-08-03T15:11", SHARE, "2026-08-04T15:10"),
        ("2025-10-21T14:00", SHARE, "2025-10-21T14:31"),
        ("2025-10-21T14:00", OPTION, "2025-10-21T14:34"),
    ],
)
def test_real_days_have_the_times_of_their_regime(at: str, instrument: str, expected: str) -> None:
    """The closing auction began on 2026-08-03; Muhurat trading of 2025 was from 13:45 to 14:45."""
    assert due(instrument, at=at) == expected


@pytest.mark.usefixtures("real_days")
@pytest.mark.parametrize(
    ("row", "instrument"),
    list(zip(page.rows("Square-off and expiry", ""), (SHARE, SMALL, OPTION), strict=True)),
    ids=lambda part: part[0] if isinstance(part, list) else part,
)
def test_the_page_about_trading_has_these_times(row: list[str], instrument: str) -> None:
    """The last day before the closing auction, the first one with it, and Muhurat, which ended at 14:45."""
    _, before, since, muhurat = row

    assert due(instrument, at="2026-07-31T11:00") == f"2026-07-31T{before}"
    assert due(instrument, at="2026-08-03T11:00") == f"2026-08-03T{since}"
    assert due(instrument, at="2025-10-21T14:00") == f"2025-10-21T14:{45 - int(muhurat.split()[0])}"


@pytest.mark.parametrize(("instrument", "expected"), [(SHARE, "15:20"), (SMALL, "15:20"), (OPTION, "15:25")])
def test_the_synthetic_market_keeps_one_regime(instrument: str, expected: str) -> None:
    assert due(instrument, at="2026-11-20T11:00") == f"2026-11-20T{expected}"


@pytest.mark.parametrize(("instrument", "expected"), [(SHARE, "18:46"), (OPTION, "18:49")])
def test_a_muhurat_session_that_an_administrator_gave_its_hours(instrument: str, expected: str) -> None:
    MarketStatus.objects.create(date="2026-11-08", is_market_open=True, extra={"sessions": MUHURAT})
    assert due(instrument, at="2026-11-08T18:30") == f"2026-11-08T{expected}"


@pytest.mark.usefixtures("real_days")
def test_a_day_that_an_administrator_shortened_ends_with_his_hours() -> None:
    short = [{"open": "09:15", "close": "12:30"}]
    MarketStatus.objects.create(date="2026-08-04", is_market_open=True, extra={"sessions": short})
    assert (due(SHARE, at="2026-08-04T10:00"), due(OPTION, at="2026-08-04T10:00")) == (
        "2026-08-04T12:25",
        "2026-08-04T12:15",
    )


def test_the_configuration_and_rows_of_an_administrator_come_first(superadmin: User) -> None:
    columns = {"segment": "cash_derivative", "regime": "LEGACY", "minutes": "20"}
    make_rule(superadmin, table="square_off", valid_from=date(2026, 11, 1), columns=columns)
    market_selectors.forget_rules()
    assert due(SHARE, at="2026-11-20T11:00") == "2026-11-20T15:10"

    configuration.override("trading.squareoff_minutes_cash", "30")
    configuration.override("trading.squareoff_minutes_derivatives", "1")
    assert (due(SHARE, at="2026-11-20T11:00"), due(OPTION, at="2026-11-20T11:00")) == (
        "2026-11-20T15:00",
        "2026-11-20T15:29",
    )


@pytest.mark.usefixtures("real_days")
def test_configured_minutes_count_from_the_end_of_the_own_session() -> None:
    """On 2026-08-03 shares with derivatives stop at 15:15, others at 15:30, options at 15:40."""
    configuration.override("trading.squareoff_minutes_cash", "10")
    configuration.override("trading.squareoff_minutes_derivatives", "10")
    found = [due(each, at="2026-08-03T11:00") for each in (SHARE, SMALL, OPTION)]
    assert found == ["2026-08-03T15:05", "2026-08-03T15:20", "2026-08-03T15:30"]
