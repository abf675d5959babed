"""Ownership, and the tables of configuration, activity and idempotency. What does not belong here: workflow."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models

from apps.core.statements import Slot

M = TypeVar("M", bound=models.Model)


class TimeStampedModel(models.Model):
    """When a row was made and last changed."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class OwnedManager(models.Manager[M]):
    """The door to owned rows: ``for_user``. Reading without an owner raises, so that no query forgets it."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Refuse a read that names no owner.

        :raises RuntimeError: always
        """
        raise RuntimeError(f"{self.model.__name__} rows have an owner: use objects.for_user(user).")

    def for_user(self, user: models.Model | Slot) -> models.QuerySet[M]:
        """The rows of one user, or of whom a composed statement is asked for."""
        return self.unscoped().filter(user=user)

    def unscoped(self) -> models.QuerySet[M]:
        """Rows of every user, for system reads named ``…_unscoped`` and for services."""
        return super().get_queryset()

    def create(self, **values: Any) -> M:
        """Insert one row."""
        return self.unscoped().create(**values)


class OwnedModel(TimeStampedModel):
    """A row that belongs to one user."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects: OwnedManager[Self] = OwnedManager()

    class Meta:
        abstract = True


class IndexedOwnedModel(OwnedModel):
    """A row that belongs to one user, where an index or a constraint of the table begins with the user.

    So the key needs none of its own, which each insert would have to write too.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class SystemConfig(models.Model):
    """What an administrator changed; types, defaults and bounds stand in the registry."""

    key = models.CharField(max_length=100, primary_key=True)
    value = models.TextField()
    description = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "adminpanel_systemconfig"

    def __str__(self) -> str:
        return self.key


class ActivityLog(models.Model):
    """Who did what: append-only, enforced by a trigger in the database."""

    admin_user = models.CharField(max_length=255)
    action = models.CharField(max_length=100, db_index=True)
    details = models.JSONField(default=dict)
    ip_address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "adminpanel_activitylog"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.action} by {self.admin_user}"


class IdempotencyKey(models.Model):
    """The stored answer of a POST that carried an Idempotency-Key; the scope is user and route."""

    user_id = models.BigIntegerField()
    route = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        db_table = "core_idempotency_key"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "route", "key"], name="core_one_answer_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
