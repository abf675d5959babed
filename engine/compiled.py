"""The one way in which the engine compiles a function, and how its cache learns of a change.

numba's cache of a function watches only the file it stands in, while its machine code has the functions it calls, the
constants and the layout of the records compiled into it. Here the name of a cached function carries a fingerprint of
every file of the engine that may be compiled into another, so that nothing stale is ever found.
What does not belong here: any function to compile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit
from numba.core import caching

Function = TypeVar("Function", bound=Callable[..., object])

_WATCHED = ("simulation", "costs", "script/kernels", "legs", "portfolio")
_DIGITS = 16


def fingerprint(folder: Path) -> str:
    """A digest of the files below the engine's folder whose code may stand in another's cache."""
    digest = hashlib.sha256()
    for name in _WATCHED:
        for file in sorted((folder / name).glob("*.py")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:_DIGITS]


FINGERPRINT = fingerprint(Path(__file__).parent)


def compiled(function: Function) -> Function:
    """Compile on first call, cached on disk, without the GIL, into the code of its caller where it is called."""
    return _compiled(function, inlined=True)


def compiled_apart(function: Function) -> Function:
    """As :func:`compiled`, for what is rare or large: its callers jump to it."""
    return _compiled(function, inlined=False)


def _compiled(function: Function, *, inlined: bool) -> Function:
    dispatcher: Any = njit(cache=True, nogil=True, forceinline=inlined)(function)
    # numba has no public way to add to what a cache is found by.
    cache = dispatcher._cache  # noqa: SLF001
    index_of: Callable[..., object] = caching.IndexDataCacheFile
    implementation = cache._impl  # noqa: SLF001
    cache._cache_file = index_of(  # noqa: SLF001
        cache_path=implementation.locator.get_cache_path(),
        filename_base=f"{implementation.filename_base}-{FINGERPRINT}",
        source_stamp=implementation.locator.get_source_stamp(),
    )
    return cast("Function", dispatcher)
