"""Fixed words and limits of stocks and price series. What does not belong here: anything that can be configured."""

from datetime import timedelta
from decimal import Decimal

# What an instrument may be called in URLs and files: M&M, BAJAJ-AUTO, NIFTY50.
IDENTIFIER_PATTERN = r"^[A-Z0-9][A-Z0-9_.&-]{0,49}\Z"

# Yahoo-style suffix of the full symbol, by exchange.
SYMBOL_SUFFIXES = {"NSE": "NS", "BSE": "BO"}

# `extra` of a price row says where the row comes from.
SYNTHETIC_SOURCE = "synthetic"
IMPORT_SOURCE = "import"

# The engine counts paise in 32 bits.
MAX_PRICE = Decimal("21474836.47")

DEFAULT_PRICE_SPAN = timedelta(days=365)
MAX_PRICE_SPAN_DAYS = 7_320
MAX_POINTS = 10_000
