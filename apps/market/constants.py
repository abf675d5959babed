"""Fixed words and limits of instruments, imports and reads. What does not belong here: what can be configured."""

from datetime import date, timedelta

from apps.stocks import constants as stocks_constants

DAY_SECONDS = stocks_constants.DAY_SECONDS
IST_SECONDS = stocks_constants.IST_SECONDS
# A daily bar opens at 09:15 in India, which is 03:45 UTC.
SESSION_OPEN_SECONDS = 13_500

# The exchange's first day of trading in shares; an earlier date is a mistake.
EARLIEST_DATE = date(1994, 11, 3)
MAX_PROBLEMS = 100
# Paise; nothing trades below it.
OPTION_TICK = 5

# What one request may ask for.
DEFAULT_CALENDAR_SPAN = timedelta(days=30)
MAX_CALENDAR_DAYS = 731
DEFAULT_CANDLES = 500
MAX_CANDLES = 5_000
MAX_QUOTES = 50
MAX_LEGS = 8
MAX_PAYOFF_POINTS = 501
DEFAULT_PAYOFF_POINTS = 101
# The most units or lots of a leg: a hundred times the largest position that the exchange allows.
MAX_LEG_UNITS = 10**9

# What this service can do, for clients that ask before they offer it.
FEATURES = {"trading_simulated": True, "backtests": True, "rule_based_strategies": True}
