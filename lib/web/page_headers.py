"""Make the headers of an HTML page that runs no script and loads nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def page_headers(styles: Iterable[bytes]) -> dict[str, str]:
    """Return headers whose policy (https://www.w3.org/TR/CSP3/) allows these inline styles and nothing else."""
    digests = (base64.b64encode(hashlib.sha256(style).digest()).decode() for style in styles)
    allowed = "".join(f"; style-src 'sha256-{digest}'" for digest in digests)
    policy = f"default-src 'none'{allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
