"""The columns a script is made of: a graph of what bars and inputs alone give, each column in it once.

What does not belong here: the values of a column (``evaluation``), what changes with the course of the run.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.script import limits


class Column(NamedTuple):
    """One column of the graph.

    ``kind`` ``base``: ``name`` is read off the bars, with ``numbers`` where it has parameters. ``number``: a constant.
    ``operation``: instruction ``code`` of ``sources``. ``back``: the source ``numbers[0]`` bars ago, ``numbers[1]``
    before the first. ``study``: output ``code`` of the study ``name`` over ``sources`` with ``numbers`` as parameters.
    ``warmup``: bars at the beginning without a value, as far as that is known before the run.
    """

    kind: str
    name: str = ""
    code: int = 0
    sources: tuple[int, ...] = ()
    numbers: tuple[float, ...] = ()
    warmup: int = 0


class TooManyColumns(Exception):
    """The graph has outgrown its limit; the compiler knows where."""


class Columns:
    """A graph under construction; sources come before what is made of them."""

    def __init__(self) -> None:
        self.all: list[Column] = []
        self._known: dict[Column, int] = {}

    def add(self, column: Column) -> int:
        """The index of a column, new or old.

        :raises TooManyColumns: if there are too many
        """
        if column not in self._known:
            if len(self.all) >= limits.MAX_NODES:
                raise TooManyColumns
            self._known[column] = len(self.all)
            self.all.append(column)
        return self._known[column]

    def warmup(self, sources: tuple[int, ...]) -> int:
        """The bars before all of some columns have values."""
        return max((self.all[index].warmup for index in sources), default=0)

    def base(self, name: str, numbers: tuple[float, ...] = ()) -> int:
        """A column of the bars."""
        return self.add(Column("base", name=name, numbers=numbers))

    def number(self, value: float) -> int:
        """A column of one value."""
        # repr keeps na equal to itself.
        return self.add(Column("number", name=repr(value), numbers=() if value != value else (value,)))

    def operation(self, code: int, sources: tuple[int, ...]) -> int:
        """An instruction over columns."""
        return self.add(Column("operation", code=code, sources=sources, warmup=self.warmup(sources)))

    def back(self, source: int, *, bars: int, before: float) -> int:
        """A column as it was some bars ago."""
        numbers = (float(bars), before) if before == before else (float(bars),)
        return self.add(Column("back", sources=(source,), numbers=numbers, warmup=self.all[source].warmup + bars))

    def study(
        self, name: str, output: int, *, sources: tuple[int, ...], numbers: tuple[float, ...], warmup: int
    ) -> int:
        """One output of a study over columns; ``warmup`` is the study's own."""
        total = self.warmup(sources) + warmup
        return self.add(Column("study", name=name, code=output, sources=sources, numbers=numbers, warmup=total))

    def needed(self, wanted: list[int]) -> list[int]:
        """The columns that some are made of, themselves included, sources first."""
        found: set[int] = set()
        waiting = list(wanted)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting.extend(self.all[index].sources)
        return sorted(found)
