"""The database connection (DATABASES["ENGINE"]). What does not belong here: queries."""
