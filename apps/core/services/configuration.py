"""Changing the configuration. What does not belong here: who may (adminpanel), types and bounds (registry)."""

from __future__ import annotations

from django.db import transaction

from apps.core import configuration, errors, selectors
from apps.core.configuration import kinds
from apps.core.constants import SETTING_CHANGED
from apps.core.models import SystemConfig
from apps.core.services.activity import record_activity


@transaction.atomic
def change_setting(*, key: str, value: str, actor: str, ip_address: str | None) -> selectors.SettingState:
    """Set a key for everybody and write who did it, with the old and the new value.

    :raises NotFound: if there is no such key
    :raises ValidationFailed: if the value is not of the key's kind or out of its bounds
    """
    setting = configuration.find(key)
    try:
        text = kinds.write(setting.read(value))
    except ValueError as error:
        raise errors.ValidationFailed.field("value", f"{key} {error}.") from error
    before = SystemConfig.objects.select_for_update().filter(key=key).values_list("value", flat=True).first()
    configuration.override(key, text)
    record_activity(
        actor=actor,
        action=SETTING_CHANGED,
        details={"key": key, "before": setting.default if before is None else before, "after": text},
        ip_address=ip_address,
    )
    transaction.on_commit(configuration.forget)
    return selectors.SettingState(setting=setting, value=text, is_changed=text != setting.default)


def reset_setting(*, key: str, actor: str, ip_address: str | None) -> selectors.SettingState:
    """Set a key back to its default for everybody, and write who did it.

    :raises NotFound: if there is no such key
    """
    return change_setting(key=key, value=configuration.find(key).default, actor=actor, ip_address=ip_address)


def seed_configuration() -> int:
    """Write a row with the default for each key that has none, and count the rows written."""
    present = set(SystemConfig.objects.values_list("key", flat=True))
    missing = [setting for key, setting in configuration.REGISTRY.items() if key not in present]
    SystemConfig.objects.bulk_create(
        [
            SystemConfig(
                key=setting.key,
                value=setting.default,
                description=setting.description,
                is_public=setting.is_public,
            )
            for setting in missing
        ],
        ignore_conflicts=True,
    )
    configuration.forget()
    return len(missing)
