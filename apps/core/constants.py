"""Fixed names and durations of the kernel. What does not belong here: anything an administrator may change."""

BROKER_TIMEOUT_SECONDS = 0.5
WORKER_HEARTBEAT_KEY = "papertrade:worker-heartbeat"
WORKER_HEARTBEAT_SECONDS = 60
