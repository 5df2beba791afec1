# One image for the web server and the worker. The front end is built in the first stage; node stays behind there.
FROM node:22-bookworm-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY static static
RUN npm run build

FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=childindex.settings.production
WORKDIR /app
RUN useradd --system --uid 10001 childindex
COPY childindex/requirements/base.txt childindex/requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r childindex/requirements/base.txt
COPY manage.py ./
COPY templates templates
COPY childindex childindex
COPY registry registry
COPY schools schools
COPY agencies agencies
RUN install -d -o 10001 -m 0700 /var/lib/child-index
COPY --from=front-end /app/static/dist static/dist
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" ACCESS_ANCHOR_KEY=only-to-collect \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgresql://nobody@localhost/none \
    python manage.py collectstatic --no-input
USER 10001
EXPOSE 8000
ENV LISTEN=0.0.0.0 PORT=8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "childindex.health_check"]
CMD ["gunicorn", "--config", "python:childindex.gunicorn", "childindex.wsgi"]
