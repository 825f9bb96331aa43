"""Show a debate live: server-sent events, WebSocket, the AI SDK's stream."""
