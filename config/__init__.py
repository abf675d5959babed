"""How the project is put together: settings, routes, Celery, WSGI. What does not belong here: rules of any app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
