"""scripts/create-superadmin: an administrator on any machine. What does not belong here: the rules (apps/users).

Inside a running installation it is a manage.py command; where none runs, the database is started for that long.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.house import commands, environment, postgres, settings, state
from scripts.house.console import HouseError, say, step
from scripts.house.place import Place
from scripts.house.stage import Stage
from scripts.house.supervisor import Supervisor, ignore_signals, raise_on_signals

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "create_superadmin"


def main(arguments: Sequence[str]) -> int:
    """Make the account, and give the exit code of the command that does."""
    data = state.open_data(root=ROOT, environ=os.environ)
    if (data / "environment").exists() and _is_held(data):
        return subprocess.run([str(ROOT / "scripts" / "manage"), COMMAND, *arguments], check=False).returncode
    raise_on_signals()
    supervisor = Supervisor()
    with contextlib.ExitStack() as stack:
        stack.callback(_stop, supervisor)
        try:
            stack.enter_context(state.lock(data))
            return _make(arguments, data=data, supervisor=supervisor)
        except HouseError as error:
            say(f"\n{error}")
            return 1
        except KeyboardInterrupt:
            return 1


def _make(arguments: Sequence[str], *, data: Path, supervisor: Supervisor) -> int:
    with step("Python environment"):
        python = environment.prepare(root=ROOT, development=False)
    extra = {**state.read_secrets(data), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    stage = Stage(supervisor, data, python, settings.child_environ(root=ROOT, data=data, extra=extra))
    if not stage.environ.get("DATABASE_URL"):
        place = Place(data / "postgresql", state.socket_folder(data), state.new_log(data, name="postgresql"))
        with step("PostgreSQL"):
            stage.environ["DATABASE_URL"] = postgres.start(
                supervisor=supervisor, place=place, venv=ROOT / ".venv", lasting=True
            )
    with step("Tables"):
        stage.finish("migrate", commands.MIGRATE)
    command = [str(python), str(ROOT / "manage.py"), COMMAND, *arguments]
    return subprocess.run(command, env=stage.environ, check=False).returncode


def _is_held(data: Path) -> bool:
    """Whether a running installation holds the directory; a file that one left behind when it was killed does not."""
    try:
        state.lock(data).close()
    except HouseError:
        return True
    return False


def _stop(supervisor: Supervisor) -> None:
    ignore_signals()
    supervisor.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
