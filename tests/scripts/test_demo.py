"""What the demo says where it cannot go on. What does not belong here: its whole way (test_run), the API's answers."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.users.models import User
from tests.scripts.conftest import ROOT


@pytest.mark.django_db(transaction=True)
def test_a_demo_user_with_another_password_is_told_what_to_do(live_server: LiveServer, owner: User) -> None:
    command = [sys.executable, "scripts/demo.py", f"--base-url={live_server.url}", "--password=that-of-a-new-folder"]

    said = subprocess.run([*command, f"--email={owner.email}"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 1
    assert "/auth/login answered 401" in said.stderr
    assert "DEMO_PASSWORD=… scripts/run --demo" in said.stderr
