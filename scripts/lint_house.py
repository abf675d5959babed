#!/usr/bin/env python3
"""Checks the house style of a checkout. What does not belong here: the rules, which are in scripts/house/lint."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.house.lint import command

if __name__ == "__main__":
    sys.exit(command.main(sys.argv[1:]))
