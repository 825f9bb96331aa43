"""Serve functions: python -m functions [NAME ...] [--host HOST] [--port PORT]."""

from __future__ import annotations

from lib.router import app
from lib.web.server.serve import serve

if __name__ == "__main__":
    serve(app)
