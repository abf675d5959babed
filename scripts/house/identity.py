"""Who a child process runs as, and that it dies with its launcher. What does not belong here: which children there are.

PostgreSQL refuses to run as root. Two ways around it, neither of which creates an account: a user namespace in which
root's files belong to nobody, or, where a container forbids namespaces, nobody itself with files of its own.
"""

from __future__ import annotations

import ctypes
import enum
import os
import pwd
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
PROBE = "/bin/true"

_LIBC = ctypes.CDLL(None, use_errno=True)


class Identity(enum.Enum):
    """The user a child runs as."""

    OWN = "the user who starts it"
    MAPPED = "nobody in a user namespace, root outside"
    NOBODY = "nobody"


def for_postgres() -> Identity:
    """The identity under which PostgreSQL agrees to run here."""
    if os.geteuid() != 0:
        return Identity.OWN
    try:
        subprocess.run([PROBE], preexec_fn=preparation(Identity.MAPPED, death_signal=signal.SIGKILL), check=True)
    except (subprocess.SubprocessError, OSError):
        return Identity.NOBODY
    return Identity.MAPPED


def preparation(identity: Identity, *, death_signal: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec: become `identity`, then ask for a signal when the launcher dies.

    The order matters, a change of user clears the request.
    """
    launcher = os.getpid()
    nobody = pwd.getpwnam("nobody") if identity is not Identity.OWN else None

    def prepare() -> None:
        if identity is Identity.MAPPED and nobody:
            _map_to(nobody)
        elif identity is Identity.NOBODY and nobody:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
        _check(_LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0))
        if os.getppid() != launcher:
            os._exit(1)

    return prepare


def hand_over(path: Path, *, identity: Identity) -> None:
    """Make a directory and all below it belong to `identity`; in a namespace root's files already do."""
    if identity is not Identity.NOBODY:
        return
    nobody = pwd.getpwnam("nobody")
    for folder, _, names in os.walk(path):
        for each in (Path(folder), *(Path(folder, name) for name in names)):
            os.chown(each, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def _map_to(user: pwd.struct_passwd) -> None:
    outside_user, outside_group = os.geteuid(), os.getegid()
    _check(_LIBC.unshare(CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user.pw_uid} {outside_user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{user.pw_gid} {outside_group} 1", encoding="ascii")


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
