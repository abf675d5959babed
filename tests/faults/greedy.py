"""A worker to which the prices of one stock have no end: ``python -m tests.faults.greedy celery …``.

What does not belong here: tests.
"""

from __future__ import annotations

import runpy
import sys
from typing import Any
from unittest import mock

import numpy as np
from celery.signals import worker_process_init

GREEDY = "TCS"
# Never touched, so that a worker without a limit costs the machine nothing: it only goes on, which the test sees.
PIECE_BYTES = 64 * 2**20
PIECES = 1024


@worker_process_init.connect(weak=False)
def be_greedy(**_: object) -> None:
    """Let loading these prices take what it can get."""
    from apps.backtests.services import terms

    load = terms.load_bars

    def greedy(run: Any, **options: Any) -> Any:
        if run.instrument_identifier == GREEDY:
            taken = [np.zeros(PIECE_BYTES, dtype=np.uint8) for _ in range(PIECES)]
            assert len(taken) == PIECES
        return load(run, **options)

    mock.patch.object(terms, "load_bars", greedy).start()


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
