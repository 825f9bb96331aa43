"""Name a problem type (RFC 9457, 3.1.1) after the class that stands for it."""

from __future__ import annotations

import re


class ProblemType(Exception):
    """A problem whose class's name makes its `type` and whose class's docstring is its `title`."""

    def __init__(self, detail: str) -> None:
        """Say in `detail` what happened and what to do, without any value of the input."""
        super().__init__(detail)
        self.detail = detail

    @classmethod
    def name(cls) -> str:
        """Return the class's name in kebab-case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def type(cls) -> str:
        """Return the URN that tells the problem type from all others."""
        return f"urn:problem:{cls.name()}"

    @classmethod
    def title(cls) -> str:
        """Return the name of the problem type for people."""
        return (cls.__doc__ or "").strip()
