"""The edges of the market. Import the modules, not this package's names."""
