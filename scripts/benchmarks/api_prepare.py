"""What the benchmark of reading needs: the synthetic market, a user, a finished run, and the answers as stored bytes.

Runs inside the project's environment, in two steps: ``market`` before the service starts, ``answers`` once there are
some. What does not belong here: measuring.
"""

from __future__ import annotations

import json
import secrets
import sys
from datetime import date, timedelta
from typing import Any

STOCK = "RELIANCE"
BARS = 250
YEARS = 3
NO_LIMIT_IN_PRACTICE = "1000000"


def _market() -> dict[str, Any]:
    """Seed three years of prices and a user; what to ask for."""
    from apps.core import clock, configuration
    from apps.core import services as core_services
    from apps.market import selectors as market_selectors
    from apps.market import services as market_services
    from apps.stocks.models import Stock, StockPriceDaily
    from apps.strategies import services as strategies_services
    from apps.strategies.models import PredefinedStrategy
    from apps.users import services as users_services

    users_services.seed_permissions()
    core_services.seed_configuration()
    strategies_services.seed_predefined()
    market_services.seed_universe(years=YEARS, today=clock.today(), progress=lambda *_: None)
    # Counted as every request is, and never refused.
    configuration.override("rate.user_per_minute", NO_LIMIT_IN_PRACTICE)
    email, password = f"bench-{secrets.token_hex(8)}@papertrade.example", secrets.token_urlsafe(16)
    session = users_services.sign_up(email=email, password=password)
    stock = Stock.objects.get(enum=STOCK)
    rows = StockPriceDaily.objects.filter(stock=stock).order_by("-date")
    days: list[date] = list(rows.values_list("date", flat=True)[:BARS])
    closed = next(day for day in days if day < clock.today() - timedelta(days=7))
    instrument = market_selectors.get_instrument(instrument_type="stock", identifier=STOCK)
    market_services.fill_span(instrument=instrument, start=closed, end=closed, now=clock.now())
    return {
        "token": session.tokens.access_token,
        "stock_id": stock.pk,
        "first": str(days[-1]),
        "last": str(days[0]),
        "closed_day": str(closed),
        "run": {
            "instrument_type": "stock",
            "instrument_identifier": STOCK,
            "start_date": str(days[-1]),
            "end_date": str(days[0]),
            "strategy_predefined": PredefinedStrategy.objects.get(code="sma_crossover").pk,
        },
    }


def _answers() -> dict[str, Any]:
    """Store answers under their names, from the JSON object of a file."""
    from pathlib import Path

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS benchmark_answer (name text PRIMARY KEY, body bytea NOT NULL)")
        for name, body in json.loads(Path(sys.argv[2]).read_bytes()).items():
            row = [name, body.encode()]
            cursor.execute("INSERT INTO benchmark_answer VALUES (%s, %s) ON CONFLICT DO NOTHING", row)
    return {}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps({"market": _market, "answers": _answers}[sys.argv[1]]()))
