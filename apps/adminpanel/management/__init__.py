"""Commands of adminpanel. What does not belong here: rules."""
