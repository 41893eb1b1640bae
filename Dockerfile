# The production image: web, worker, beat and migrate are the same image with another command.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install --require-hashes --no-deps -r /tmp/requirements.txt

FROM python:3.11-slim-bookworm
# Pango and a font for PDF; libharfbuzz-subset0 makes a statement three times faster.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation2 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin claimline
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Collecting static files reads settings, and production settings refuse to load without real
# values: these live for this one command and reach neither the image nor its history.
RUN CLAIMLINE_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    CLAIMLINE_KEYS="build:$(python -c 'import base64,os; print(base64.b64encode(os.urandom(32)).decode())')" \
    CLAIMLINE_ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgresql://claimline_app@build.invalid/claimline \
    REDIS_URL=redis://build.invalid:6379/0 \
    python manage.py collectstatic --no-input --verbosity 0 \
 && mkdir -p /data \
 && chown claimline /data
ENV CLAIMLINE_VAR_DIR=/data
VOLUME /data
USER claimline
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "docker/healthcheck.py"]
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--no-control-socket", \
     "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60", \
     "--worker-tmp-dir", "/dev/shm"]
