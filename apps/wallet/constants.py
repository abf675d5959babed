"""Fixed names and limits of the ledger. What does not belong here: anything an administrator may change."""

from decimal import Decimal

MAX_BALANCE = Decimal("9999999999999.99")
OPENING_KEY = "opening"
# Entries of a file that are in memory at once.
EXPORT_CHUNK = 500
