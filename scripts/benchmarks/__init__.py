"""What scripts/bench measures. What does not belong here: tests; a benchmark asserts nothing."""
