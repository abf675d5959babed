"""Option rules of several legs, entered and left by the clock on each day; columns in, a result out.

What does not belong here: finding contracts and their prices (the caller hands them in), the rules of fills
(simulation), strategies on one instrument.
"""
