"""Choose the media type that a client prefers (RFC 9110, 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers

MOST_RANGES = 20
"""The most media ranges of an Accept header that are read."""


def preferred(headers: Headers, *offered: str) -> str:
    """Return one of the media types offered: the first, if the client has no preference or accepts none of them."""
    accepted = dict(map(_range, headers.get("accept", "*/*").split(",")[:MOST_RANGES]))
    return max(offered, key=lambda media_type: _quality(media_type, accepted))


def _range(text: str) -> tuple[str, float]:
    media_range, *parameters = text.replace(" ", "").lower().split(";")
    weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
    try:
        return media_range, float(weights[0]) if weights else 1.0
    except ValueError:
        return media_range, 0.0


def _quality(media_type: str, accepted: dict[str, float]) -> float:
    """Return the weight of the most specific range that matches the media type."""
    kind = media_type.partition("/")[0]
    return next((accepted[match] for match in (media_type, f"{kind}/*", "*/*") if match in accepted), 0.0)
