"""Show a debate live: as server-sent events, over a WebSocket, and as a chat of the AI SDK.

Functions import it. `formats` begins a stream, `sse` and `websocket` carry it, `ai_sdk` encodes it for that SDK, `chat`
starts and resumes a debate as a chat, `limits` bounds the streams of a user.
"""
