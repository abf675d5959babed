"""Drive the main job over HTTP as a new user would, and print what came of it.

Plain standard library, so that every call can be read as the curl line it prints. What does not belong here:
starting servers (scripts/run does).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import charts

POLL_SECONDS = 0.05
GIVE_UP_SECONDS = 60
LOGIN = "/auth/login"
TAKE_TOKEN = """sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'"""
SIGN_IN_HINT = """

The demo user of this database has another password: a start from another data folder made it, or it was changed.
Give it, DEMO_PASSWORD=… scripts/run --demo (it stands in secrets.env of that folder), or use an empty database."""

Json = dict[str, Any]


class Api:
    """A signed-in client that shows each call before it makes it."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/") + "/api/v1"
        self.token = ""

    def call(self, method: str, path: str, body: Json | None = None, *, show: bool = True) -> Json:
        """The JSON answer; a refusal ends the demo with its envelope."""
        if show:
            print(f"\n  $ {self._curl(method, path, body)}")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(
            self.base_url + path, json.dumps(body).encode() if body else None, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer: Json = json.load(response)
        except urllib.error.HTTPError as error:
            hint = SIGN_IN_HINT if (path, error.code) == (LOGIN, HTTPStatus.UNAUTHORIZED) else ""
            sys.exit(f"{method} {path} answered {error.code}: {error.read().decode()}{hint}")
        return answer

    def _curl(self, method: str, path: str, body: Json | None) -> str:
        """The call as a line for a shell; who signs in keeps the token, and has to fill in the password."""
        auth = ' -H "Authorization: Bearer $TOKEN"' if self.token else ""
        line = f"curl -s -X {method} '{self.base_url}{path}'{auth}"
        if body:
            line += (
                f" -H 'Content-Type: application/json' \\\n      -d '{json.dumps(_hidden(body), ensure_ascii=False)}'"
            )
        return f"TOKEN=$({line} | {TAKE_TOKEN})" if path == LOGIN else line


def _hidden(body: Json | None) -> Json:
    return {key: "…" if key == "password" else value for key, value in (body or {}).items()}


def run_backtest(api: Api, *, instrument: str, code: str) -> Json:
    """Post ten years of a predefined strategy and wait until the worker has finished them."""
    strategies = api.call("GET", "/strategies/predefined/")["results"]
    strategy = next(entry for entry in strategies if entry["code"] == code)
    print(f"    → strategy {strategy['id']}: {strategy['name']}")
    today = date.today()  # noqa: DTZ011 - the range of a demo, not a trading decision
    run = api.call(
        "POST",
        "/backtest/run",
        {
            "instrument_type": "stock",
            "instrument_identifier": instrument,
            "start_date": str(today - timedelta(days=3652)),
            "end_date": str(today - timedelta(days=1)),
            "initial_wallet_amount": "100000.00",
            "strategy_predefined": strategy["id"],
        },
    )
    print(f"    → 202, run {run['run_id']} is {run['status']}")
    started = time.monotonic()
    path = f"/backtest/runs/{run['run_id']}/"
    run = api.call("GET", path)
    while run["status"] in ("pending", "running"):
        if time.monotonic() - started > GIVE_UP_SECONDS:
            sys.exit(f"The run is still {run['status']} after {GIVE_UP_SECONDS} s. Is the worker alive?")
        time.sleep(POLL_SECONDS)
        run = api.call("GET", path, show=False)
    print(f"    → {run['status']} {time.monotonic() - started:.2f} s after it was posted")
    if run["status"] == "failed":
        sys.exit(f"The run failed: {run['error_message']}")
    return run


def print_result(api: Api, run: Json, *, picture: Path | None) -> None:
    """The statistics a trader asks for first, the last trades, and the equity as a chart."""
    statistics = run["statistics"]
    rows = [
        ("Final equity", f"₹{float(run['final_wallet_amount']):,.2f}"),
        ("Return", _percent(statistics["total_return_pct"])),
        ("CAGR", _percent(statistics["cagr_pct"])),
        ("Buy and hold", _percent(statistics["buy_and_hold_return_pct"])),
        ("Max drawdown", _percent(statistics["max_drawdown_pct"])),
        ("Sharpe", _number(statistics["sharpe"])),
        ("Trades", str(run["number_of_trades"])),
        ("Win rate", _percent(statistics["win_rate_pct"])),
        ("Profit factor", _number(statistics["profit_factor"])),
    ]
    trades = api.call("GET", f"/backtest/runs/{run['run_id']}/trades/?page_size=200")["results"]
    equity = api.call("GET", f"/backtest/runs/{run['run_id']}/equity?points=2000&format=columns")
    print(
        f"\n  {run['strategy']['sentence']}"
        f"\n  {run['instrument_identifier']}  {run['start_date']} … {run['end_date']}"
        f"  ({run['assumptions']['data_source']} prices)\n"
    )
    for label, value in rows:
        print(f"    {label:<18}{value:>16}")
    print("\n    Last trades")
    for trade in trades[-3:]:
        bought, sold, profit = (float(trade[name]) for name in ("buy_price", "sell_price", "pnl"))
        print(
            f"      {trade['buy_date']} → {trade['sell_date']}  {trade['quantity']:>5} × "
            f"{bought:>10,.2f} → {sold:>10,.2f}  P&L {profit:>12,.2f}"
        )
    print("\n    Equity")
    print(charts.text(times=equity["time"], values=equity["equity"]))
    if picture:
        title = f"{run['instrument_identifier']} ({run['assumptions']['data_source']} prices): {run['strategy_name']}"
        picture.write_text(
            charts.svg(
                title=title,
                facts=rows[1:],
                times=equity["time"],
                equity=equity["equity"],
                drawdown_pct=equity["drawdown_pct"],
            )
        )
        print(f"\n    {picture} written")


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def main() -> None:
    """Sign in, run, show."""
    parser = argparse.ArgumentParser(description="Run one backtest through the API and print its result.")
    parser.add_argument("--base-url", required=True, help="where the API is, for example http://127.0.0.1:8000")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--instrument", default="RELIANCE", help="a stock (default RELIANCE)")
    parser.add_argument("--strategy", default="sma_crossover", help="code of a predefined strategy")
    parser.add_argument("--picture", type=Path, help="also draw the result into this SVG file")
    options = parser.parse_args()
    api = Api(options.base_url)
    api.token = api.call("POST", LOGIN, {"email": options.email, "password": options.password})["access_token"]
    run = run_backtest(api, instrument=options.instrument, code=options.strategy)
    print_result(api, run, picture=options.picture)


if __name__ == "__main__":
    main()
