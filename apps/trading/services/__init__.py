"""Every rule and write of paper trading. What does not belong here: HTTP, reads."""

from apps.trading.services.changing import cancel_all, cancel_order, modify_order
from apps.trading.services.closing import (
    Holding,
    ValuedPosition,
    close_all,
    close_position,
    list_holdings,
    value_positions,
)
from apps.trading.services.conversions import Conversion, convert_position
from apps.trading.services.corporate_actions import apply_corporate_actions
from apps.trading.services.due import close_due
from apps.trading.services.gtt import GttTicket, Trigger, cancel_gtt, create_gtt, work_gtts
from apps.trading.services.margins import MarginUse, get_margins
from apps.trading.services.placing import Placed, Preview, Ticket, place_order, preview_order
from apps.trading.services.settings import choose_profile
from apps.trading.services.working import work_orders

__all__ = [
    "Conversion",
    "GttTicket",
    "Holding",
    "MarginUse",
    "Placed",
    "Preview",
    "Ticket",
    "Trigger",
    "ValuedPosition",
    "apply_corporate_actions",
    "cancel_all",
    "cancel_gtt",
    "cancel_order",
    "choose_profile",
    "close_all",
    "close_due",
    "close_position",
    "convert_position",
    "create_gtt",
    "get_margins",
    "list_holdings",
    "modify_order",
    "place_order",
    "preview_order",
    "value_positions",
    "work_gtts",
    "work_orders",
]
