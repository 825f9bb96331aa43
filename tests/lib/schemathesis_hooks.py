"""Send no Idempotency-Key twice, as no client does for two bodies."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any, cast

import schemathesis

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "Idempotency-Key"


def before_call(_context: object, case: Any, _kwargs: object) -> None:
    """Replace a key that is a good one."""
    headers: dict[str, str] = case.headers or {}
    if re.fullmatch(r"[!-~]{1,255}", str(headers.get(KEY, ""))):
        case.headers[KEY] = secrets.token_hex(16)


cast("Callable[[object], object]", schemathesis.hook)(before_call)
