"""Every rule and write of syncs. What does not belong here: prices and how they are stored (market), HTTP."""

from apps.sync.services.execution import execute_all, execute_next
from apps.sync.services.ringing import fan_out, ring_pending
from apps.sync.services.schedule import start_due
from apps.sync.services.starting import Order, open_sync, request_sync
from apps.sync.services.uploads import import_file

__all__ = [
    "Order",
    "execute_all",
    "execute_next",
    "fan_out",
    "import_file",
    "open_sync",
    "request_sync",
    "ring_pending",
    "start_due",
]
