"""What stocks refuse. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class StockExists(DomainError):
    """There is a stock with this identifier."""

    code = "STOCK_EXISTS"
    kind = Kind.CONFLICT
    message = "There is a stock with this identifier already."


class CategoryExists(DomainError):
    """There is a category with this name."""

    code = "CATEGORY_EXISTS"
    kind = Kind.CONFLICT
    message = "There is a category with this name already."
