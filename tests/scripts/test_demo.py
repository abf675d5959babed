"""What the demo says: calls that can be pasted, and why it cannot go on.

What does not belong here: its whole way (test_run), the API's answers.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.users.models import User
from scripts import demo
from tests.factories.users import PASSWORD
from tests.scripts.conftest import ROOT


@pytest.mark.django_db(transaction=True)
def test_a_demo_user_with_another_password_is_told_what_to_do(live_server: LiveServer, owner: User) -> None:
    command = [sys.executable, "scripts/demo.py", f"--base-url={live_server.url}", "--password=that-of-a-new-folder"]

    said = subprocess.run([*command, f"--email={owner.email}"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 1
    assert "/auth/login answered 401" in said.stderr
    assert "DEMO_PASSWORD=… scripts/run --demo" in said.stderr


@pytest.mark.django_db(transaction=True)
def test_its_calls_can_be_pasted_into_a_shell(
    live_server: LiveServer, owner: User, capsys: pytest.CaptureFixture[str]
) -> None:
    api = demo.Api(live_server.url)
    api.token = api.call("POST", demo.LOGIN, {"email": owner.email, "password": PASSWORD})["access_token"]
    api.call("GET", "/auth/profile")

    assert capsys.readouterr().out == (
        f"\n  $ TOKEN=$(curl -s -X POST '{live_server.url}/api/v1/auth/login' -H 'Content-Type: application/json' \\\n"
        f"""      -d '{{"email": "{owner.email}", "password": "…"}}' | {demo.TAKE_TOKEN})\n"""
        f"\n  $ curl -s -X GET '{live_server.url}/api/v1/auth/profile' -H \"Authorization: Bearer $TOKEN\"\n"
    )
    answer = '{"access_token":"a.b-c_d","refresh_token":"e"}'
    taken = subprocess.run(["sh", "-c", demo.TAKE_TOKEN], input=answer, capture_output=True, text=True, check=True)
    assert taken.stdout.strip() == "a.b-c_d"
