"""Starting a worker with the engine does not load pandas."""

from __future__ import annotations

import subprocess
import sys


def test_rules_and_indicators_load_neither_pandas_nor_a_compiler_and_leave_pandas_usable():
    program = (
        "import sys\n"
        "from engine import indicators, rules\n"
        "assert not {'pandas', 'numba'} & set(sys.modules), 'too much is loaded'\n"
        "import pandas, talib\n"
        "assert len(talib.SMA(pandas.Series([1.0, 2.0, 3.0]).to_numpy(), 2)) == 3\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
