"""The state directory: secrets, lock, sockets, and the pinned environment. What does not belong here: servers."""

from __future__ import annotations

import hashlib
import stat
import sys
from pathlib import Path

import pytest

from scripts.house import environment, health, settings, state
from scripts.house.console import HouseError


def test_secrets_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = state.read_secrets(tmp_path)
    assert sorted(first) == ["DEMO_PASSWORD", "ENCRYPTION_KEYS", "JWT_SECRET_KEY", "SECRET_KEY"]
    assert min(len(first["SECRET_KEY"]), len(first["JWT_SECRET_KEY"])) == 64
    assert first["SECRET_KEY"] != first["JWT_SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600
    assert state.read_secrets(tmp_path) == first


def test_a_secret_added_later_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SECRET_KEY=kept=as=it=is\n")
    assert state.read_secrets(tmp_path)["SECRET_KEY"] == "kept=as=it=is"
    assert state.read_secrets(tmp_path) == state.read_secrets(tmp_path)


def test_the_state_directory_is_closed_to_others(tmp_path: Path) -> None:
    data = state.open_data(root=tmp_path, environ={})
    assert data == tmp_path / ".data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert state.open_data(root=tmp_path, environ={"PAPERTRADE_DATA": str(tmp_path / "x")}) == tmp_path / "x"


def test_a_second_copy_is_refused_and_told_who_holds_the_directory(tmp_path: Path) -> None:
    with state.lock(tmp_path) as held:
        held.seek(0)
        owner = held.read().strip()
        with pytest.raises(HouseError, match=rf"already runs from {tmp_path} \(process {owner}\)"):
            state.lock(tmp_path)
    state.lock(tmp_path).close()


@pytest.mark.parametrize(("extra", "short"), [(0, False), (1, True)])
def test_sockets_move_to_a_short_directory_past_the_limit_of_the_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: int, short: bool
) -> None:
    """107 bytes is the longest path that fits; PostgreSQL's lock file beside the socket is longer than the socket."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(state.tempfile, "gettempdir", lambda: str(temporary))
    room = state.SOCKET_PATH_LIMIT - len(f"{tmp_path}//run/{state.LONGEST_SOCKET_NAME}")
    data = tmp_path / ("d" * (room + extra))
    data.mkdir()
    folder = state.socket_folder(data)
    assert (folder.parent == temporary) is short
    assert (folder == data / "run") is not short
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert state.socket_folder(data) == folder


def test_a_socket_directory_that_others_can_open_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o755)
    with pytest.raises(HouseError, match="not a private directory"):
        state.socket_folder(tmp_path)


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    state.new_log(tmp_path, name="web").write_text("first run")
    assert state.new_log(tmp_path, name="web").read_text() == ""
    assert (tmp_path / "logs" / "web.log.1").read_text() == "first run"


def test_children_get_what_the_caller_set_before_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "the caller's")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)
    extra = {"SECRET_KEY": "made", "DEMO_PASSWORD": "made"}
    environ = settings.child_environ(root=tmp_path, data=tmp_path, extra=extra)
    assert environ["SECRET_KEY"] == "the caller's"
    assert environ["DEMO_PASSWORD"] == "made"
    assert environ["PATH"].startswith(f"{tmp_path}/.venv/bin:")
    assert "PYTHONDONTWRITEBYTECODE" not in environ


def checkout(folder: Path, *, stamp: str) -> Path:
    """A checkout with empty requirements and an environment whose interpreter is a stand-in that works."""
    (folder / "requirements.txt").write_text("one\n")
    (folder / "requirements-dev.txt").write_text("two\nuv==1 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\nlast\n")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (folder / ".venv" / environment.STAMP).write_text(stamp)
    return python


def test_an_environment_that_matches_its_stamp_is_left_alone(tmp_path: Path) -> None:
    one, two = (hashlib.sha256(text).hexdigest() for text in (b"one\n", (b"two\nuv==1 \\\n    --hash=sha256:ab \\\n"
                b"    --hash=sha256:cd\nlast\n")))  # fmt: skip
    python = checkout(tmp_path, stamp=f"{one}\n{two}\n")
    assert environment.prepare(root=tmp_path, development=True) == python


def test_a_python_that_cannot_make_environments_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("one\n")
    monkeypatch.setattr(environment.sys, "executable", "/bin/false")
    with pytest.raises(HouseError, match="sudo apt-get install python3-venv"):
        environment.prepare(root=tmp_path, development=False)


def test_the_pin_of_one_package_comes_with_all_its_hashes(tmp_path: Path) -> None:
    checkout(tmp_path, stamp="")
    pin = environment._pinned(tmp_path / "requirements-dev.txt", package="uv")
    assert pin == "uv==1 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\n"


def test_beat_is_healthy_while_it_writes_its_schedule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEAT_SCHEDULE_FILE", str(tmp_path / "schedule"))
    assert not health.beat(now=0)
    (tmp_path / "schedule.dat").touch()
    written = (tmp_path / "schedule.dat").stat().st_mtime
    assert health.beat(now=written + health.BEAT_SILENCE_SECONDS - 1)
    assert not health.beat(now=written + health.BEAT_SILENCE_SECONDS)
