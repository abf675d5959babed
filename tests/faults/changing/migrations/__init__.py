"""Its migrations. What does not belong here: anything else."""
