"""Run the application in uvicorn, within bounds.

Imported by functions/__main__.py (`serve`) alone; `http1`, `websocket` and `slow_client` are the connections.
"""
