"""What core writes: configuration changes, activity, idempotent answers. What does not belong here: app rules."""

from apps.core.services.activity import record_activity, record_change
from apps.core.services.configuration import change_setting, seed_configuration
from apps.core.services.heartbeat import write_heartbeat
from apps.core.services.idempotency import Answer, answer_once, purge_answers
from apps.core.services.rate_limits import check_rate
from apps.core.services.secrets import rotate_secrets

__all__ = [
    "Answer",
    "answer_once",
    "change_setting",
    "check_rate",
    "purge_answers",
    "record_activity",
    "record_change",
    "rotate_secrets",
    "seed_configuration",
    "write_heartbeat",
]
