"""What the documentation shows of backtests. What does not belong here: anything that code reads."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

REQUEST = {
    "instrument_type": "stock",
    "instrument_identifier": "RELIANCE",
    "start_date": "2019-10-01",
    "end_date": "2023-06-30",
    "initial_wallet_amount": "100000.00",
    "strategy_predefined": 1,
    "parameters": {"fast": 10, "slow": 30},
    "settings": {"fill_on": "same_close", "stop_loss_pct": 2, "target_pct": 4},
}
INTRADAY = {
    "instrument_type": "stock",
    "instrument_identifier": "RELIANCE",
    "interval": "15m",
    "start_date": "2025-01-01",
    "end_date": "2025-06-30",
    "initial_wallet_amount": "200000.00",
    "rules": {
        "enter_long": {"left": "EMA(9)", "op": "CROSS_ABOVE", "right": "EMA(21)"},
        "exit_long": {"left": "EMA(9)", "op": "CROSS_BELOW", "right": "EMA(21)"},
    },
    "settings": {
        "fill_on": "next_open",
        "stop_loss_atr": 2,
        "square_off": "15:15",
        "costs": {"kind": "india", "segment": "equity_intraday"},
        "slippage_ticks": 1,
    },
}
OPTION = {
    "instrument_type": "option",
    "instrument_identifier": "NIFTY50-2025-09-16-25000-CE",
    "interval": "5m",
    "start_date": "2025-09-10",
    "end_date": "2025-09-16",
    "initial_wallet_amount": "200000.00",
    "strategy_custom_script": '//@version=6\nstrategy("Premium turns up", default_qty_value=75)\n'
    'if ta.crossover(close, ta.ema(close, 20))\n    strategy.entry("up", strategy.long)\n'
    'strategy.exit("out", "up", loss=400, profit=800)\n',
    "settings": {"costs": {"kind": "india"}},
}
AVERAGES = {"left": "SMA(10)", "right": "SMA(30)"}
EXITS = {"stop_loss_pct": 2, "target_pct": 4}
RULES = {
    "name": "SMA crossover",
    "direction": "long",
    "enter_long": {**AVERAGES, "op": "CROSS_ABOVE"},
    "exit_long": {**AVERAGES, "op": "CROSS_BELOW"},
    "exits": EXITS,
    "sizing": {"kind": "all_in"},
}
WAITING = {
    "run_id": "0b6c0d5f-4a9e-4d0f-8a3a-4c5d6e7f8a9b",
    "status": "pending",
    "stage": "queued",
    "progress": 0.0,
    "strategy_name": "SMA crossover",
    "instrument_type": "stock",
    "instrument_identifier": "RELIANCE",
    "interval": "1d",
    "start_date": "2019-10-01",
    "end_date": "2023-06-30",
    "initial_wallet_amount": "100000.00",
    "final_wallet_amount": None,
    "total_pnl": None,
    "pnl_percentage": None,
    "number_of_trades": 0,
    "time_taken": None,
    "error_code": None,
    "error_message": None,
    "created_at": "2026-01-05T10:15:00+05:30",
    "started_at": None,
    "finished_at": None,
    "queue_position": 1,
    "eta_seconds": 1,
    "cancel_requested": False,
    "strategy": {
        "kind": "predefined",
        "id": 1,
        "name": "SMA crossover",
        "sentence": "SMA crossover: buy when SMA(10) crosses above SMA(30); sell when SMA(10) crosses below SMA(30); "
        "stop loss at 2 %; target at 4 %; each time with all of the equity.",
        "terms": "Bars of 1 day, raw prices; orders fill at the close of the signal's bar; levels stand off the fill "
        "price; of two levels in one bar the stop first; whole shares; no charges; no slippage.",
        "parameters": {"fast": 10, "slow": 30},
        "rules": RULES,
    },
    "strategy_custom_script": None,
    "statistics": None,
    "assumptions": None,
    "manifest": None,
    "reproduction": None,
    "notes": None,
    "open_trade": None,
    "open_trades": None,
    "rejected_orders": None,
}
FAILED = {
    **WAITING,
    "status": "failed",
    "stage": "done",
    "queue_position": None,
    "eta_seconds": None,
    "error_code": "NO_BARS",
    "error_message": "The instrument has no prices in this range of dates.",
    "started_at": "2026-01-05T10:15:00.050000+05:30",
    "finished_at": "2026-01-05T10:15:00.060000+05:30",
}
TRADE = {
    "id": 306,
    "instrument": "RELIANCE",
    "trade_type": "long",
    "quantity": 89,
    "buy_date": "2019-12-18",
    "sell_date": "2019-12-27",
    "buy_price": "1121.25",
    "sell_price": "1166.10",
    "pnl": "3991.65",
    "charges": "0.00",
    "entry_time": None,
    "exit_time": None,
    "entry_reason": "signal",
    "entries": 1,
    "entry_tag": None,
    "exit_tag": None,
    "exit_reason": "target",
    "bars_held": 6,
    "mae": 10.85,
    "mfe": 44.85,
    "ambiguous": False,
}
EQUITY = {
    "points_total": 918,
    "sampled": True,
    "points": [{"time": "2019-10-01", "equity": 100000.0, "drawdown_pct": 0.0}],
}
EQUITY_COLUMNS = {
    "points_total": 918,
    "sampled": True,
    "time": ["2019-10-01"],
    "equity": [100000.0],
    "drawdown_pct": [0.0],
}

DRAWDOWN = {
    "peak_date": "2020-02-14",
    "peak_equity": "118204.15",
    "trough_date": "2020-03-23",
    "trough_equity": "101822.40",
    "depth_pct": 13.858879,
    "recovered_date": "2020-06-22",
    "days_to_trough": 38,
    "days_to_recover": 91,
    "days": 129,
}
HEATMAP = {
    "years": [{"year": 2019, "months": [None] * 9 + [1.2, -0.4, 3.1], "total": 3.92}],
    "best": 3.1,
    "worst": -0.4,
}

RUNS_POSTED = (
    OpenApiExample("SMA crossover with stop and target", value=REQUEST, request_only=True),
    OpenApiExample("Intraday, with charges, slippage and square-off", value=INTRADAY, request_only=True),
    OpenApiExample("A script on the premium of an option", value=OPTION, request_only=True),
)
RUN_WAITING = OpenApiExample("A run that waits", value=WAITING, response_only=True)
RUN_FAILED = OpenApiExample("A run that failed says why", value=FAILED, response_only=True)
DRAWDOWNS_FOUND = OpenApiExample("The deepest", value={"drawdowns": [DRAWDOWN]}, response_only=True)
HEATMAP_FOUND = OpenApiExample("A quarter", value=HEATMAP, response_only=True)
TRADE_PAGE = OpenApiExample(
    "A page", value={"count": 1, "next": None, "previous": None, "results": [TRADE]}, response_only=True
)
EQUITY_AS_LIST = OpenApiExample("A list", value=EQUITY, response_only=True)
EQUITY_AS_COLUMNS = OpenApiExample("Columns", value=EQUITY_COLUMNS, response_only=True)
