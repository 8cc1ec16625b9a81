# syntax=docker/dockerfile:1
# One image for web, worker and beat. Runs as a plain user on a read-only file system.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/dealbooks/venv
COPY requirements/base.lock /tmp/base.lock
RUN /opt/dealbooks/venv/bin/pip install --only-binary :all: --require-hashes -r /tmp/base.lock
WORKDIR /opt/dealbooks/app
COPY manage.py ./
COPY integration integration
COPY mappings mappings
COPY invoices invoices
COPY sync sync
COPY workflows workflows
COPY templates templates
COPY static static
COPY locale locale
RUN /opt/dealbooks/venv/bin/python -m integration.as_production collectstatic --noinput \
    && /opt/dealbooks/venv/bin/python -m compileall -q .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin dealbooks
COPY --from=build /opt/dealbooks /opt/dealbooks
WORKDIR /opt/dealbooks/app
ENV PATH=/opt/dealbooks/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=integration.settings \
    DEALBOOKS_DATA=/tmp/dealbooks
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "integration.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "--graceful-timeout", "30", "--max-requests", "10000", "--max-requests-jitter", "1000"]
