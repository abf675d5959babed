"""Importing a file over HTTP: who may, how long, what it answers. What files may hold is the import's own matter."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.core.configuration import override
from apps.core.models import ActivityLog
from apps.stocks.models import StockPriceDaily
from tests.factories.market import EQUITY_HEADER, EQUITY_ROWS

URL = "/api/v1/sync/import"
CSV = "\n".join([EQUITY_HEADER, *EQUITY_ROWS, ""]).encode()
BROKEN = CSV.replace(b",110.00,", b",90.00,")


def post(client: APIClient, content: bytes = CSV, **fields: Any) -> Any:
    return client.post(URL, {"file": SimpleUploadedFile("M&M.csv", content), **fields}, format="multipart")


def test_a_file_is_imported_and_again_changes_no_row(admin_api: APIClient) -> None:
    first, again = post(admin_api), post(admin_api)

    assert first.status_code == 200
    assert {name: first.json()[name] for name in ("file", "identifier", "rows", "bars", "is_failed")} == {
        "file": "M&M.csv",
        "identifier": "M&M",
        "rows": 2,
        "bars": 2,
        "is_failed": False,
    }
    assert first.json()["stored"] == {"inserted": 2, "updated": 0, "unchanged": 0, "removed_synthetic": 0}
    assert again.json()["stored"] == {"inserted": 0, "updated": 0, "unchanged": 2, "removed_synthetic": 0}
    assert StockPriceDaily.objects.count() == 2
    assert set(ActivityLog.objects.values_list("admin_user", "action")) == {("admin@example.com", "market.import")}


def test_a_dry_run_reports_and_keeps_nothing(admin_api: APIClient) -> None:
    response = post(admin_api, dry_run="true")

    assert (response.status_code, response.json()["stored"]["inserted"]) == (200, 2)
    assert not StockPriceDaily.objects.exists()


def test_wrong_rows_refuse_the_file_by_their_line_or_are_left_out(admin_api: APIClient) -> None:
    refused = post(admin_api, BROKEN)

    assert (refused.status_code, refused.json()["code"]) == (422, "WRONG_ROWS")
    assert [problem["line"] for problem in refused.json()["details"]["problems"]] == [2]
    assert not StockPriceDaily.objects.exists()
    kept = post(admin_api, BROKEN, skip_bad="true").json()
    assert (kept["bars"], kept["problem_count"], StockPriceDaily.objects.count()) == (1, 1, 1)


def test_columns_of_other_names_are_mapped(admin_api: APIClient) -> None:
    other = CSV.replace(b",close,", b",settled,")

    response = post(admin_api, other, mapping='{"close": "settled"}', kind="csv")

    assert (response.status_code, response.json()["bars"]) == (200, 2)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mapping": "close=settled"}, "mapping"),
        ({"mapping": "[" * 1900}, "mapping"),
        ({"mapping": '{"closing": "settled"}'}, "mapping"),
        ({"mapping": '{"close": 5}'}, "mapping"),
        ({"kind": "spreadsheet"}, "kind"),
        ({"dry_run": "perhaps"}, "dry_run"),
        ({"overwrite": "true"}, "overwrite"),
        ({"dry_run": ["true", "false"]}, "dry_run"),
        ({"instrument": "a b'c"}, "instrument"),
        ({"instrument": "NIFTY50-2026-11-24-24500-CE"}, "instrument"),
    ],
)
def test_what_cannot_be_meant_is_refused(admin_api: APIClient, fields: Any, field: str) -> None:
    response = post(admin_api, **fields)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]


def test_a_file_sent_twice_is_refused(admin_api: APIClient) -> None:
    response = post(admin_api, file=[SimpleUploadedFile(name, CSV) for name in ("M&M.csv", "TCS.csv")])

    assert response.status_code == 400
    assert response.json()["details"]["fields"] == {
        "file": [{"code": "repeated", "message": "Send this field only once."}]
    }


def test_only_known_leaves_out_what_has_no_row(admin_api: APIClient) -> None:
    response = post(admin_api, only_known="true")

    assert (response.status_code, response.json()["bars"]) == (200, 0)
    assert response.json()["skipped"] == {"the instrument is not known here": 2}


def test_without_a_file_it_says_so(admin_api: APIClient) -> None:
    response = admin_api.post(URL, {"kind": "csv"}, format="multipart")

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["file"])


def test_a_body_in_json_is_refused(admin_api: APIClient) -> None:
    response = admin_api.post(URL, {"file": "x"})

    assert (response.status_code, response.json()["message"]) == (415, "Send the body as multipart/form-data.")


def test_a_form_without_its_boundary_is_refused_as_a_form(admin_api: APIClient) -> None:
    response = admin_api.generic("POST", URL, "--b", content_type="multipart/form-data")

    assert (response.status_code, response.json()["code"]) == (400, "PARSE_ERROR")
    assert response.json()["message"] == (
        "The body is not a form of multipart/form-data with its boundary in the Content-Type."
    )


def test_a_form_that_is_too_long_is_refused_before_it_is_read(admin_api: APIClient) -> None:
    response = admin_api.generic(
        "POST", URL, "--b", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(51 * 1024 * 1024)
    )

    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_roles_that_may_not_sync_may_not_import(api: APIClient, admin_api: APIClient) -> None:
    assert post(api).status_code == 403
    override("sync.allowed_roles", "superadmin")

    refused = post(admin_api)

    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert not StockPriceDaily.objects.exists()
