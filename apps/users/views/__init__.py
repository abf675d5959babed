"""The edges of accounts. Import the modules, not this package's names: DRF loads access.py while it loads itself."""
