"""What lies over several apps, and the figures of all. What does not belong here: writes."""

from apps.adminpanel.selectors.figures import Dashboard, get_dashboard
from apps.adminpanel.selectors.jobs import Job, list_active_jobs

__all__ = ["Dashboard", "Job", "get_dashboard", "list_active_jobs"]
