"""What the parser refuses, that the database or the code could choke on."""

from __future__ import annotations

import io

import pytest

from apps.core import errors
from apps.core.api import parsing


def parse(raw: bytes) -> dict[str, object]:
    return parsing.StrictJSONParser().parse(io.BytesIO(raw))


def nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", {}),
        (b"{}", {}),
        (b'{"a": [1, -2.5, true, null, "\xe0\xa4\x85"]}', {"a": [1, -2.5, True, None, "अ"]}),
        (b'{"a": 9223372036854775807}', {"a": 2**63 - 1}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    ],
)
def test_plain_objects_are_read(raw: bytes, expected: dict[str, object]) -> None:
    assert parse(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"null",
        b'"text"',
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'\xff{"a": 1}',
        b'{"a": 1, "a": 2}',
        b'{"x": {"a": 1, "a": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9223372036854775808}',
        b'{"a": -9223372036854775808}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "x\\u0000"}',
        b'{"x\\u0000": 1}',
        b'{"a": ["\\ud800"]}',
        b'{"a": "\\udc00\\ud800"}',
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b'{"a": ' + b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_everything_else_is_a_parse_error(raw: bytes) -> None:
    with pytest.raises(errors.ParseFailed):
        parse(raw)


def test_depth_limit_is_exact() -> None:
    parse(nested(parsing.MAX_DEPTH))
    with pytest.raises(errors.ParseFailed):
        parse(nested(parsing.MAX_DEPTH + 1))


def test_limit_of_values_is_exact() -> None:
    values = parsing.MAX_NODES - 3  # beside the body, its key and the list

    parse(b'{"a": [' + b",".join([b"1"] * values) + b"]}")
    with pytest.raises(errors.ParseFailed):
        parse(b'{"a": [' + b",".join([b"1"] * (values + 1)) + b"]}")


def test_limit_of_a_text_is_exact() -> None:
    parse(b'{"a": "' + b"x" * parsing.MAX_TEXT_CHARS + b'"}')
    with pytest.raises(errors.ParseFailed):
        parse(b'{"a": "' + b"x" * (parsing.MAX_TEXT_CHARS + 1) + b'"}')
