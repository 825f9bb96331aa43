"""Serve over HTTP/1.1 and WebSocket with uvicorn, within bounds."""
