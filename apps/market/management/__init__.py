"""Commands of the market. What does not belong here: anything else."""
