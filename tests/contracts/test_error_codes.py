"""Error codes: unique, append-only, documented, each with one status."""

from pathlib import Path

from rest_framework.test import APIClient

from apps.core import errors
from apps.core.api.envelope import TRANSPORT_ERRORS
from apps.core.management.commands import error_codes

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).with_name("error_codes.txt")


def codes() -> list[str]:
    return sorted([error.code for error in errors.registry()] + [code for code, _ in TRANSPORT_ERRORS.values()])


def test_codes_are_unique_and_upper_snake_case() -> None:
    found = codes()

    assert len(found) == len(set(found))
    assert all(code == code.upper() and code.replace("_", "").isalnum() for code in found)


def test_codes_are_append_only() -> None:
    """A code that clients may know is never removed or renamed; a new one is added to the golden file."""
    assert codes() == GOLDEN.read_text().split()


def test_document_lists_every_code() -> None:
    """Write it anew with: manage.py error_codes > docs/errors.md."""
    assert (ROOT / "docs" / "errors.md").read_text() == error_codes.document()


def test_unknown_path_answers_in_the_envelope(anonymous_api: APIClient) -> None:
    response = anonymous_api.get("/no/such/page")

    assert response.status_code == 404
    assert response.json() == {
        "status": "error",
        "code": "NOT_FOUND",
        "message": "There is nothing here.",
        "details": {},
        "request_id": response["X-Request-ID"],
    }
