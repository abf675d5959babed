"""Migrations after the first release run while the version before them still serves: docs/deploy.md, "Upgrades".

Those of first_migrations.txt have nothing to upgrade: they may do everything. What statements of SQL do is not seen.
What does not belong here: what tables hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

FIRST = frozenset((Path(__file__).parent / "first_migrations.txt").read_text().splitlines())
# What the version before still uses, and what locks a table for as long as it is read through.
REFUSED = {
    migrations.AlterField: "changes a column that the version before still uses: add another one, and move over",
    migrations.RemoveField: "removes a column that the version before still reads: stop using it first",
    migrations.RenameField: "renames a column that the version before still reads: add another one, and move over",
    migrations.DeleteModel: "removes a table that the version before still reads: stop using it first",
    migrations.RenameModel: "renames a table that the version before still reads: add another one, and move over",
    migrations.AlterModelTable: "renames a table that the version before still reads: add another one, and move over",
    migrations.AddIndex: "locks out writers while it is built: AddIndexConcurrently",
    migrations.RemoveIndex: "waits for everybody: RemoveIndexConcurrently",
    migrations.AddConstraint: "locks out writers: AddConstraintNotValid, then ValidateConstraint",
    migrations.AlterUniqueTogether: "locks out writers while it is built: AddIndexConcurrently",
}


def faults(migration: migrations.Migration) -> Iterator[str]:
    """What of a migration the version before, or its writers, would notice."""
    made: set[str] = set()
    for operation in _operations(migration):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name.lower())
        elif getattr(operation, "model_name", getattr(operation, "name", "")).lower() in made:
            continue
        elif isinstance(operation, migrations.AddField) and not _fits(operation.field):
            yield f"{operation.name} is neither nullable nor has a db_default: the version before can write no row"
        elif type(operation) in REFUSED:
            yield f"{operation.describe()}: {REFUSED[type(operation)]}"
        elif isinstance(operation, AddIndexConcurrently | RemoveIndexConcurrently) and migration.atomic:
            yield f"{operation.describe()}: atomic = False is missing"


def _operations(migration: migrations.Migration) -> Iterator[Operation]:
    for operation in migration.operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def _fits(field: models.Field) -> bool:
    return field.null or field.has_db_default() or field.many_to_many is True


def later() -> Iterator[migrations.Migration]:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    for (label, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if label in ours and f"{label} {name}" not in FIRST:
            yield migration


def test_migrations_after_the_first_release_can_run_while_the_version_before_serves() -> None:
    assert {str(each): list(faults(each)) for each in later() if list(faults(each))} == {}


def planted(*operations: Operation, atomic: bool = True) -> list[str]:
    migration = type("Migration", (migrations.Migration,), {"operations": operations, "atomic": atomic})
    return list(faults(migration("0009_planted", "stocks")))


INDEX = models.Index(fields=["name"], name="planted")
TABLE = migrations.CreateModel("Planted", [("id", models.BigAutoField(primary_key=True))])


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.AddIndex("stock", INDEX), "AddIndexConcurrently"),
        (AddIndexConcurrently("stock", INDEX), "atomic = False is missing"),
        (migrations.AddField("stock", "rank", models.IntegerField(default=0)), "rank is neither nullable"),
        (migrations.RemoveField("stock", "name"), "stop using it first"),
        (migrations.RenameField("stock", "name", "title"), "move over"),
        (migrations.AlterField("stock", "name", models.TextField()), "move over"),
        (migrations.DeleteModel("Stock"), "stop using it first"),
        (
            migrations.AddConstraint("stock", models.UniqueConstraint(fields=["name"], name="planted")),
            "AddConstraintNotValid",
        ),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("stock", "name")]),
            "stop using it first",
        ),
    ],
)
def test_what_the_version_before_would_notice_is_refused(operation: Operation, said: str) -> None:
    (fault,) = planted(operation)

    assert said in fault


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("stock", "rank", models.IntegerField(null=True))],
        [migrations.AddField("stock", "rank", models.IntegerField(db_default=0))],
        [TABLE, migrations.AddIndex("planted", INDEX), migrations.AlterField("planted", "name", models.TextField())],
        [migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("stock", "name")])],
    ],
)
def test_what_nobody_notices_is_not(operations: list[Operation]) -> None:
    assert planted(*operations) == []


def test_an_index_beside_writers_is_no_transaction() -> None:
    assert planted(AddIndexConcurrently("stock", INDEX), atomic=False) == []


def test_the_first_release_is_that_of_the_files() -> None:
    known = {f"{label} {name}" for label, name in MigrationLoader(None).disk_migrations}

    assert FIRST - known == set()
