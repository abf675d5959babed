"""An uploaded file: stored whole and logged, or refused with its own error and nothing stored."""

from __future__ import annotations

import io
from typing import Any

import pytest

from apps.core.errors import DomainError
from apps.core.models import ActivityLog
from apps.market import errors, services
from apps.market.enums import ImportKind
from apps.market.models import CorporateAction
from apps.options.models import OptionDay
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from apps.users.models import User
from tests.factories import market_files as small
from tests.factories.market_files import gzipped, text, zipped

GOOD = text(small.CM_LEGACY, small.CM_LEGACY_ROW, small.CM_LEGACY_ROW.replace("M&M", "TCS"))
WRONG = text(small.CM_LEGACY, small.CM_LEGACY_ROW, small.CM_LEGACY_ROW.replace("M&M", "TCS").replace("95.05", "NaN"))


def upload(content: bytes, *, user: User, name: str = "cm.csv", **options: Any) -> services.FileReport:
    return services.import_upload(
        file=io.BytesIO(content),
        name=name,
        options=services.ImportOptions(**options),
        user=user,
        ip_address="127.0.0.1",
    )


def count_everything() -> int:
    tables = (Stock, StockPriceDaily, Stock5MinByDay, Sector, SectorPriceDaily, OptionDay, CorporateAction, ActivityLog)
    return sum(model.objects.count() for model in tables)


def test_a_file_is_stored_with_its_line_in_the_activity_log(admin: User) -> None:
    report = upload(GOOD, user=admin, name="../../etc/cm.csv")

    assert (report.file, report.file_kind, report.rows, report.bars) == ("cm.csv", "cm_legacy", 2, 2)
    assert (report.instruments, report.identifier, str(report.first_date)) == (2, "", "2021-01-06")
    assert {row.extra["file"] for row in StockPriceDaily.objects.all()} == {"cm.csv"}
    entry = ActivityLog.objects.get()
    assert (entry.admin_user, entry.action, entry.ip_address) == (admin.email, "market.import", "127.0.0.1")
    assert entry.details == {
        "file": "cm.csv",
        "kind": "cm_legacy",
        "bars": 2,
        "instruments": 2,
        "problems": 0,
        "inserted": 2,
        "updated": 0,
    }


def test_a_dry_run_tells_everything_and_keeps_nothing(admin: User) -> None:
    report = upload(WRONG, user=admin, dry_run=True)

    assert (report.is_failed, report.problem_count, report.rows, report.stored.inserted) == (True, 1, 2, 0)
    assert (report.bars, report.instruments, report.identifier) == (1, 1, "M&M")
    assert (str(report.first_date), str(report.last_date)) == ("2021-01-06", "2021-01-06")
    assert [(each.line, each.message) for each in report.problems] == [(3, "low is not a plain number: 'NaN'")]
    assert upload(GOOD, user=admin, dry_run=True).stored.inserted == 2
    assert count_everything() == 0


def test_wrong_rows_refuse_the_file_and_are_named(admin: User) -> None:
    with pytest.raises(errors.WrongRows) as refusal:
        upload(WRONG, user=admin)

    assert refusal.value.details == {
        "problem_count": 1,
        "problems": [{"line": 3, "message": "low is not a plain number: 'NaN'"}],
    }
    assert count_everything() == 0


def test_wrong_rows_may_be_left_out(admin: User) -> None:
    report = upload(WRONG, user=admin, skip_bad=True)

    assert (report.is_failed, report.problem_count, report.bars) == (False, 1, 1)
    assert [stock.enum for stock in Stock.objects.all()] == ["M&M"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_leaving_out_all_rows_is_not_importing(admin: User, dry_run: bool) -> None:
    content = text(f"symbol,{CSV}", "TCS,2025-01-01,NaN,NaN,NaN,NaN,NaN")

    with pytest.raises(errors.FileEmpty, match=r"^All rows of the file are wrong; the first, on line 2: open is not"):
        upload(content, user=admin, skip_bad=True, dry_run=dry_run)


def test_only_known_instruments_may_be_stored(admin: User) -> None:
    Stock.objects.create(enum="TCS", symbol="TCS", full_symbol="TCS.NS")

    report = upload(GOOD, user=admin, only_known=True)

    assert (report.bars, report.identifier) == (1, "TCS")
    assert report.skipped == {"the instrument is not known here": 1}
    assert StockPriceDaily.objects.get().stock.enum == "TCS"


CSV = "date,open,high,low,close,volume"
HOSTILE: list[tuple[bytes, type[DomainError]]] = [
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00", errors.FileUnreadable),
    (bytes(range(256)) * 40, errors.FileUnreadable),
    (b"", errors.UnknownFileKind),
    (b"hello\n", errors.UnknownFileKind),
    (text(small.CM_LEGACY), errors.FileEmpty),
    (gzipped(GOOD + b"\n" * 30_000_000), errors.FileTooLarge),
    (zipped({"a.csv": GOOD + b"\n" * 30_000_000}), errors.FileTooLarge),
    (zipped({"a.zip": zipped({"a.csv": GOOD})}), errors.FileUnreadable),
    (text(small.CM_LEGACY, "M&M," + "9" * 20_000), errors.FileTooLarge),
    (text(small.UDIFF, small.CM_UDIFF_ROW.replace(",CM,NSE,", ",CM,BSE,")), errors.ForeignMarket),
    (text("SC_CODE,SC_NAME,OPEN", "1,A,1"), errors.ForeignMarket),
    (text(CSV, "2025-01-01,1,1,1,1,1"), errors.NoInstrument),
    (text("date,tri_close", "2025-01-01,1"), errors.NotPrices),
    (
        text(f"symbol,{CSV}", "TCS,2025-01-01 09:15,1,1,1,1,1", "TCS,2025-01-01 09:30,1,1,1,1,1"),
        errors.UnsupportedInterval,
    ),
    (text(f"symbol,{CSV}", "TCS,2025-01-01,NaN,NaN,NaN,NaN,NaN"), errors.WrongRows),
    (text(f"symbol,{CSV}", "TCS,2099-01-01,1,1,1,1,1"), errors.WrongRows),
    (text(f"symbol,{CSV}", "TCS,0001-01-01,1,1,1,1,1"), errors.WrongRows),
    (text(f"symbol,{CSV}", "'; DROP TABLE stocks_stock; --,2025-01-01,1,1,1,1,1"), errors.WrongRows),
    (text(small.UDIFF, small.FO_UDIFF_ROW.replace("2025-09-09,2025-09-09", "2025-09-01,2025-09-01")), errors.WrongRows),
]


@pytest.mark.parametrize(("content", "error"), HOSTILE)
def test_what_is_no_good_has_its_own_error_and_stores_nothing(
    admin: User, content: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        upload(content, user=admin)

    assert count_everything() == 0


def test_a_file_of_another_kind_than_said_is_refused(admin: User) -> None:
    with pytest.raises(errors.WrongFileKind, match="The file is cm_legacy"):
        upload(GOOD, user=admin, kind=ImportKind.DERIVATIVES_BHAVCOPY)


def test_columns_and_instrument_may_be_told(admin: User) -> None:
    content = text("Day;Px;Hi;Lo;Last;Qty", "31/01/2024;100;110.5;95;105;1000")
    report = upload(
        content,
        user=admin,
        instrument="TCS",
        columns={"date": "Day", "open": "Px", "high": "Hi", "low": "Lo", "close": "Last", "volume": "Qty"},
    )

    assert (report.identifier, report.bars, str(report.first_date)) == ("TCS", 1, "2024-01-31")
    with pytest.raises(errors.UnknownFileKind, match="The header has no column 'Nope' for date"):
        upload(content, user=admin, instrument="TCS", columns={"date": "Nope"})
