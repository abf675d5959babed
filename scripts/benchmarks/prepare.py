"""What the benchmark of a run needs in the tables: a user, a strategy, an instrument. Prints it as one line of JSON.

Runs inside the project's environment. What does not belong here: measuring.
"""

from __future__ import annotations

import json
import platform
import secrets
import sys
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import django

INSTRUMENT = "BENCHMARK"
SOURCE = "RELIANCE"
PACKAGES = ("Django", "celery", "numpy", "numba")


def main(bars: int) -> None:
    """Write what is missing and print what a client needs."""
    django.setup()
    from django.db import connection

    from apps.users import services as users_services

    users_services.seed_permissions()
    email, password = f"bench-{secrets.token_hex(8)}@papertrade.example", secrets.token_urlsafe(16)
    session = users_services.sign_up(email=email, password=password)
    first, last = _store_prices(bars)
    versions = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    versions["PostgreSQL"] = ".".join(str(part) for part in connection.get_database_version())
    body = {
        "instrument_type": "stock",
        "instrument_identifier": INSTRUMENT,
        "start_date": str(first),
        "end_date": str(last),
        "strategy_predefined": _strategy(),
        "parameters": {"fast": 10, "slow": 30},
    }
    print(json.dumps({"token": session.tokens.access_token, "body": body, "bars": bars, "versions": versions}))


def _strategy() -> int:
    from apps.strategies import services as strategies_services
    from apps.strategies.models import PredefinedStrategy
    from engine import runner

    runner.warm()
    strategies_services.seed_predefined()
    return PredefinedStrategy.objects.get(code="sma_crossover").pk


def _store_prices(bars: int) -> tuple[date, date]:
    """Store the last bars of a synthetic stock under a name of their own, and return their first and last day."""
    import numpy as np

    import marketdata
    from apps.core import clock
    from apps.stocks import selectors as stocks_selectors
    from apps.stocks import services as stocks_services

    today = clock.today()
    daily: Any = marketdata.get_provider().daily(SOURCE, today - timedelta(days=2 * bars), today - timedelta(days=1))
    names = ("open", "high", "low", "close", "volume")
    columns = stocks_selectors.PriceColumns(
        date=daily.date[-bars:], **{name: getattr(daily, name)[-bars:].astype(np.int64) for name in names}
    )
    stocks_services.store_imported_bars(
        enum=INSTRUMENT, bars=columns, extra={"source": "import", "file": "benchmark"}, data_until=clock.now()
    )
    return columns.date[0].item(), columns.date[-1].item()


if __name__ == "__main__":
    main(int(sys.argv[1]))
