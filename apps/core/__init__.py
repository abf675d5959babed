"""The shared kernel: errors, API plumbing, ownership, jobs, clock, configuration, activity log.

What does not belong here: anything that knows stocks, users, strategies or money movements.
"""
