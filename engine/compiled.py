"""The one way in which the engine compiles a function, how its cache learns of a change, and how arrays are lent.

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

import numpy as np
from numba import njit
from numba.core import caching
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., object])
Array = TypeVar("Array", bound=np.ndarray[Any, Any])

_WATCHED = ("compiled.py", *(f"{name}/*.py" for name in ("simulation", "costs", "script/kernels", "legs", "portfolio")))
_DIGITS = 16


def fingerprint(folder: Path) -> str:
    """A digest of the files below the engine's folder whose code may stand in another's cache."""
    digest = hashlib.sha256()
    for name in _WATCHED:
        for file in sorted(folder.glob(name)):
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


def _lent(typing_context: Any, array: Any) -> Any:  # noqa: ARG001  # the signature of an intrinsic
    def without_count(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        found.meminfo, found.parent = found.meminfo.type(None), found.parent.type(None)
        return found._getvalue()  # noqa: SLF001  # numba's own way to build an array

    return array(array), without_count


# In compiled code: the array without its reference count. An array that is unpacked or handed to a function is counted
# in and out by an atomic operation, many times a bar. Whoever was given it holds it until he returns, so that
# what he lends to others must not be returned nor outlive him.
lent = cast("Callable[[Array], Array]", intrinsic(_lent))
