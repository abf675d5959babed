"""Examples of options for the API's documentation. What does not belong here: shapes."""

from drf_spectacular.utils import OpenApiExample

CONTRACTS = OpenApiExample(
    "The call at the money",
    value={
        "contract": "NIFTY50-2025-01-09-23750-CE",
        "underlying": "NIFTY50",
        "expiry_date": "2025-01-09",
        "strike": "23750.00",
        "option_type": "CE",
        "label": "ATM",
        "lot_size": 75,
    },
    response_only=True,
)
CANDLES = OpenApiExample(
    "The first candle of a day",
    value={
        "contract": "NIFTY50-2025-01-09-23750-CE",
        "date": "2025-01-03",
        "source": "synthetic",
        "version": "synthetic-1",
        "candles": [
            {"time": "09:15", "open": "181.20", "high": "190.05", "low": "178.90", "close": "186.40", "volume": 41250}
        ],
    },
    response_only=True,
)
CHAIN = OpenApiExample(
    "One strike of a chain",
    value={
        "underlying": "NIFTY50",
        "expiry_date": "2025-09-16",
        "at": "2025-09-01T15:30:00+05:30",
        "is_open": False,
        "is_stale": False,
        "source": "import",
        "version": None,
        "spot": "24560.00",
        "forward": "24580.00",
        "atm_strike": "24550.00",
        "straddle_price": "593.28",
        "put_call_ratio": 0.8,
        "max_pain": "24550.00",
        "days_to_expiry": 15.0,
        "lot_size": 75,
        "rows": [
            {
                "strike": "24550.00",
                "call": {
                    "contract": "NIFTY50-2025-09-16-24550-CE",
                    "label": "ATM",
                    "ltp": "311.64",
                    "volume": 7500,
                    "open_interest": 150000,
                    "iv_pct": 14.9199,
                    "delta": 0.522089,
                    "gamma": 0.00053622,
                    "theta": -9.8711,
                    "vega": 19.848,
                    "rho": -0.1281,
                },
                "put": {
                    "contract": "NIFTY50-2025-09-16-24550-PE",
                    "label": "ATM",
                    "ltp": "281.64",
                    "volume": 7500,
                    "open_interest": 120000,
                    "iv_pct": 14.9199,
                    "delta": -0.477911,
                    "gamma": 0.00053622,
                    "theta": -9.8711,
                    "vega": 19.848,
                    "rho": -0.1157,
                },
            }
        ],
    },
    response_only=True,
)
PAYOFF_QUESTION = OpenApiExample(
    "A bull call spread",
    value={
        "underlying": "NIFTY50",
        "legs": [
            {"contract": "NIFTY50-2025-01-09-23750-CE", "side": "buy", "lots": 1, "price": "100.00"},
            {
                "option_type": "CE",
                "strike": "23850",
                "expiry_date": "2025-01-09",
                "side": "sell",
                "lots": 1,
                "price": "60.00",
            },
        ],
        "points": 3,
    },
    request_only=True,
)
PAYOFF = OpenApiExample(
    "One leg of it",
    value={
        "underlying": "NIFTY50",
        "expiry_date": "2025-01-09",
        "at": "2025-01-03T11:07:30+05:30",
        "source": "synthetic",
        "version": "synthetic-1",
        "spot": "23750.00",
        "legs": [
            {
                "contract": "NIFTY50-2025-01-09-23750-CE",
                "side": "buy",
                "quantity": 75,
                "lot_size": 75,
                "price": "100.00",
                "last_price": "172.50",
                "greeks": {
                    "iv_pct": 14.2,
                    "delta": 0.5038,
                    "gamma": 0.00092,
                    "theta": -14.1,
                    "vega": 12.1,
                    "rho": -0.0282,
                },
            }
        ],
        "net_premium": "-3000.00",
        "max_profit": "4500.00",
        "max_loss": "-3000.00",
        "break_evens": ["23790.00"],
        "greeks": {"delta": 12.3, "gamma": 0.002, "theta": -31.0, "vega": 20.5, "rho": -0.5},
        "prices": [20187.5, 23750.0, 27312.5],
        "at_expiry": [-3000.0, -3000.0, 4500.0],
        "today": [-3000.0, 214.5, 4500.0],
    },
    response_only=True,
)
