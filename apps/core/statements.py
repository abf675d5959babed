"""Statements whose SQL is composed once, for the few paths that send the same ones a hundred times a second.

Django composes the SQL of a query anew each time, which there costs several times what PostgreSQL needs to answer it.
What does not belong here: the queries themselves (selectors), paths that nobody measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=models.Model)


class Slot(Expression):
    """Stands in a filter for a value that is given each time, by its name."""

    def __init__(self, name: str) -> None:
        super().__init__(output_field=models.Field())
        self.name = name

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """A placeholder, with the slot itself in the place of the value."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Composed:
    """``first`` and ``past`` bound the columns of the model itself; those of joined ones are the populators'."""

    sql: str
    parameters: tuple[Any, ...]
    names: list[str]
    first: int
    past: int
    converters: Any
    compiler: Any
    populators: list[Any]
    is_locking: bool


class Select(Generic[M]):
    """A query of whole rows, joined ones included; values that vary are :class:`Slot` in its filters."""

    def __init__(self, build: Callable[[], models.QuerySet[M]]) -> None:
        self._build = build
        self._composed: _Composed | None = None

    def rows(self, **values: Any) -> Iterator[M]:
        """The rows for these values of the slots.

        :raises TransactionManagementError: if it locks rows outside a transaction
        """
        composed = self._composed or self._compose()
        if composed.is_locking and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction only.")
        given = [values[each.name] if isinstance(each, Slot) else each for each in composed.parameters]
        with connection.cursor() as cursor:
            cursor.execute(composed.sql, given)
            found: Any = cursor.fetchall()
        if composed.converters:
            found = composed.compiler.apply_converters(found, composed.converters)
        model = composed.compiler.query.model
        for row in found:
            made = model.from_db(connection.alias, composed.names, row[composed.first : composed.past])
            for populator in composed.populators:
                populator.populate(row, made)
            yield made

    def find(self, **values: Any) -> M | None:
        """The one row for these values, or None."""
        return next(self.rows(**values), None)

    def _compose(self) -> _Composed:
        query = self._build().order_by().query
        compiler = query.get_compiler(using=connection.alias)
        sql, parameters = compiler.as_sql()
        columns = compiler.klass_info["select_fields"]
        first, past = columns[0], columns[-1] + 1
        self._composed = _Composed(
            sql=sql,
            parameters=tuple(parameters),
            names=[each[0].target.attname for each in compiler.select[first:past]],
            first=first,
            past=past,
            converters=compiler.get_converters([each[0] for each in compiler.select]),
            compiler=compiler,
            populators=get_related_populators(compiler.klass_info, compiler.select, connection.alias),  # type: ignore[call-arg]
            is_locking=query.select_for_update,
        )
        return self._composed


def insert(row: models.Model) -> None:
    """Insert a row and give it its key.

    :raises IntegrityError: if a constraint refuses it
    """
    shape = _shape(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{shape.insertion} RETURNING {shape.key}", shape.values(row, is_new=True))
        (row.pk,) = cursor.fetchone()


def write(rows: Iterable[models.Model]) -> None:
    """Insert the new rows and write the stored ones, which the caller has locked, in this order by one round trip.

    New ones do not learn their keys.

    :raises IntegrityError: if a constraint refuses one
    """
    sql: list[str] = []
    values: list[Any] = []
    for row in rows:
        shape, is_new = _shape(type(row)), row.pk is None
        sql.append(shape.insertion if is_new else shape.change)
        values += shape.values(row, is_new=is_new) + ([] if is_new else [row.pk])
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql), values)


@dataclass(frozen=True, slots=True)
class _Shape:
    """The statements of a model, whose fields but the key are their parameters."""

    key: str
    fields: list[models.Field[Any, Any]]
    insertion: str
    change: str

    def values(self, row: models.Model, *, is_new: bool) -> list[Any]:
        """What the fields of a row are stored as; times that are set by storing are set."""
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as the framework's own save
        return [each.get_db_prep_save(each.pre_save(row, is_new), connection) for each in self.fields]


@cache
def _shape(model: type[models.Model]) -> _Shape:
    meta = model._meta  # noqa: SLF001 - the framework's documented interface
    quote = connection.ops.quote_name
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    fields = [each for each in meta.local_concrete_fields if not each.primary_key]
    names = [quote(str(each.column)) for each in fields]
    places = ", ".join(["%s"] * len(names))
    return _Shape(
        key=key,
        fields=fields,
        insertion=f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608 - names of our models
        change=f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in names)} WHERE {key} = %s",  # noqa: S608
    )
