"""What short options and intraday positions must have set aside: an estimate after the exchange's method.

It is not the exchange's own file of scenarios, and every figure is to be shown as an estimate. What does not belong
here: prices, accounts, who is asked for the money, and the rates, which are data of the rulebook.
"""
