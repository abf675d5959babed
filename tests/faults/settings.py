"""Production's settings for the fault scripts, with a short lease and no limit on requests.

What does not belong here: behaviour that production does not have.
"""
# ruff: noqa: F403 - settings are layered by star imports, as in config/settings

from config.settings.prod import *

# A test does not wait half a minute or more for a lease to run out.
BACKTEST_LEASE_SECONDS = 4
SYNC_LEASE_SECONDS = 4
RATE_LIMITS = False
