"""The endpoints below /payments/, a module for each subject. What does not belong here: endpoints."""
