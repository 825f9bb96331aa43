# One image for every function: FUNCTIONS chooses what a container serves.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.txt .
RUN .venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY functions functions
COPY lib lib
RUN .venv/bin/python -m compileall -q functions lib

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /app /app
USER 65534:65534
CMD ["/app/.venv/bin/python", "-m", "functions"]
