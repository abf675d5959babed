"""The backtest engine: bars and a plan in, a result out.

Pure numpy and numba. What does not belong here: Django, the clock, files, the network, global state.
"""
