"""Plans, checkout, gateways, subscriptions.

What does not belong here: paper money.
"""
