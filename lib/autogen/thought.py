"""Name the pieces of a model's stream that are no speech."""

from __future__ import annotations


class Thought(str):
    """A piece of a stream that is a thought of the model: a sign of life, and never speech."""

    __slots__ = ()


class Unsaid(Thought):
    """A thought before which there was no speech: what was passed on as such was thought, too."""

    __slots__ = ()
