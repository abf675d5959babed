"""Fixed names and sets of trading. What does not belong here: rates, hours, anything an administrator may change."""

from datetime import timedelta
from decimal import Decimal

from apps.trading.enums import OrderStatus

TRADE_PERMISSION = "trading.trade"
OPTIONS_PERMISSION = "options.trade"
ACTIVE = (OrderStatus.AMO_QUEUED, OrderStatus.OPEN, OrderStatus.TRIGGER_PENDING, OrderStatus.PARTIAL)
# What charges and margins are.
ESTIMATE = "estimate"
BAR = timedelta(minutes=5)
MAX_GTT_DAYS = 365
MAX_QUANTITY = 1_000_000_000
PAISA = Decimal("0.01")
ZERO = Decimal("0.00")
DEFAULT_POINTS = 2000
MAX_POINTS = 20_000
# Seconds of open market that a replay's clock moves in a second at most: a session in six seconds.
MAX_SPEED = 3600
# Bars that one request moves it: more than a week of sessions.
MAX_BARS = 400
MAX_QUOTES = 50
# The tally of rows that sweeps left as they were.
LEFT_ALONE = "left_alone"
