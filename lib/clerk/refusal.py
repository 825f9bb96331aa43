"""Make the problems of refused session tokens."""

from __future__ import annotations

from lib.contract.problems import SessionRequired

ADVICE = "Sign in again, or fetch a fresh token."


def missing() -> SessionRequired:
    """Return the problem of a request without a token; its challenge has no error code (RFC 6750, 3.1)."""
    return SessionRequired(
        "Send a Clerk session token as Authorization: Bearer <token>.",
        reason="missing",
        headers={"WWW-Authenticate": "Bearer"},
    )


def refusal(reason: str, why: str) -> SessionRequired:
    """Return the problem of a refused token.

    `reason` is a code for logs and clients, `why` a clause for the detail; neither may contain any part of the token.
    """
    return SessionRequired(f"The session token is refused: {why}. {ADVICE}", reason=reason)
