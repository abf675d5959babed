"""What a file may be: plain, gzip or zip of text, within limits; every other shape has its own refusal."""

from __future__ import annotations

import io
import zipfile

import pytest

from marketdata.files import errors, opening
from tests.factories.market_files import (
    CM_LEGACY,
    CM_LEGACY_ROW,
    UDIFF,
    gzipped,
    read_all,
    read_one,
    text,
    zipped,
)

PLAIN = text(CM_LEGACY, CM_LEGACY_ROW)


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        gzipped(PLAIN),
        zipped({"cm.csv": PLAIN}),
        zipped({"cm.csv": PLAIN}, method=zipfile.ZIP_STORED),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("utf-16"),
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        b"\n\n" + PLAIN + b"\n\n",
        PLAIN.removesuffix(b"\n"),
    ],
    ids=["plain", "gzip", "zip", "stored", "bom", "utf16", "crlf", "cr", "blank lines", "no last newline"],
)
def test_the_same_table_is_read_however_it_is_packed(content: bytes) -> None:
    part = read_one(content)

    assert (part.kind, part.problems, part.row_count) == ("cm_legacy", (), 1)
    assert (part.rows.names, part.rows.close.tolist()) == (("M&M",), [10_500])


def test_the_bytes_say_what_a_file_is_not_its_name() -> None:
    assert read_one(gzipped(PLAIN), name="prices.zip").row_count == 1
    assert read_one(PLAIN, name="prices.csv.gz").row_count == 1


REFUSED = [
    (b"", errors.UnknownFileKind, "the header is of no known kind of file: ''"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", errors.FileUnreadable, "the file is binary, not text"),
    (b"PAR1\x15\x04", errors.FileUnreadable, "the file is Parquet, which is not read here: save it as CSV"),
    (b"a,b\n\xff\xfe", errors.FileUnreadable, "the file is not UTF-8 text"),
    (gzipped(PLAIN)[:-9], errors.FileUnreadable, "the compressed data is cut short"),
    (b"\x1f\x8b" + b" junk" * 10, errors.FileUnreadable, "the compressed data is broken"),
    (zipped({"cm.csv": PLAIN})[:60], errors.FileUnreadable, "the zip archive is broken or cut short"),
    (zipped({}), errors.NothingInside, "the archive is empty"),
    (zipped({"in.csv": zipped({"cm.csv": PLAIN})}), errors.FileUnreadable, "in.csv is an archive inside an archive"),
    (zipped({"in.csv": gzipped(PLAIN)}), errors.FileUnreadable, "in.csv is an archive inside an archive"),
    (gzipped(gzipped(PLAIN)), errors.FileUnreadable, "file.csv is an archive inside an archive"),
    (zipped({"a": PLAIN}, method=zipfile.ZIP_BZIP2), errors.FileUnreadable, "a inside the archive is packed in an unu"),
    (zipped({str(n): PLAIN for n in range(101)}), errors.FileTooLarge, "the archive holds 101 files, more than 100"),
    (PLAIN + b"9" * 16_385, errors.FileTooLarge, "a line is longer than 16384 characters"),
    (PLAIN + b'M&M,"EQ', errors.FileUnreadable, "a quote in the file is never closed"),
    (text(CM_LEGACY), errors.NothingInside, "the file holds no rows"),
    (text(UDIFF), errors.NothingInside, "the file holds no rows"),
    (zipped({"readme.txt": b"hello"}), errors.UnknownFileKind, "the header is of no known kind of file: 'hello'"),
]


@pytest.mark.parametrize(("content", "error", "message"), REFUSED)
def test_what_is_no_table_has_its_own_refusal(content: bytes, error: type[errors.FileRefused], message: str) -> None:
    with pytest.raises(error) as refusal:
        read_all(content)

    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied", "/srv/prices"), "the file may not be read by this process"),
        (IsADirectoryError(21, "Is a directory", "/srv/prices"), "the folder holds no file that is read here"),
        (OSError(5, "Input/output error", "/srv/prices"), "the file could not be read from where it is stored"),
    ],
)
def test_what_the_system_says_of_a_file_is_not_passed_on(error: OSError, message: str) -> None:
    assert opening.what_is_wrong(error) == message


def test_a_zip_that_needs_a_password_is_refused() -> None:
    content = bytearray(zipped({"cm.csv": PLAIN}))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    with pytest.raises(errors.FileUnreadable, match=r"^cm.csv inside the archive is encrypted$"):
        read_all(bytes(content))


@pytest.mark.parametrize("pack", [gzipped, lambda content: zipped({"cm.csv": content})])
def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked(pack: object) -> None:
    bomb = pack(PLAIN + b"\n" * 40_000_000)  # type: ignore[operator]

    with pytest.raises(errors.FileTooLarge, match=r"^the file unpacks to more than 100 times its size$"):
        read_all(bomb)


def test_a_bomb_of_many_members_spends_one_budget() -> None:
    member = PLAIN + b"\n" * 900_000

    with pytest.raises(errors.FileTooLarge, match="100 times"):
        read_all(zipped({f"{number}.csv": member for number in range(50)}))


def test_a_zip_that_lies_about_sizes_is_counted_as_it_is_read() -> None:
    packed = zipped({"cm.csv": PLAIN + b"\n" * 40_000_000})
    size = (len(PLAIN) + 40_000_000).to_bytes(4, "little")

    with pytest.raises(errors.FileRefused):
        read_all(packed.replace(size, (1_000).to_bytes(4, "little")))


def test_a_small_file_may_shrink_as_it_likes() -> None:
    assert read_one(gzipped(PLAIN + b"\n" * 1_000_000)).row_count == 1


def test_no_more_than_the_limit_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_UNPACKED_BYTES", 2 * 2**20)
    content = PLAIN + b"".join(b"%d\n" % number for number in range(400_000))

    with pytest.raises(errors.FileTooLarge, match=r"^the file unpacks to more than 2 MB$"):
        read_all(content)


def test_the_callers_file_is_not_closed() -> None:
    class Watched(io.BytesIO):
        def close(self) -> None:
            raise AssertionError("the caller's file was closed")

    file = Watched(PLAIN)
    (member,) = opening.members(file, name="cm.csv")

    assert len(list(member.lines)) == 2
    assert file.tell() == len(PLAIN)
