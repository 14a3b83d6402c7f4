# syntax=docker/dockerfile:1

FROM node:22-bookworm-slim AS frontend
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS wheel
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/omnihub && python -m venv /opt/build
COPY requirements/ requirements/
RUN /opt/omnihub/bin/pip install --require-hashes --requirement requirements/base.lock \
    && /opt/build/bin/pip install --require-hashes --requirement requirements/build.lock
COPY . .
COPY --from=frontend /build/frontend/dist frontend/dist
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /build/wheel . \
    && /opt/omnihub/bin/pip install --no-deps /build/wheel/*.whl

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Omnihub" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 hub \
    && useradd --system --uid 10001 --gid hub --home-dir /data --no-create-home hub \
    && install --directory --owner=hub --group=hub --mode=0750 /data
COPY --from=wheel /opt/omnihub /opt/omnihub
ENV PATH=/opt/omnihub/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HUB_HOST=0.0.0.0 \
    HUB_DATA_DIR=/data \
    HUB_LOG_FORMAT=json
USER hub
WORKDIR /data
VOLUME /data
EXPOSE 8000 2525
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('HUB_HTTP_PORT', '8000') + '/readyz', timeout=4)"]
ENTRYPOINT ["hub"]
CMD ["run"]
