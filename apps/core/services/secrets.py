"""Writing every stored secret under the newest key. What does not belong here: the ring itself (core.secrets)."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet

from apps.core.secrets import EncryptedTextField


def rotate_secrets() -> int:
    """Encrypt every secret of every table anew, a row at a time so that none is held long; count them.

    :raises SecretUnreadable: if a key that a row needs is not in the ring; the rows before it are done
    """
    return sum(_rotate(model, field=field) for model, field in encrypted_fields())


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Each field that is encrypted, with its table."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 - documented
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def _rotate(model: type[models.Model], *, field: str) -> int:
    # Not the model's manager: owned rows are those of every user here.
    rows: QuerySet[models.Model] = QuerySet(model)
    ids = list(rows.exclude(**{f"{field}__isnull": True}).order_by("pk").values_list("pk", flat=True))
    for row_id in ids:
        with transaction.atomic():
            for row in rows.select_for_update(no_key=True).filter(pk=row_id):
                rows.filter(pk=row_id).update(**{field: getattr(row, field)})
    return len(ids)
