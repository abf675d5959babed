"""Fixed words of strategies. What does not belong here: anything that can be configured."""

# Said of what is missing and of what is somebody else's alike.
NO_STRATEGY = "There is no such strategy."

MAX_NAME = 200
COPY_SUFFIX = " (copy)"

# Bounds of a preview: the days of a range by interval, about 7,000 bars at most, and the indicators drawn.
PREVIEW_DAYS = {"5m": 92, "15m": 366, "30m": 732, "1h": 1096, "1d": 7320, "1w": 7320}
MAX_PREVIEW_LINES = 24
# A script is evaluated while its client waits, and a thread of the web process with it.
PREVIEW_SECONDS = 5.0
# What a script has in a preview, in paise: a crore of rupees, so that a fixed quantity of any share can be paid for.
PREVIEW_CASH = 1_000_000_000

# More than the engine reads of a script, so that it is the engine that says so.
MAX_SCRIPT_CHARACTERS = 64 * 1024
# Where a script stands in a request.
SCRIPT_POINTER = "/script"
