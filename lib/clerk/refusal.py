"""Say why a session token is refused: a code for the log and words for the client."""

from __future__ import annotations

from lib.contract.problems import SessionRequired

ADVICE = "Sign in again, or fetch a fresh token."


def missing() -> SessionRequired:
    """Ask for a token where none was sent (RFC 6750, 3.1: without an error code)."""
    return SessionRequired(
        "Send a Clerk session token as Authorization: Bearer <token>.",
        reason="missing",
        headers={"WWW-Authenticate": "Bearer"},
    )


def refusal(reason: str, why: str) -> SessionRequired:
    """Refuse a token; `why` holds no part of it."""
    return SessionRequired(f"The session token is refused: {why}. {ADVICE}", reason=reason)
