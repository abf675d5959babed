# The service as one image; docker-compose.yml runs it as web, worker, beat and the one-shot migrate.
FROM python:3.11-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PATH=/app/.venv/bin:$PATH \
    NUMBA_CACHE_DIR=/var/cache/papertrade/numba
WORKDIR /app

COPY requirements.txt ./
RUN python -m venv .venv \
    && pip install --no-cache-dir --require-hashes -r requirements.txt

COPY engine ./engine
# Kernels are compiled for the processor of the build; on another kind they are compiled once more, then cached.
RUN python -c "from engine import warming; warming.warm()"

COPY manage.py ./
COPY config ./config
COPY apps ./apps
COPY marketdata ./marketdata
COPY scripts/house/__init__.py scripts/house/health.py ./scripts/house/

# Production settings refuse to load without secrets; these live as long as this line.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    JWT_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    ENCRYPTION_KEYS="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    DATABASE_URL=postgres://build@localhost/build \
    REDIS_URL=redis://localhost \
    ALLOWED_HOSTS=localhost \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    python manage.py collectstatic --noinput


FROM python:3.11-slim

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.prod \
    NUMBA_CACHE_DIR=/var/cache/papertrade/numba \
    BEAT_SCHEDULE_FILE=/var/lib/papertrade/celerybeat-schedule
WORKDIR /app

RUN groupadd --system --gid 10001 papertrade \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin papertrade \
    && install --directory --owner=10001 --group=10001 /var/lib/papertrade

COPY --from=build /app /app
# The cache must be writable: numba keeps nothing in a folder where it could not.
COPY --from=build --chown=10001:10001 /var/cache/papertrade /var/cache/papertrade

USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "scripts.house.health", "web"]
CMD ["gunicorn", "config.wsgi:application", "--worker-class=config.edge.EdgeWorker", "--threads=4", "--graceful-timeout=10", "--no-control-socket", "--bind=0.0.0.0:8000", "--workers=2", "--worker-tmp-dir=/dev/shm"]
