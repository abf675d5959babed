"""Fixed limits of options. What does not belong here: what can be configured."""

# What one request may ask for: the bound of the setting options.atm_levels.
MAX_ATM_LEVELS = 100
MAX_EXPIRIES = 60
DEFAULT_EXPIRIES = 4
# A list of the most levels reaches up to 3.5 times the spot, and the spot may fall while the contract lives.
MAX_STRIKE_RATIO = 5
