"""The commands of the processes, the same here and in docker-compose.yml. What does not belong here: their settings."""

from __future__ import annotations

WEB = (
    "gunicorn",
    "config.wsgi:application",
    "--worker-class=config.edge.EdgeWorker",
    "--threads=4",
    "--graceful-timeout=10",
    "--no-control-socket",
)
WORKER = (
    "celery",
    "--app=config",
    "worker",
    "--queues=backtest,default",
    "--without-gossip",
    "--without-mingle",
    "--loglevel=INFO",
)
EVENTS = ("uvicorn", "config.asgi:application", "--no-access-log", "--timeout-graceful-shutdown=2")
BEAT = ("celery", "--app=config", "beat", "--loglevel=INFO", "--pidfile=")
MIGRATE = ("manage.py", "migrate", "--noinput")
SEED = ("manage.py", "seed")
WARM = ("-c", "from engine import warming; warming.warm()")
