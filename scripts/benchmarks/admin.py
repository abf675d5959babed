"""scripts/bench admin: the administrators' pages with 100,000 accounts and 1,000,000 paper trades of a year.

Runs inside the project's environment, on a database of its own. Rows are made by PostgreSQL, spread evenly over a year;
each page is asked for through the whole of Django, in this process, and the median counts. What does not belong here:
the network, starting servers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

import django

from scripts.benchmarks.market_speed import Figure

ACCOUNTS, TRADES, RUNS, PAYMENTS, SYNCS = 100_000, 1_000_000, 200_000, 50_000, 1_000
REPEATS = 25
GOAL_MS = 100
SPREAD = "now() - interval '365 days' * ({0} / {1}::float)"
FILL = (
    f"""INSERT INTO users_user (password, email, role, is_active, is_staff, trial_start_date, trial_end_date,
            subscription_start_date, subscription_end_date, wallet_balance, failed_login_attempts, token_version,
            has_two_factor, created_at, updated_at)
        SELECT '!', 'bench' || n || '@papertrade.example', 'user', true, false, made::date, made::date + 7,
            CASE WHEN n % 5 = 0 THEN made::date END, CASE WHEN n % 5 = 0 THEN made::date + 365 END,
            100000, 0, 0, false, made, made
        FROM generate_series(1, {ACCOUNTS}) n, LATERAL (SELECT {SPREAD.format("n", ACCOUNTS)} AS made) AS at""",
    f"""INSERT INTO trades (user_id, instrument_type, instrument_identifier, buy_date, sell_date, buy_price, sell_price,
            quantity, trade_type, pnl, extra, created_at, updated_at)
        SELECT (SELECT min(id) FROM users_user) + n % {ACCOUNTS}, 'stock', 'RELIANCE', made, made, 100, 101, 1, 'long',
            n % 200 - 100, '{{}}', made, made
        FROM generate_series(1, {TRADES}) n, LATERAL (SELECT {SPREAD.format("n", TRADES)} AS made) AS at""",
    f"""INSERT INTO backtest_runs (user_id, run_id, strategy, settings, instrument_type, instrument_identifier,
            start_date, end_date, initial_wallet_amount, final_wallet_amount, number_of_trades, status, stage, progress,
            attempt, cancel_requested, finished_at, time_taken, extra, created_at, updated_at)
        SELECT (SELECT min(id) FROM users_user) + n % {ACCOUNTS}, 'bench-' || n, '{{}}', '{{}}', 'stock', 'RELIANCE',
            made, made, 100000, 100000, 0, CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'completed' END, 'done', 1, 1, false,
            made, n % 100 / 100.0, '{{}}', made, made
        FROM generate_series(1, {RUNS}) n, LATERAL (SELECT {SPREAD.format("n", RUNS)} AS made) AS at""",
    """INSERT INTO payments_subscription (user_id, plan, gateway, gateway_subscription_id, amount, state,
            cancel_at_period_end, gateway_state, gateway_stamp, gateway_customer_id, currency, created_at, updated_at)
        SELECT id, 'monthly', 'stripe', 'bench-' || id, 499, 'active', false, 'active', '', '', 'INR', now(), now()
        FROM users_user WHERE subscription_end_date IS NOT NULL""",
    f"""INSERT INTO payment_records (user_id, subscription_id, payment_gateway, payment_id, order_id, amount, currency,
            status, extra, kind, created_at, updated_at)
        SELECT bought.user_id, bought.id, 'stripe', 'bench-' || n, 'bench-' || n, 499, 'INR', 'success', '{{}}',
            'charge', made, made
        FROM generate_series(1, {PAYMENTS}) n
        CROSS JOIN LATERAL (SELECT {SPREAD.format("n", PAYMENTS)} AS made) AS at
        JOIN LATERAL (SELECT id, user_id FROM payments_subscription
                      WHERE id = (SELECT min(id) FROM payments_subscription) + n % {ACCOUNTS // 5}) AS bought
            ON true""",
    f"""INSERT INTO sync_logs (sync_type, mode, status, is_auto_sync, start_time, end_time, total_items, success_count,
            failed_count, skipped_count, extra, created_at, updated_at)
        SELECT 'stock', 'normal', 'completed', true, made, made, 50, 50, 0, 0, '{{}}', made, made
        FROM generate_series(1, {SYNCS}) n, LATERAL (SELECT {SPREAD.format("n", SYNCS)} AS made) AS at""",
    "ANALYZE",
)
PAGES: Mapping[str, str] = {
    "figures of 30 days": "dashboard-analytics",
    "figures of a year": "dashboard-analytics?from={year}",
    "50 accounts, newest first": "users/",
    "50 accounts that are subscribed": "users/?standing=subscribed&ordering=email",
    "accounts by a part of the e-mail": "users/?search=ench99999@",
}


def main() -> None:
    """Fill the tables, count, ask, and print the table."""
    django.setup()
    _fill()
    for figure in (*_counting(), *_pages()):
        print(figure.line())


def _fill() -> None:
    from django.db import connection

    from apps.users import services as users_services

    users_services.seed_permissions()
    # Filling takes longer than any statement of the service may.
    for statement in ("SET statement_timeout = 0", *FILL, "RESET statement_timeout"):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _counting() -> list[Figure]:
    """What the dashboard would cost without counted days: the whole year, and the two days of every five minutes."""
    from apps.adminpanel import services

    return [
        Figure("counting a year, once, ms", _milliseconds(services.refresh_figures), "ms"),
        Figure("counting today and yesterday, ms", _milliseconds(services.refresh_figures), "ms"),
    ]


def _pages() -> list[Figure]:
    from datetime import timedelta

    from django.test import Client

    from apps.core import clock, configuration
    from apps.users import services as users_services
    from apps.users.enums import Role
    from apps.users.models import User

    configuration.override("rate.user_per_minute", "0")
    boss = User.objects.create(email="bench-boss@papertrade.example", role=Role.ADMIN)
    header = f"Bearer {users_services.issue_tokens(user=boss).access_token}"
    year = str(clock.today() - timedelta(days=365))

    client = Client(SERVER_NAME="localhost")

    def ask(path: str) -> None:
        response = client.get(f"/api/v1/adminpanel/{path}", HTTP_AUTHORIZATION=header)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")

    figures = []
    for what, path in PAGES.items():
        place = path.format(year=year)
        times = [_milliseconds(lambda place=place: ask(place)) for _ in range(REPEATS)]  # type: ignore[misc]
        figures.append(Figure(what, statistics.median(times), "ms", GOAL_MS))
    return figures


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
