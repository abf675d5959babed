"""Why an instrument was skipped is told truly; ranges that no sync can fill are refused before one starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from apps.core import configuration
from apps.core import services as core_services
from apps.core.configuration import override
from apps.core.errors import ValidationFailed
from apps.market.models import MarketStatus
from apps.options.models import Option5Min
from apps.sync.enums import SyncMode
from apps.sync.models import SyncLog
from apps.sync.serializers import SyncHardIn
from tests.factories.sync import EVENING, make_market, run_sync

pytestmark = pytest.mark.django_db

# The last day that is over is the Saturday, which is no session.
SUNDAY = "2026-01-04T12:00:00+05:30"
MONDAY = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        override("sync.option_days", "2")
        override("options.atm_levels", "1")
        yield


def reasons(log: SyncLog) -> list[str]:
    return [skip["code"] for skip in log.extra["skips"]]


def hard(sync_type: str, start: date, end: date) -> SyncLog:
    return run_sync(sync_type, mode=SyncMode.HARD, start_date=start, end_date=end)


def test_options_fetch_their_last_stored_session_again_also_on_a_weekend() -> None:
    make_market(stocks=["TCS"])
    with time_machine.travel(SUNDAY, tick=False):
        run_sync("option")
        before = list(Option5Min.objects.order_by("id").values())

        log = run_sync("option")

    assert (log.success_count, log.skipped_count) == (1, 0)
    # Friday's three strikes, both rights.
    assert (log.extra["intraday_inserted"], log.extra["intraday_updated"], log.extra["intraday_unchanged"]) == (0, 0, 6)
    assert list(Option5Min.objects.order_by("id").values()) == before


def test_what_is_up_to_date_is_not_called_a_closed_market() -> None:
    make_market(stocks=["TCS"])
    run_sync("option")
    MarketStatus.objects.create(date=MONDAY, is_market_open=False)

    assert reasons(run_sync("option")) == ["UP_TO_DATE"]


@pytest.mark.parametrize("sync_type", ["stock", "option"])
def test_an_open_day_that_the_source_has_no_prices_of_is_no_data(sync_type: str) -> None:
    make_market(stocks=["TCS"])
    saturday = date(2026, 1, 3)
    assert reasons(hard(sync_type, saturday, saturday)) == ["NO_SESSION"]
    MarketStatus.objects.create(date=saturday, is_market_open=True)

    assert reasons(hard(sync_type, saturday, saturday)) == ["NO_DATA"]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("1950-01-01", "1960-12-31", "end_date"),
        ("2004-12-01", "2004-12-31", "end_date"),
        ("2026-01-06", "2040-12-31", "start_date"),
    ],
)
def test_a_range_without_any_day_of_the_market_is_refused_at_the_field(start: str, end: str, field: str) -> None:
    form = SyncHardIn(data={"sync_type": "stock", "start_date": start, "end_date": end})

    assert not form.is_valid()
    assert list(form.errors) == [field]


@pytest.mark.parametrize(("start", "end"), [("1950-01-01", "2005-01-01"), ("2026-01-05", "2040-12-31")])
def test_a_range_that_holds_days_of_the_market_is_taken(start: str, end: str) -> None:
    form = SyncHardIn(data={"sync_type": "stock", "start_date": start, "end_date": end})

    assert form.is_valid(), form.errors


@pytest.mark.parametrize("value", ["2999-01-01", "2026-01-06", "2004-12-31"])
def test_a_history_that_begins_outside_the_market_is_refused(value: str) -> None:
    with pytest.raises(ValidationFailed):
        core_services.change_setting(key="history.start_date", value=value, actor="test", ip_address=None)


@pytest.mark.parametrize("value", ["2005-01-01", "2026-01-05"])
def test_a_history_may_begin_on_any_day_until_today(value: str) -> None:
    core_services.change_setting(key="history.start_date", value=value, actor="test", ip_address=None)

    assert configuration.get_date("history.start_date") == date.fromisoformat(value)
