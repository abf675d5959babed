"""Reading rules loads no compiler: the web process validates strategies without paying for the kernels."""

from __future__ import annotations

import subprocess
import sys


def test_rules_and_indicators_load_neither_numba_nor_pandas() -> None:
    program = (
        "import sys\n"
        "from engine import indicators, rules\n"
        "assert not {'pandas', 'numba'} & set(sys.modules), 'too much is loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
