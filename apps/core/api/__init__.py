"""What every endpoint shares: envelope, parsing, rendering, paging, schema. What does not belong here: endpoints."""
