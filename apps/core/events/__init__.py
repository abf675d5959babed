"""Telling users' open pages what has changed, as it changes. What does not belong here: what is worth telling (apps).

The tables are the truth and say the same to who asks; an event only says that asking is worth while, so a lost one
is harmless. ``publish`` is the one door. The process that pages listen to is put together in config/asgi.
"""

from apps.core.events.publishing import EventKind, publish
from apps.core.events.tickets import Holder, Ticket, issue_ticket, lead_elsewhere, spend_ticket

__all__ = ["EventKind", "Holder", "Ticket", "issue_ticket", "lead_elsewhere", "publish", "spend_ticket"]
