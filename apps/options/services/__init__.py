"""Every write of option contracts, candles and days. What does not belong here: reading files, making prices."""

from apps.options.services.candles import StoredCandles, store_candles
from apps.options.services.days import DayRow, StoredDays, store_option_days

__all__ = ["DayRow", "StoredCandles", "StoredDays", "store_candles", "store_option_days"]
