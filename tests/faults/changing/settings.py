"""The settings of the fault scripts with the app beside ours. What does not belong here: anything else."""
# ruff: noqa: F403, F405 - settings are layered by star imports, as in config/settings

from tests.faults.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.changing"]
