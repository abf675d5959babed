"""Fixed words and limits of instruments and imports. What does not belong here: anything that can be configured."""

from datetime import date

DAY_SECONDS = 86_400
# A daily bar opens at 09:15 in India, which is 03:45 UTC.
SESSION_OPEN_SECONDS = 13_500

# The exchange's first day of trading in shares; an earlier date is a mistake.
EARLIEST_DATE = date(1994, 11, 3)
# A hundred times the busiest day of the most traded share; more is a mistake.
MAX_VOLUME = 10**12
MAX_PROBLEMS = 100

# Which sector a file of index prices is about, by its name without suffix.
INDEX_FILES = {
    "NIFTY_50": ("NIFTY50", "NIFTY 50"),
    "NIFTY_BANK": ("BANKNIFTY", "NIFTY Bank"),
    "NIFTY_IT": ("NIFTYIT", "NIFTY IT"),
}
