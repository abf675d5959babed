"""Fixed names and durations of the kernel. What does not belong here: anything an administrator may change."""

BROKER_TIMEOUT_SECONDS = 0.5
RATE_WINDOW_SECONDS = 60
# How long a broker that did not answer is left alone.
RATE_RETRY_SECONDS = 5.0
WORKER_HEARTBEAT_KEY = "papertrade:worker-heartbeat"
WORKER_HEARTBEAT_SECONDS = 60

# The activity log's action for a change of the configuration.
SETTING_CHANGED = "configuration.change"

# What an instrument may be called in URLs and files: M&M, BAJAJ-AUTO, NIFTY50.
IDENTIFIER_PATTERN = r"^[A-Z0-9][A-Z0-9_.&-]{0,49}\Z"
