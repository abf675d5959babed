"""Fixed names and limits of backtests. What does not belong here: anything an administrator may change."""

from datetime import timedelta
from decimal import Decimal

# The advisory lock under which runs are admitted and claimed; the number only has to differ from other locks.
ADMISSION_LOCK = 7_201_001

# A worker renews its lease every HEARTBEAT_SECONDS; one missed renewal is harmless.
LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 10.0
# A run whose worker was lost this often is not tried again.
MAX_ATTEMPTS = 3
RETRY_DELAY = timedelta(seconds=5)
# A worker goes on to the next run for this long, then lets the broker choose: no task grows without end.
WORK_SECONDS = 60.0

EXECUTE_TASK = "backtests.execute_pending"
POST_ROUTE = "backtest.run"

DEFAULT_WALLET = Decimal("100000.00")
MIN_WALLET = Decimal("1000.00")
MAX_WALLET = Decimal("1000000000.00")
MAX_SPAN_DAYS = 25 * 366
MAX_COMPARED = 9
MAX_AMOUNT = Decimal("9999999999999.99")
MAX_PERCENTAGE = Decimal("99999999.99")

DEFAULT_POINTS = 2000
MAX_POINTS = 20_000

ETA_SAMPLE_RUNS = 20
QUEUE_RETRY_SECONDS = 10

# A run that ended by a bug or a fault of the machine: the log has the reason, the user gets this.
INTERNAL_CODE = "INTERNAL_ERROR"
INTERNAL_MESSAGE = "Something went wrong on our side while this backtest ran. Please start it again."
