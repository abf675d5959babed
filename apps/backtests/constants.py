"""Fixed names and limits of backtests. What does not belong here: anything an administrator may change."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings

# The advisory lock under which runs are admitted and claimed; the number only has to differ from other locks.
ADMISSION_LOCK = 7_201_001

# A worker renews its lease every HEARTBEAT_SECONDS; a few missed renewals are harmless.
LEASE = timedelta(seconds=settings.BACKTEST_LEASE_SECONDS)
HEARTBEAT_SECONDS = settings.BACKTEST_LEASE_SECONDS / settings.LEASE_RENEWALS
# A run whose worker was lost this often is not tried again.
MAX_ATTEMPTS = 3
# Shorter than the time between two rings, so that the next one finds it.
RETRY_DELAY = timedelta(seconds=3)
# A worker goes on to the next run for this long, then lets the broker choose: no task grows without end.
WORK_SECONDS = 60.0

EXECUTE_TASK = "backtests.execute_pending"
POST_ROUTE = "backtest.run"
RERUN_ROUTE = "backtest.rerun"
OPTIONS_ROUTE = "backtest.run_options"
PORTFOLIO_ROUTE = "backtest.run_portfolio"

DEFAULT_WALLET = Decimal("100000.00")
MIN_WALLET = Decimal("1000.00")
MAX_WALLET = Decimal("1000000000.00")
# The days of a range by interval: about 190,000 bars of five minutes, from which the longer ones are made.
INTRADAY_SPAN_DAYS = 10 * 366
MAX_SPAN_DAYS = 25 * 366
# Each day of an option rule reads a chain.
OPTION_SPAN_DAYS = 366
MAX_INSTRUMENTS = 50
MAX_SLIPPAGE_TICKS = 1_000
MAX_SLIPPAGE_BPS = 1_000
MAX_PENETRATION_TICKS = 1_000
MAX_FLAT_PCT = 50
MAX_LOT = 1_000_000
MAX_COMPARED = 9
MAX_AMOUNT = Decimal("9999999999999.99")
MAX_PERCENTAGE = Decimal("99999999.99")

DEFAULT_POINTS = 2000
MAX_POINTS = 20_000
DEFAULT_DRAWDOWNS = 10
MAX_DRAWDOWNS = 100

# Of so many of a user's last runs those of the same kind say how long one takes.
ETA_SAMPLE_RUNS = 50
# An export reads so many trades of a run together: about a megabyte.
TRADES_AT_A_TIME = 500
# A list of a run that is shorter comes with the run, and its files are made whole: a few megabytes.
ROWS_AT_ONCE = 2_000
# A page with more trades is slow to open and nobody reads it: the other files have them all.
TRADES_SHOWN = 500
QUEUE_RETRY_SECONDS = 10

# A run that ended by a bug or a fault of the machine: the log has the reason, the user gets this.
INTERNAL_CODE = "INTERNAL_ERROR"
INTERNAL_MESSAGE = "Something went wrong on our side while this backtest ran. Please start it again."

SWEEP_TASK = "backtests.execute_sweeps"
SWEEP_ROUTE = "backtest.sweep"
WALK_ROUTE = "backtest.walk_forward"
MAX_COMBINATIONS = 20_000
MAX_VARIED = 5
# Combinations x bars of one part, which takes a worker about a second.
PART_BARS = 10_000_000
SCRIPT_PART_BARS = 2_000_000
# Into how many parts the windows of a walk-forward go at most.
MAX_WALK_PARTS = 32
BARS_A_DAY = 75
# How many workers are rung at most for one sweep.
SWEEP_RINGS = 8
# A worker looks so often whether its part of a sweep is still its own.
WATCH_SECONDS = 0.5
SWEEP_BEST = 10
# The four runs of a sensitivity are made while their client waits, and a thread of the web process with it.
SENSITIVITY_SECONDS = 8.0
DEFAULT_DRAWS = 1_000
MAX_DRAWS = 10_000
# Trades x draws: below a tenth of a second.
MAX_REDRAWN = 2_000_000
