"""Commands of sync. What does not belong here: anything else."""
