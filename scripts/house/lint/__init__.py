"""The house style as rules a machine checks. What does not belong here: what ruff, mypy or import-linter check."""
