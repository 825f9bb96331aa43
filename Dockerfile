# One image for every function; with FUNCTIONS it holds only what those need, and serves them.
ARG BASE=python:3.13-slim

FROM ${BASE} AS code
ARG FUNCTIONS
WORKDIR /app
COPY pyproject.toml .
COPY functions functions
COPY lib lib
RUN python -m lib.requirements > chosen.txt && python -m compileall -q --invalidation-mode unchecked-hash functions lib

# Built anew only where what was chosen has changed.
FROM ${BASE} AS packages
WORKDIR /app
COPY requirements.txt .
COPY --from=code /app/chosen.txt .
RUN python -m venv --without-pip .venv \
    && pip --disable-pip-version-check --python .venv/bin/python install --no-cache-dir --no-compile \
        --requirement chosen.txt --constraint requirements.txt \
    && python -m compileall -q --invalidation-mode unchecked-hash .venv

FROM ${BASE}
ARG FUNCTIONS
ENV FUNCTIONS=${FUNCTIONS}
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY --from=code /app/functions functions
COPY --from=code /app/lib lib
USER 65534:65534
CMD ["/app/.venv/bin/python", "-m", "functions"]
