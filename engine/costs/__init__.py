"""What executed orders cost: a neutral schedule of dated rates, and its arithmetic to the paisa.

What does not belong here: any rate (they are data of the caller), who pays, fills.
"""
