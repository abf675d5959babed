"""The Django admin: every table is there to look at, none can be changed, and no page shows a secret."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client

from apps.core.models import ActivityLog
from apps.users.enums import Role
from apps.users.models import User
from apps.wallet import services as wallet_services
from apps.wallet.models import Entry, LedgerAccount, Posting
from tests.conftest import client_of
from tests.factories.payments import make_records
from tests.factories.trading import make_real_stock, place
from tests.factories.users import make_api_key, make_user

OURS = sorted(
    (model for model in apps.get_models() if model.__module__.startswith("apps.")), key=lambda model: model._meta.label
)
MONEY = ("wallet.", "payments.", "trading.", "market.Trade")
SECRETS = {"password", "secret", "token", "token_hash", "key_hash", "code_hash", "request_hash", "response_body"}
# The digest of a posting's entry is of what anybody with the ledger can read.
NO_SECRET = {("wallet.Entry", "request_hash")}


@pytest.fixture
def staff(db: None) -> Client:
    """A superadministrator who has signed in to it."""
    client = Client()
    client.force_login(make_user(email="boss@example.com", role=Role.SUPERADMIN, is_staff=True))
    return client


def place_of(model: type[models.Model]) -> str:
    return f"/django-admin/{model._meta.app_label}/{model._meta.model_name}/"


def test_every_table_is_there_and_no_other() -> None:
    assert set(admin.site._registry) == set(OURS)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_table_is_shown_and_takes_no_row(staff: Client, model: type[models.Model]) -> None:
    page = staff.get(place_of(model))

    assert page.status_code == 200
    assert "delete_selected" not in page.content.decode()
    assert staff.get(f"{place_of(model)}add/").status_code == 403
    assert staff.post(f"{place_of(model)}add/", {}).status_code == 403


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_page_shows_a_secret(model: type[models.Model]) -> None:
    options = admin.site._registry[model]
    hidden = set(options.exclude or ())
    named = {field.name for field in model._meta.get_fields()} & SECRETS

    shown = {name for name in named - hidden if (model._meta.label, name) not in NO_SECRET}
    assert shown == set()
    assert not SECRETS & {str(name) for name in options.list_display}


def test_rows_of_money_are_shown_and_neither_changed_nor_deleted(staff: Client, owner: User) -> None:
    make_real_stock()
    place(owner)
    make_records(owner, count=1)
    filled = [model for model in OURS if model._meta.label.startswith(MONEY) and _rows(model)]

    assert {Entry, LedgerAccount, Posting} <= set(filled)
    for model in filled:
        before = _rows(model)
        row = f"{place_of(model)}{before[0]['pk']}/"
        shown = staff.get(f"{row}change/")
        assert shown.status_code == 200, model
        assert 'type="submit"' not in shown.content.decode().partition('class="submit-row"')[2], model
        changed = dict.fromkeys(before[0], "1")
        assert staff.post(f"{row}change/", changed).status_code == 403, model
        assert staff.post(f"{row}delete/", {"post": "yes"}).status_code == 403, model
        assert _rows(model) == before


def test_an_account_and_its_balance_are_not_changed_here_and_no_hash_is_shown(staff: Client, owner: User) -> None:
    wallet_services.refill(user=owner, amount=owner.wallet_balance)
    key = make_api_key(owner)

    page = staff.get(f"/django-admin/users/user/{owner.pk}/change/").content.decode()
    keys = staff.get(f"/django-admin/users/apikey/{key.row.pk}/change/").content.decode()

    assert owner.password not in page
    assert key.row.key_hash not in keys
    body = {"wallet_balance": "999999.00", "role": "superadmin"}
    assert staff.post(f"/django-admin/users/user/{owner.pk}/change/", body).status_code == 403
    owner.refresh_from_db()
    assert (str(owner.wallet_balance), owner.role) == ("200000.00", "user")
    assert not ActivityLog.objects.filter(action="account.role").exists()


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
def test_only_staff_come_in(db: None, role: Role) -> None:
    client = Client()
    client.force_login(make_user(role=role))

    assert client.get("/django-admin/wallet/entry/").status_code == 302


@pytest.mark.parametrize("ending", ["logout", "revoke-sessions"])
def test_a_session_ends_with_the_tokens_of_its_account(db: None, ending: str) -> None:
    boss, other = (make_user(role=Role.SUPERADMIN, is_staff=True, email=f"{name}@example.com") for name in "ab")
    client = Client()
    client.force_login(boss)
    assert client.get("/django-admin/").status_code == 200

    if ending == "logout":
        assert client_of(boss).post("/api/v1/auth/logout", {}).status_code == 204
    else:
        path = f"/api/v1/adminpanel/users/{boss.id}/revoke-sessions"
        assert client_of(other).post(path, {}).status_code == 200

    assert client.get("/django-admin/").status_code == 302


def _rows(model: type[models.Model]) -> list[dict[str, object]]:
    rows: models.QuerySet[models.Model] = models.QuerySet(model).order_by("pk")
    return [{"pk": row.pk, **{field.name: getattr(row, field.attname) for field in model._meta.fields}} for row in rows]
