"""What core writes: configuration changes, activity, idempotent answers. What does not belong here: app rules."""

from apps.core.services.activity import export_activity, record_activity, record_change
from apps.core.services.configuration import change_setting, reset_setting, seed_configuration
from apps.core.services.heartbeat import write_heartbeat
from apps.core.services.idempotency import Answer, answer_once, purge_answers
from apps.core.services.rate_limits import check_rate
from apps.core.services.recalls import recall_kept, series_heard
from apps.core.services.secrets import rotate_secrets
from apps.core.services.tallies import tally

__all__ = [
    "Answer",
    "answer_once",
    "change_setting",
    "check_rate",
    "export_activity",
    "purge_answers",
    "recall_kept",
    "record_activity",
    "record_change",
    "reset_setting",
    "rotate_secrets",
    "seed_configuration",
    "series_heard",
    "tally",
    "write_heartbeat",
]
