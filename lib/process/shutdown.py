"""Tell the tasks of a process that it is asked to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Shutdown(asyncio.Event):
    """Set once the process is asked to stop: take no job, hand jobs back, end the streams."""

    @contextlib.contextmanager
    def on_signals(self) -> Generator[None]:
        """Set the event on SIGTERM and SIGINT, then call the handler that was installed before.

        uvicorn ends the lifespan only after all connections are closed, so streams must learn of the signal earlier.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        previous = {number: signal.getsignal(number) for number in SIGNALS}

        def handle(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.set)
            handler = previous[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in SIGNALS:
            signal.signal(number, handle)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
