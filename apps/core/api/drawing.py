"""Drawing answers: what a serializer makes of a value, by a plan that is made once for its class.

The framework binds the fields of a serializer anew for each answer, and looks up for each value how its field is read;
that takes several times what the drawing itself does. What is not plain goes the framework's own way, so that both
draw the same. What does not belong here: the shapes of answers (serializers of the apps).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from django.db.models import Manager
from rest_framework import fields, serializers
from rest_framework.relations import PKOnlyObject

from apps.core import clock

Draw = Callable[[Any], Any]
MISSING = object()


class Step(NamedTuple):
    """One field: under which name it is shown, what it reads, None where the framework reads it, and how it draws."""

    name: str
    source: str | None
    draw: Draw
    field: Any


def drawn(serializer_class: type[serializers.BaseSerializer[Any]], value: Any) -> Any:
    """What a serializer makes of a value."""
    return _artist(serializer_class)(value)  # type: ignore[arg-type]


@cache
def _artist(serializer_class: type[serializers.BaseSerializer[Any]]) -> Draw:
    return _draw_of(serializer_class())


def _draw_of(field: Any) -> Draw:
    """How a field or a serializer draws a value that is not None."""
    draws = type(field).to_representation
    if draws is serializers.ListSerializer.to_representation:
        return partial(_draw_rows, _draw_of(field.child))
    if draws is serializers.Serializer.to_representation:
        return partial(_draw_fields, [_step(each) for each in field._readable_fields])  # noqa: SLF001
    if draws is fields.CharField.to_representation:
        return str
    if draws is fields.DateTimeField.to_representation and not {"format", "timezone"} & vars(field).keys():
        return partial(_draw_time, field)
    own: Draw = field.to_representation
    return own


def _step(field: Any) -> Step:
    is_plain = type(field).get_attribute is fields.Field.get_attribute and len(field.source_attrs) == 1
    return Step(field.field_name, field.source_attrs[0] if is_plain else None, _draw_of(field), field)


def _draw_fields(steps: list[Step], row: Any) -> dict[str, Any]:
    shown = {}
    for name, source, draw, field in steps:
        value = MISSING if source is None else _plainly(row, source)
        if value is MISSING:
            try:
                value = field.get_attribute(row)
            except fields.SkipField:
                continue
        is_none = value is None or (isinstance(value, PKOnlyObject) and value.pk is None)
        shown[name] = None if is_none else draw(value)
    return shown


def _plainly(row: Any, source: str) -> Any:
    """What a row has under a name; ``MISSING`` where the framework must say what that means."""
    value = row.get(source, MISSING) if isinstance(row, Mapping) else getattr(row, source, MISSING)
    return MISSING if callable(value) else value


def _draw_rows(draw: Draw, rows: Any) -> list[Any]:
    found: Iterable[Any] = rows.all() if isinstance(rows, Manager) else rows
    return [draw(row) for row in found]


def _draw_time(field: Any, value: Any) -> Any:
    """A moment as it is in India."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(clock.IST).isoformat()
    return field.to_representation(value)
