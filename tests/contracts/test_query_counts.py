"""Every list costs the same queries with one row and with five, and how many is fixed here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from apps.core import clock
from apps.core import services as core_services
from apps.market.models import MarketStatus
from apps.strategies import services as strategies_services
from apps.sync.models import SyncLog
from apps.trading import services as trading_services
from apps.trading.models import Position
from apps.users.enums import Role
from apps.users.models import User
from tests.conftest import client_of
from tests.contracts.routes import API, RUN, SWEEP, found_views
from tests.factories.backtests import make_completed_run, make_prices, make_row
from tests.factories.market_rules import make_rule
from tests.factories.notifications import make_delivery, make_notification
from tests.factories.payments import make_records
from tests.factories.replays import make_replay
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_category, make_stock
from tests.factories.strategies import make_rule_based
from tests.factories.sweeps import make_sweep_row
from tests.factories.trading import make_gtt, make_real_stock, place
from tests.factories.users import make_api_key, make_session, make_user
from tests.factories.watching import make_alert, make_watchlist

SETTING = "backtest.max_concurrent_per_user"
# Makes so many rows and returns the place of the list, where its path has a placeholder.
Make = Callable[[User, int], str | None]


def api_keys(user: User, count: int) -> None:
    for _ in range(count):
        make_api_key(user)


def signed_in(user: User, count: int) -> None:
    for _ in range(count):
        make_session(user)


def stocks(_user: User, count: int) -> None:
    for number in range(count):
        make_stock(enum=f"S{number}", categories=[make_category(name=f"C{number}")])


def categories(_user: User, count: int) -> None:
    for number in range(count):
        make_category(name=f"C{number}")


def sectors(_user: User, count: int) -> None:
    for number in range(count):
        make_sector(enum=f"S{number}")


def instruments(user: User, count: int) -> None:
    stocks(user, count)
    sectors(user, count)


def options(_user: User, _count: int) -> None:
    make_sector(enum="NIFTY50")


def predefined(_user: User, _count: int) -> None:
    strategies_services.seed_predefined()


def rule_based(user: User, count: int) -> None:
    for number in range(count):
        make_rule_based(user, name=f"Mine {number}")


def published(_user: User, count: int) -> None:
    for number in range(count):
        make_rule_based(make_user(email=f"author{number}@example.com"), is_public=True)


def runs(user: User, count: int) -> None:
    for _ in range(count):
        make_row(user)


def sweeps(user: User, count: int) -> None:
    for _ in range(count):
        make_sweep_row(user)


def sweep_rows(user: User, count: int) -> str:
    """A combination a row, each a part of its own."""
    return make_sweep_row(user, tried=count).sweep_id


def trades(user: User, count: int) -> str:
    """Above 100 a day is bought at the next open, below it is sold: each pair of days closes a trade."""
    make_prices(closes=[*(90, 110) * count, 90, 90])
    return str(make_completed_run(user).run_id)


def notifications(user: User, count: int) -> None:
    for _ in range(count):
        make_notification(user)


def deliveries(user: User, count: int) -> None:
    for _ in range(count):
        make_delivery(user)


def payment_records(user: User, count: int) -> None:
    make_records(user, count=count)


def paper_accounts(user: User, count: int) -> None:
    for number in range(count):
        trading_services.open_account(user=user, name=f"Account {number}", cash=Decimal("100.00"))


def market_replays(user: User, count: int) -> None:
    for number in range(count):
        make_replay(user, name=f"Replay {number}")


def watchlists(user: User, count: int) -> None:
    make_real_stock()
    for number in range(count):
        make_watchlist(user, name=f"List {number}")


def price_alerts(user: User, count: int) -> None:
    make_real_stock()
    for _ in range(count):
        make_alert(user)


def sync_logs(user: User, count: int) -> None:
    for _ in range(count):
        SyncLog.objects.create(sync_type="stock", mode="normal", triggered_by_user=user, end_time=clock.now())


def market_statuses(_user: User, count: int) -> None:
    for number in range(count):
        MarketStatus.objects.create(date=date(2026, 1, 1 + number), is_market_open=False)


def activity(user: User, count: int) -> None:
    for _ in range(count):
        core_services.record_activity(actor=user.email, action="a", details={}, ip_address=None)


def setting_changes(user: User, count: int) -> str:
    for number in range(count):
        core_services.change_setting(key=SETTING, value=str(number), actor=user.email, ip_address=None)
    return SETTING


def market_rules(user: User, count: int) -> None:
    for number in range(count):
        make_rule(user, year=2027 + number)


def rule_rows(user: User, count: int) -> str:
    market_rules(user, count)
    return "stt"


def paper_orders(user: User, count: int) -> None:
    for number in range(count):
        make_real_stock(enum=f"S{number}")
        place(user, instrument=f"S{number}")


def gtts(user: User, count: int) -> None:
    make_real_stock()
    for _ in range(count):
        make_gtt(user)


def holdings(user: User, count: int) -> None:
    paper_orders(user, count)
    Position.objects.unscoped().update(day=date(2025, 1, 3))


def paper_trades(user: User, count: int) -> None:
    paper_orders(user, count)
    for number in range(count):
        place(user, instrument=f"S{number}", side="SELL")


def accounts(_user: User, count: int) -> None:
    for number in range(count):
        make_user(email=f"account{number}@example.com")


def fixed(_user: User, _count: int) -> None:
    """The rows are there already."""


# Path, caller, maker, queries, and what they are for. First comes the account; an administrator's permission is read.
# Rows are counted only where there are more than the page holds.
LISTS: list[tuple[str, Role, Make, int, str]] = [
    (f"{API}/auth/api-keys/", Role.USER, api_keys, 2, "account, rows"),
    (f"{API}/auth/sessions/", Role.USER, signed_in, 3, "account, count, rows"),
    (f"{API}/stocks/", Role.USER, stocks, 2, "account, stocks with their categories"),
    (f"{API}/stocks/categories/", Role.USER, categories, 2, "account, rows"),
    (f"{API}/sectors/", Role.USER, sectors, 2, "account, rows"),
    (f"{API}/market/instruments", Role.USER, instruments, 4, "account, count, rows of both kinds, active rules"),
    (
        f"{API}/options/contracts/?underlying=NIFTY50&atm_levels=1",
        Role.USER,
        options,
        7,
        "account, no such stock, sector, rulebook, imported options, imported prices, configuration",
    ),
    (f"{API}/strategies/predefined/", Role.USER, predefined, 3, "account, count, rows"),
    (f"{API}/strategies/rule-based/", Role.USER, rule_based, 2, "account, rows"),
    (f"{API}/strategies/rule-based/?scope=public", Role.USER, published, 2, "account, rows"),
    (f"{API}/backtest/runs/", Role.USER, runs, 2, "account, rows"),
    (f"{API}/jobs", Role.USER, runs, 4, "account, runs, sweeps, syncs"),
    (f"{RUN}/trades/", Role.USER, trades, 3, "account, run, rows"),
    (f"{API}/backtest/sweeps/", Role.USER, sweeps, 2, "account, rows"),
    (f"{SWEEP}/rows/", Role.USER, sweep_rows, 3, "account, sweep, its parts"),
    (f"{API}/trading/orders/", Role.USER, paper_orders, 2, "account, rows"),
    (
        f"{API}/trading/positions/",
        Role.USER,
        paper_orders,
        7,
        "account, rules, rows, stocks, closes of both kinds, bars after them",
    ),
    (
        f"{API}/trading/holdings/",
        Role.USER,
        holdings,
        7,
        "account, rules, rows, stocks, closes of both kinds, bars after them",
    ),
    (f"{API}/trading/gtt/", Role.USER, gtts, 2, "account, rows"),
    (f"{API}/trading/trades/", Role.USER, paper_trades, 2, "account, rows"),
    (f"{API}/trading/accounts/", Role.USER, paper_accounts, 2, "account, rows"),
    (f"{API}/trading/replays", Role.USER, market_replays, 2, "account, rows"),
    (f"{API}/trading/watchlists/", Role.USER, watchlists, 2, "account, rows"),
    (f"{API}/trading/alerts/", Role.USER, price_alerts, 2, "account, rows"),
    (f"{API}/sync/logs/", Role.ADMIN, sync_logs, 3, "account, permission, rows"),
    (f"{API}/sync/market-status/", Role.USER, market_statuses, 2, "account, rows"),
    (f"{API}/notifications/", Role.USER, notifications, 2, "account, rows"),
    (f"{API}/notifications/deliveries/", Role.USER, deliveries, 2, "account, rows"),
    (f"{API}/payments/records/", Role.USER, payment_records, 2, "account, rows"),
    (f"{API}/adminpanel/activity-log/", Role.ADMIN, activity, 3, "account, permission, rows"),
    (f"{API}/adminpanel/system-config/", Role.ADMIN, fixed, 4, "account, permission, changed rows, values in force"),
    (
        f"{API}/adminpanel/system-config/<str:key>/history",
        Role.ADMIN,
        setting_changes,
        3,
        "account, permission, rows",
    ),
    (f"{API}/adminpanel/market-rules/", Role.ADMIN, market_rules, 3, "account, permission, rows"),
    (f"{API}/adminpanel/market-rules/tables/", Role.ADMIN, fixed, 3, "account, permission, active rules"),
    (
        f"{API}/adminpanel/market-rules/tables/<str:table>/",
        Role.ADMIN,
        rule_rows,
        5,
        "account, permission, added rows, which are active, the book of them",
    ),
    (f"{API}/adminpanel/permissions/", Role.ADMIN, fixed, 4, "account, permission, count, rows"),
    (f"{API}/adminpanel/users/?role=user", Role.ADMIN, accounts, 3, "account, permission, rows"),
    (f"{API}/adminpanel/role-permissions/", Role.ADMIN, fixed, 4, "account, permission, grants, permissions"),
]
# There are three roles and no more.
MOST = {f"{API}/adminpanel/role-permissions/": 3}


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize(("path", "role", "make", "queries", "_for"), LISTS, ids=[path for path, *_ in LISTS])
def test_a_list_costs_its_queries_however_many_rows_it_has(
    db: None, django_assert_num_queries: Any, path: str, role: Role, make: Make, queries: int, _for: str, count: int
) -> None:
    user = make_user(role=role, has_two_factor=True)
    place = make(user, count)
    url = (
        f"/{path}{'&' if '?' in path else '?'}page_size={count}".replace("<uuid:run_id>", str(place))
        .replace("<uuid:sweep_id>", str(place))
        .replace("<str:table>", str(place))
        .replace("<str:key>", str(place))
    )
    client = client_of(user)

    with django_assert_num_queries(queries):
        response = client.get(url)

    assert len(response.json()["results"]) == min(count, MOST.get(path, count))


def test_every_list_is_in_the_table() -> None:
    paging = {path for path, view in found_views().items() if "self.page(" in inspect.getsource(view)}

    assert paging == {path.partition("?")[0] for path, *_ in LISTS}
