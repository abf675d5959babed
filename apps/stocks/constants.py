"""Fixed words and limits of stocks and price series. What does not belong here: anything that can be configured."""

from datetime import timedelta
from decimal import Decimal

# The setting that lets administrators change stocks; superadmins always may.
TOGGLE = "admin.can_manage_stocks"

# Yahoo-style suffix of the full symbol, by exchange.
SYMBOL_SUFFIXES = {"NSE": "NS", "BSE": "BO"}

# `extra` of a price row says where the row comes from.
SYNTHETIC_SOURCE = "synthetic"
IMPORT_SOURCE = "import"

# The engine counts paise in 32 bits.
MAX_PRICE = Decimal("21474836.47")

# Candles are of five minutes; India is so far ahead of UTC, all year.
BAR_MINUTES = 5
DAY_SECONDS = 86_400
IST_SECONDS = 19_800

DEFAULT_PRICE_SPAN = timedelta(days=365)
MAX_PRICE_SPAN_DAYS = 7_320
MAX_POINTS = 10_000
