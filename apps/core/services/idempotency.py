"""One answer a key: a repeated POST gets the first answer again. What does not belong here: what is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db import IntegrityError, OperationalError, transaction
from psycopg2.errors import LockNotAvailable

from apps.core import clock, errors
from apps.core.models import IdempotencyKey

MAX_KEY_CHARS = 255
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POST answered: its status, and its body as JSON would carry it."""

    status: int
    body: Any
    replayed: bool = False


@transaction.atomic
def answer_once(*, user_id: int, route: str, key: str | None, request: object, work: Callable[[], Answer]) -> Answer:
    """Do the work, or give the answer that the same key and request got before.

    Work and stored answer commit together: an error leaves neither, so the key may be used again.

    :raises IdempotencyConflict: if the key was used with another request
    :raises IdempotencyInProgress: if such a request is being worked on right now
    :raises ValidationFailed: if the key is too long or not printable ASCII
    """
    if key is None:
        return work()
    if not 0 < len(key) <= MAX_KEY_CHARS or not (key.isascii() and key.isprintable()):
        raise errors.ValidationFailed.field("Idempotency-Key", "Send 1 to 255 printable ASCII characters.")
    digest = hashlib.sha256(orjson.dumps(request, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
    row, is_new = _claim(user_id=user_id, route=route, key=key, digest=digest)
    if row.request_hash != digest:
        raise errors.IdempotencyConflict
    if not is_new:
        return Answer(status=row.response_status or 200, body=row.response_body, replayed=True)
    answer = work()
    row.response_status, row.response_body = answer.status, orjson.loads(orjson.dumps(answer.body, default=str))
    row.save(update_fields=["response_status", "response_body"])
    return answer


def purge_answers() -> int:
    """Forget the answers that are older than a day; count them."""
    number, _ = IdempotencyKey.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return number


def _claim(*, user_id: int, route: str, key: str, digest: str) -> tuple[IdempotencyKey, bool]:
    """The row of the key, and whether this transaction made it.

    A concurrent insert of the same key blocks on the unique index until the other commits; lock_timeout bounds it.
    """
    scope = {"user_id": user_id, "route": route, "key": key}
    existing = IdempotencyKey.objects.filter(**scope).first()
    if existing:
        return existing, False
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(**scope, request_hash=digest), True
    except IntegrityError:
        return IdempotencyKey.objects.get(**scope), False
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise errors.IdempotencyInProgress from error
