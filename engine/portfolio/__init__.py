"""One plan over a list of instruments that share their cash; columns in, one equity curve out.

What does not belong here: rules of signals (rules) or of fills (simulation), options of several legs.
"""
