"""Opening a file, plain, gzip or zip, as lines of text within limits, whatever it claims to be.

What is inside is told by its first bytes, never by its name. What does not belong here: what the lines mean.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

from marketdata.files.errors import FileTooLarge, FileUnreadable, NothingInside

MAX_UNPACKED_BYTES = 256 * 2**20
# Text of prices shrinks five to eight times; a file that shrinks more than this was made to.
MAX_RATIO = 100
RATIO_COUNTS_FROM_BYTES = 2**20
MAX_MEMBERS = 100
MAX_LINE = 16_384
PEEK_BYTES = 4_096

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
EMPTY_ZIP = b"PK\x05\x06"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
Binary = IO[bytes] | gzip.GzipFile
# The first that fits counts: a broken gzip is an OSError as well.
REASONS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((zipfile.BadZipFile,), "the zip archive is broken or cut short"),
    ((EOFError,), "the compressed data is cut short"),
    ((zlib.error, gzip.BadGzipFile), "the compressed data is broken"),
    ((NotImplementedError, RuntimeError), "the archive is packed in a way that is not read here"),
    ((FileNotFoundError,), "there is no such file"),
    ((IsADirectoryError,), "the folder holds no file that is read here"),
    ((PermissionError,), "the file may not be read by this process"),
    ((OSError,), "the file could not be read from where it is stored"),
)
UNREADABLE = tuple(kind for kinds, _ in REASONS for kind in kinds)


@dataclass(slots=True)
class Budget:
    """How much may still be unpacked from a file of ``packed`` bytes."""

    packed: int
    unpacked: int = 0

    def spend(self, count: int) -> None:
        """Count unpacked bytes.

        :raises FileTooLarge: if they are too many, or too many for the size of the file
        """
        self.unpacked += count
        if self.unpacked > MAX_UNPACKED_BYTES:
            raise FileTooLarge(f"the file unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB")
        if self.unpacked > max(RATIO_COUNTS_FROM_BYTES, MAX_RATIO * self.packed):
            raise FileTooLarge(f"the file unpacks to more than {MAX_RATIO} times its size")


class _Counted(io.RawIOBase):
    """A stream that spends a budget as it is read."""

    def __init__(self, source: Binary, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        self._budget.spend(len(block))
        buffer[: len(block)] = block
        return len(block)


@dataclass(frozen=True, slots=True)
class Member:
    """One table of a file: its name, and its lines, which can be read once."""

    name: str
    lines: Iterator[str]


def members(file: BinaryIO, *, name: str) -> Iterator[Member]:
    """The tables inside a file, one after the other; each must be read before the next is asked for.

    :raises FileRefused: if it is no text or archive of text, or unpacks to too much
    """
    try:
        head = file.read(4)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        budget = Budget(packed=size)
        if head[:4] in (ZIP, EMPTY_ZIP):
            yield from _zip_members(file, budget=budget)
        elif head[:2] == GZIP:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield Member(name, _text(unpacked, name=name, budget=budget))
        else:
            yield Member(name, _text(file, name=name, budget=budget))
    except UNREADABLE as e:
        raise FileUnreadable(what_is_wrong(e)) from e


@contextmanager
def readable() -> Iterator[None]:
    """Turn what goes wrong while lines are drawn into a refusal.

    :raises FileUnreadable: if the bytes are broken or no text
    """
    try:
        yield
    except UnicodeDecodeError as e:
        raise FileUnreadable("the file is not UTF-8 text") from e
    except UNREADABLE as e:
        raise FileUnreadable(what_is_wrong(e)) from e


def what_is_wrong(error: Exception) -> str:
    """Why bytes cannot be read, in our own words: those of libraries change, and may tell of this machine."""
    return next(words for kinds, words in REASONS if isinstance(error, kinds))


def _zip_members(file: BinaryIO, *, budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        inside = [each for each in archive.infolist() if not each.is_dir()]
        if len(inside) > MAX_MEMBERS:
            raise FileTooLarge(f"the archive holds {len(inside)} files, more than {MAX_MEMBERS}")
        if not inside:
            raise NothingInside("the archive is empty")
        for each in inside:
            if each.flag_bits & 1:
                raise FileUnreadable(f"{each.filename[:60]} inside the archive is encrypted")
            if each.compress_type not in PLAIN_METHODS:
                raise FileUnreadable(f"{each.filename[:60]} inside the archive is packed in an unusual way")
            with archive.open(each) as unpacked:
                yield Member(each.filename, _text(unpacked, name=each.filename, budget=budget))


def _text(source: Binary, *, name: str, budget: Budget) -> Iterator[str]:
    """The lines of text, after a look at the first bytes."""
    with readable():
        stream = io.BufferedReader(_Counted(source, budget), buffer_size=1 << 16)
        head = stream.peek(PEEK_BYTES)[:PEEK_BYTES]
        encoding = _encoding(head, name=name)
        text = io.TextIOWrapper(stream, encoding=encoding, newline="")
        while line := text.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise FileTooLarge(f"a line is longer than {MAX_LINE} characters")
            yield line
        # The stream belongs to whoever opened it.
        text.detach()


def _encoding(head: bytes, *, name: str) -> str:
    if head.startswith((ZIP, GZIP)):
        raise FileUnreadable(f"{name[:60]} is an archive inside an archive")
    if head.startswith(PARQUET):
        raise FileUnreadable("the file is Parquet, which is not read here: save it as CSV")
    if head.startswith(UTF_16):
        return "utf-16"
    if b"\0" in head:
        raise FileUnreadable("the file is binary, not text")
    return "utf-8-sig"
