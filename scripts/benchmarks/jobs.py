"""scripts/bench jobs: how long a claim takes while many runs wait, and who is next behind a hog.

Runs inside the project's environment, on a database that is there. What does not belong here: running what is claimed.
"""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import django

from scripts.benchmarks.market_speed import Figure

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User

# Runs that wait, and the users they are of.
QUEUES = ((1_000, 50), (10_000, 500), (100_000, 2_000))
CLAIMS = 300
GOAL_MILLISECONDS = 40
HOG_RUNS = 10_000
BATCH = 5_000
DOMAIN = "queue.example"
THEIRS = f"(SELECT id FROM users_user WHERE email LIKE '%@{DOMAIN}')"


def main() -> None:
    """Fill the queue, claim from it, and print the table."""
    django.setup()
    users = _users(max(number for _, number in QUEUES))
    try:
        for pending, number in QUEUES:
            _fill(users[:number], runs=pending)
            seconds = sorted(_claim() for _ in range(CLAIMS))
            what = f"a claim with {pending:,} runs of {number:,} users waiting"
            print(Figure(f"{what}: half", seconds[CLAIMS // 2] * 1000, "ms").line())
            last = Figure(f"{what}: 99 %", seconds[CLAIMS * 99 // 100] * 1000, "ms", GOAL_MILLISECONDS)
            print(last.line())
        others = _before_newcomer(users)
        print(Figure(f"claims before a newcomer's, behind {HOG_RUNS:,} runs of one", others, "claims", 1).line())
    finally:
        _forget()


def _users(number: int) -> list[User]:
    from apps.users.models import User

    made = [User(email=f"user{each}@{DOMAIN}", password="!") for each in range(number)]
    User.objects.bulk_create(made, batch_size=BATCH, ignore_conflicts=True)
    return list(User.objects.filter(email__endswith=f"@{DOMAIN}").order_by("pk")[:number])


def _fill(users: list[User], *, runs: int) -> None:
    """So many waiting runs in all, the users one after the other."""
    from django.db import connection

    from apps.backtests.models import BacktestRun

    _forget()
    rows = (_row(users[number * len(users) // runs]) for number in range(runs))
    BacktestRun.objects.unscoped().bulk_create(rows, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE backtest_runs")


def _row(user: User) -> BacktestRun:
    from apps.backtests.models import BacktestRun

    return BacktestRun(
        user=user,
        strategy={"kind": "rules", "id": None, "name": "Waits", "sentence": "", "rules": {}, "parameters": {}},
        instrument_type="stock",
        instrument_identifier="RELIANCE",
        start_date=date(2024, 1, 1),
        end_date=date(2024, 1, 1),
        initial_wallet_amount=Decimal("100000.00"),
    )


def _claim() -> float:
    """The seconds of one claim, its commit included; the run then ends, so that its place is free again."""
    from apps.backtests import services

    began = time.perf_counter()
    run = services.claim_next()
    seconds = time.perf_counter() - began
    if run is None:
        raise SystemExit("Nothing could be claimed.")
    _end(run)
    return seconds


def _end(run: BacktestRun) -> None:
    from apps.backtests.services import results

    results.fail(run=run, code="MEASURED", message="Measured.")


def _before_newcomer(users: list[User]) -> int:
    """How many runs of a user with thousands are claimed before the one of somebody who comes later."""
    from apps.backtests import services

    hog, newcomer = users[:2]
    _fill([hog], runs=HOG_RUNS)
    for _ in range(10):
        _claim()
    _row(newcomer).save()
    for others in range(HOG_RUNS):
        run = services.claim_next()
        if run is None or run.user_id == newcomer.pk:
            return others
        _end(run)
    return HOG_RUNS


def _forget() -> None:
    """Take away every run of these users, and what they were told."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("notifications", "backtests_last_start", "backtest_runs"):
            cursor.execute(f"DELETE FROM {table} WHERE user_id IN {THEIRS}")


if __name__ == "__main__":
    main()
