"""What trading refuses. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError
from apps.market import errors as market_errors


class OrderRefused(DomainError):
    """A check failed: the order is kept as REJECTED, with the figures of the refusal."""

    kind = Kind.REJECTED


class TradingHalted(OrderRefused):
    """An administrator has stopped all new orders."""

    code = "TRADING_HALTED"
    message = "Trading is halted by the administrator."


class InstrumentInactive(OrderRefused, market_errors.InstrumentInactive):
    """The stock or sector, or the underlying of the option, is no longer traded."""

    message = "This instrument is no longer traded."


class ExpiredContract(OrderRefused):
    """The option has expired."""

    code = "EXPIRED_CONTRACT"
    message = "This contract has expired."


class ContractMoved(OrderRefused):
    """The expiry was moved after the contract was listed, under whose name it can only be reduced now."""

    code = "CONTRACT_MOVED"
    message = "The expiry of this contract was moved: order it by its new name."


class MarketClosed(OrderRefused):
    """The market is closed; the details say when it opens."""

    code = "MARKET_CLOSED"
    message = "The market is closed."


class AmoNotAllowed(OrderRefused):
    """An order for the next session was given while one runs."""

    code = "AMO_NOT_ALLOWED"
    message = "The market is open: place a regular order."


class ProductNotAllowed(OrderRefused):
    """This product cannot be used for this instrument, or not any more today."""

    code = "PRODUCT_NOT_ALLOWED"
    message = "This product is not allowed for this order."


class NoHolding(OrderRefused):
    """A delivery sale is larger than what is held and not being sold already."""

    code = "NO_HOLDING"
    message = "You do not hold enough to sell for delivery."


class InvalidLot(OrderRefused):
    """The quantity is not a whole number of lots."""

    code = "INVALID_LOT"
    message = "The quantity must be a multiple of the lot size."


class FreezeQuantity(OrderRefused):
    """The quantity is above what the exchange takes in one order."""

    code = "FREEZE_QTY"
    message = "The quantity is above the freeze quantity."


class InvalidTick(OrderRefused):
    """A price is not a multiple of the tick size."""

    code = "INVALID_TICK"
    message = "The price must be a multiple of the tick size."


class OutsideCircuit(OrderRefused):
    """A price is outside the price band of the day."""

    code = "OUTSIDE_CIRCUIT"
    message = "The price is outside the circuit limits."


class InvalidTrigger(OrderRefused):
    """The trigger is on the wrong side of the last price, or of the limit."""

    code = "INVALID_TRIGGER"
    message = "The trigger must lie beyond the last price, and the limit beyond the trigger."


class InvalidBracket(OrderRefused):
    """Target and stop do not lie on either side of the entry."""

    code = "INVALID_BRACKET"
    message = "The target must lie beyond the entry and the stop before it, and the stop's limit beyond its trigger."


class StopMarketNotAllowed(OrderRefused):
    """The exchange takes no SL-M orders on options."""

    code = "SLM_NOT_ALLOWED"
    message = "SL-M orders on options are not allowed; use SL."


class NoPrice(OrderRefused):
    """The instrument has no price."""

    code = "NO_PRICE"
    message = "There is no price for this instrument."


class StalePrice(OrderRefused):
    """The last price is too old to trade at."""

    code = "STALE_PRICE"
    message = "The last price is too old to trade at."


class RiskBlocked(OrderRefused):
    """The order is above the limit of risk."""

    code = "RISK_BLOCKED"
    message = "The order is above the limit of risk that this installation sets."


class OrderNotOpen(DomainError):
    """The order is final: nothing about it can be changed."""

    code = "ORDER_NOT_OPEN"
    kind = Kind.CONFLICT
    message = "This order is not open any more."


class NothingToConvert(DomainError):
    """The position is flat, or less of it is free than what is to be moved."""

    code = "NOTHING_TO_CONVERT"
    kind = Kind.REJECTED
    message = "There is not that much of the position to convert."


class ConversionNotAllowed(DomainError):
    """The other product holds the opposite of this position."""

    code = "CONVERSION_NOT_ALLOWED"
    kind = Kind.REJECTED
    message = "The other product holds the opposite; close one of them first."


class RatesUnknown(OrderRefused):
    """The rulebook has no charges of the day that is traded on; the details name it."""

    code = "RATES_UNKNOWN"
    message = "The charges of this day are not known: choose a fill profile without them."


class NothingToClose(DomainError):
    """The position is flat, or smaller than what is to be closed."""

    code = "NOTHING_TO_CLOSE"
    kind = Kind.REJECTED
    message = "There is not that much of the position to close."


class LimitReached(DomainError):
    """The user has as many of these as the installation allows; the details say how many."""

    code = "LIMIT_REACHED"
    kind = Kind.REJECTED
    message = "You have as many of these as this installation allows."


class NameTaken(DomainError):
    """The user has another one of this name."""

    code = "NAME_TAKEN"
    kind = Kind.CONFLICT
    message = "You have another one of this name."


class AlertNotArmed(DomainError):
    """The alert has fired or was cancelled already."""

    code = "ALERT_NOT_ARMED"
    kind = Kind.CONFLICT
    message = "This alert is not armed."


class AlertArmed(DomainError):
    """The alert waits already."""

    code = "ALERT_ARMED"
    kind = Kind.CONFLICT
    message = "This alert is armed already."
