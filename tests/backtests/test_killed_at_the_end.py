"""A worker killed after any statement of the transaction that ends its run: all of the result or none (fault 3)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.backtests.services import execution
from apps.core import configuration
from apps.market.models import Trade
from apps.notifications.models import Notification
from apps.users.models import User
from tests.deaths import count_statements, kill_after
from tests.factories.backtests import make_prices, request_run

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(owner: User) -> BacktestRun:
    """A run that a worker has just claimed."""
    configuration.override("backtest.global_max_concurrent", "0")
    request_run(owner)
    configuration.override("backtest.global_max_concurrent", "1")
    run = services.claim_next()
    assert run is not None
    return run


def written(run: BacktestRun) -> tuple[Any, ...]:
    """What there is of a run: its row, its trades, its notifications."""
    row = BacktestRun.objects.unscoped().get(pk=run.pk)
    trades = Trade.objects.unscoped().filter(backtest_run_id=run.pk).count()
    told = Notification.objects.unscoped().filter(extra__run_id=run.run_id).count()
    return row.status, row.final_wallet_amount, row.equity_curve_json, trades, told


def test_a_run_has_all_of_its_result_or_none_whichever_statement_was_the_last(owner: User) -> None:
    make_prices()
    first = claimed(owner)
    statements = count_statements(partial(execution.execute, first))
    clean = written(first)
    assert (clean[0], clean[3:], statements > 3) == ("completed", (1, 1), True)

    for number in range(statements + 1):
        run = claimed(owner)

        kill_after(number, partial(execution.execute, run))

        assert written(run) == ("running", None, None, 0, 0), f"after statement {number} of {statements}"
        rows = BacktestRun.objects.unscoped().filter(pk=run.pk)
        rows.update(lease_expires_at=Now() - timedelta(seconds=1))
        assert services.claim_next() is None, "it waits a moment first"
        rows.update(available_at=None)
        services.execute_pending()
        assert written(run) == clean
        assert rows.get().attempt == 2
