"""An app of the fault scripts whose one migration changes a table that is in use. What does not belong here: models."""
