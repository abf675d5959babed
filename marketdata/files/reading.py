"""Reading a file: what is inside, of which kind, and its rows. What does not belong here: how one kind is read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from marketdata.files import actions, cash, derivatives, generic, layouts, opening, rows
from marketdata.files.errors import FileUnreadable, ForeignMarket, NothingInside, UnknownFileKind, WrongFileKind
from marketdata.files.layouts import Layout
from marketdata.files.opening import Member
from marketdata.files.tables import FileKind, Findings, OptionRows, Part, Request, Rows

HEADER_FIELDS = 200
Source = Iterator[tuple[int, rows.Record]]


def read(file: BinaryIO, *, name: str, request: Request) -> tuple[Part, ...]:
    """The tables of a file, each with its right rows and its wrong ones; a zip may hold several.

    ``file`` is binary and can seek; ``name`` is used where a file does not say its date. Of a zip, tables of no known
    kind are passed over if there is one that is known. Nothing wrong in a row is an error here.

    :raises FileRefused: if the file as a whole cannot be read, or is none of ours
    """
    parts: list[Part] = []
    unknown: list[str] = []
    for member in opening.members(file, name=name):
        part = _read_member(member, request=request)
        if isinstance(part, Part):
            parts.append(part)
        else:
            unknown.append(part)
    if not parts:
        raise UnknownFileKind.of_header(unknown[0] if unknown else "")
    if not any(part.row_count for part in parts):
        raise NothingInside("the file holds no rows")
    return tuple(parts)


def _read_member(member: Member, *, request: Request) -> Part | str:
    """One table, or the first line of something else."""
    read, first = next(((number, line) for number, line in enumerate(member.lines, 1) if line.strip()), (0, ""))
    delimiter = layouts.delimiter_of(first)
    header = _header(first, delimiter=delimiter)
    layout = layouts.detect(header, columns=request.columns)
    if layout is None and set(layouts.ACTIVITY_FUTURES) <= {each.strip() for each in header}:
        return _futures(member, delimiter=delimiter)
    if layout is None:
        return first.strip()
    source = _without_footnotes(rows.records(member.lines, delimiter=delimiter, read=read))
    if layout.kind in {"cm_udiff", "fo_udiff"}:
        layout, source = _by_segment(header, source)
    if request.kinds and layout.kind not in request.kinds:
        raise WrongFileKind(f"the file is {layout.kind}, not {' or '.join(sorted(request.kinds))}")
    findings = Findings()
    found = _rows(source, layout=layout, member=member, request=request, findings=findings)
    return _part(member.name, layout=layout, found=found, findings=findings)


def _header(line: str, *, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])[:HEADER_FIELDS]
    except csv.Error as e:
        raise FileUnreadable(rows.BAD_QUOTES) from e


def _without_footnotes(source: Source) -> Source:
    """The market activity files end with a line that explains a star in the header."""
    return ((line, record) for line, record in source if not record[0].startswith("* - "))


def _by_segment(header: list[str], source: Source) -> tuple[Layout, Source]:
    """The old and new segments share one header: the first row says which it is."""
    first = next(source, None)
    if first is None:
        raise NothingInside("the file holds no rows")
    place = {name.strip(): number for number, name in enumerate(header)}
    texts = dict(zip(header, first[1], strict=False))
    segment, exchange = texts.get("Sgmt", "")[:8], texts.get("Src", "")[:8]
    if exchange != "NSE" or segment not in {"CM", "FO"}:
        raise ForeignMarket(f"the file is of {exchange or '?'} {segment or '?'}; read are NSE CM and NSE FO")
    kind: FileKind = "cm_udiff" if segment == "CM" else "fo_udiff"
    layout = Layout(kind, {name: place[name] for name in layouts.LAYOUTS[kind]}, len(header))
    return layout, chain([first], source)


def _rows(source: Source, *, layout: Layout, member: Member, request: Request, findings: Findings) -> Rows:
    if layout.kind in {"cm_legacy", "cm_udiff", "cm_full"}:
        return cash.read(source, layout=layout, request=request, findings=findings)
    if layout.kind in {"fo_legacy", "fo_udiff", "fo_activity"}:
        return derivatives.read(source, layout=layout, name=member.name, request=request, findings=findings)
    if layout.kind == "csv":
        return generic.read(source, layout=layout, request=request, findings=findings)
    return actions.read(source, layout=layout, findings=findings)


def _futures(member: Member, *, delimiter: str) -> Part:
    findings = Findings()
    source = _without_footnotes(rows.records(member.lines, delimiter=delimiter, read=1))
    derivatives.skip_futures(source, findings=findings)
    layout = Layout("fo_activity", {}, 0)
    return _part(member.name, layout=layout, found=OptionRows.empty(), findings=findings)


def _part(name: str, *, layout: Layout, found: Rows, findings: Findings) -> Part:
    return Part(
        name=name,
        kind=layout.kind,
        rows=found,
        row_count=findings.rows,
        problems=tuple(findings.first_problems()),
        problem_count=findings.problem_count,
        skipped=dict(findings.skipped),
    )
