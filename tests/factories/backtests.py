"""Prices that can be worked out by hand, and runs on them. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from apps.backtests import services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.core import clock
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.users.models import User
from tests.factories.strategies import ABOVE_100

STRATEGIES = {"strategy_predefined", "strategy_rule_based", "strategy_custom_script"}
FIRST_DAY = date(2024, 1, 1)
CLOSES = (99, 110, 120, 95, 90, 104, 130, 130)


def make_prices(*, enum: str = "HANDMADE", closes: Sequence[int] = CLOSES) -> None:
    """Daily bars of a stock from 2024-01-01 on, a day each, every price of a bar being its close in rupees."""
    days = np.datetime64(FIRST_DAY) + np.arange(len(closes))
    paise = np.array(closes, dtype=np.int64) * 100
    columns = stocks_selectors.PriceColumns(
        date=days, open=paise, high=paise, low=paise, close=paise, volume=np.full(len(closes), 1000)
    )
    stocks_services.store_imported_bars(
        enum=enum, bars=columns, extra={"source": "import", "file": "handmade"}, data_until=clock.now()
    )


def make_candles(*, enum: str = "HANDMADE", days: Sequence[Sequence[int]] = (CLOSES[:4], CLOSES[4:])) -> None:
    """5-minute candles of a stock from 09:15 on, a list of closes a day, every price of a candle being its close."""
    opens = [
        datetime.combine(FIRST_DAY + timedelta(days=number), time(9, 15), tzinfo=clock.IST).timestamp() + 300 * at
        for number, closes in enumerate(days)
        for at in range(len(closes))
    ]
    paise = np.array([close * 100 for closes in days for close in closes], dtype=np.int64)
    stocks_services.store_imported_intraday(
        enum=enum,
        days=stocks_selectors.IntradayColumns(
            time=np.array(opens, dtype=np.int64),
            open=paise,
            high=paise,
            low=paise,
            close=paise,
            volume=np.full(len(paise), 1000),
        ),
        extra={"source": "import"},
    )


def request_body(**values: Any) -> dict[str, Any]:
    """What a client posts: ABOVE_100 on the hand-made prices. A value of None takes the field away."""
    body = {
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": "2024-01-01",
        "end_date": "2024-12-31",
        "initial_wallet_amount": "100000.00",
        "rules": ABOVE_100,
        **values,
    }
    return {name: value for name, value in body.items() if value is not None}


def request_run(user: User, **values: Any) -> BacktestRun:
    """A run that waits, posted as the API would."""
    checked = {
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": FIRST_DAY,
        "end_date": date(2024, 12, 31),
        "initial_wallet_amount": Decimal("100000.00"),
        **({} if STRATEGIES & values.keys() else {"rules": ABOVE_100}),
        **values,
    }
    return services.request_run(user=user, request=checked)


def make_completed_run(user: User, **values: Any) -> BacktestRun:
    """A run that the present process has executed."""
    run = request_run(user, **values)
    services.execute_pending()
    run = BacktestRun.objects.for_user(user).get(pk=run.pk)
    assert run.status == RunStatus.COMPLETED, run.error_message
    return run


def make_row(user: User, **values: Any) -> BacktestRun:
    """A run as a bare row, for the queue: nothing of it is ever executed. A running one sits on the next free seats."""
    if values.get("status") == RunStatus.RUNNING:
        number = BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING).count()
        seats = {"global_seat": number, "user_seat": number, "lease_expires_at": clock.now() + timedelta(minutes=1)}
        values = {**seats, **values}
    row: dict[str, Any] = {
        "strategy": {"kind": "rules", "id": None, "name": "Row", "sentence": "", "rules": {}, "parameters": {}},
        "settings": {},
        "instrument_type": "stock",
        "instrument_identifier": "HANDMADE",
        "start_date": FIRST_DAY,
        "end_date": FIRST_DAY,
        "initial_wallet_amount": Decimal("100000.00"),
        **values,
    }
    return BacktestRun.objects.create(user=user, **row)  # type: ignore[misc]
