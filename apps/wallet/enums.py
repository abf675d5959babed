"""The vocabulary of the ledger. What does not belong here: orders and positions (trading)."""

from django.db.models import TextChoices


class PaperAccountKind(TextChoices):
    """What a paper account is for."""

    PRACTICE = "practice", "Practice"
    STRATEGY = "strategy", "Strategy"
    CHALLENGE = "challenge", "Challenge"
    REPLAY = "replay", "Market replay"


class LedgerKind(TextChoices):
    """The accounts of a ledger. What comes in is positive; funding is where money comes from."""

    CASH = "cash", "Free cash"
    BLOCKED = "blocked", "Blocked for orders and margin"
    POSITIONS = "positions", "Positions at cost"
    BORROWED = "borrowed", "Lent for intraday purchases"
    CHARGES = "charges", "Charges paid"
    REALISED = "realised", "Realised profit and loss"
    FUNDING = "funding", "Opening balance, refills and adjustments"


class EntryReason(TextChoices):
    """Why money moved."""

    OPENING = "OPENING", "Opening balance"
    REFILL = "REFILL", "Refill"
    RESET = "RESET", "Reset"
    BUY = "BUY", "Purchase"
    SELL = "SELL", "Sale"
    CHARGES = "CHARGES", "Charges"
    BLOCK = "BLOCK", "Block"
    RELEASE = "RELEASE", "Release"
    MTM = "MTM", "Mark to market"
    EXPIRY = "EXPIRY", "Settlement at expiry"
    SQUAREOFF_FEE = "SQUAREOFF_FEE", "Fee for a square-off"
    CORPORATE_ACTION = "CORPORATE_ACTION", "Corporate action"
    ADJUSTMENT = "ADJUSTMENT", "Adjustment"
