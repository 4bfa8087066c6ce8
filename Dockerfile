# The sample's model is trained where the training libraries are, and they stay there.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements-train.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements-train.txt
COPY . .
RUN FLASK_APP=wsgi.py flask model train --output /build/model

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FLASK_APP=wsgi.py \
    HOST=0.0.0.0 \
    PORT=7860 \
    HOME=/data \
    DATABASE_URL=sqlite:////data/futurisys.db \
    FUTURISYS_MODEL=/srv/model \
    FUTURISYS_CACHE=/data/hub \
    FUTURISYS_RATE_LIMIT=600/minute
WORKDIR /srv/futurisys
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --uid 1000 --home-dir /data --no-create-home futurisys \
    && install --directory --owner=1000 --group=1000 /data
COPY wsgi.py gunicorn.conf.py ./
COPY migrations migrations
COPY futurisys futurisys
COPY deploy/start.py deploy/start.py
COPY --from=build /build/model /srv/model
USER 1000
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/health/live\", timeout=4)"]
CMD ["python", "deploy/start.py"]
