"""The shapes below /payments/, a module for each subject. What does not belong here: shapes."""
