"""Hand tools to one agent for one turn, as AutoGen has them, and tell of each use."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Annotated, Any

from autogen_core.tools import FunctionTool

from lib import tools

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from lib.contract.debate import DebateRequest

    Use = Callable[[str, dict[str, Any], str, int], Awaitable[None]]

SECONDS = 5.0
"""What one use may take: a tool never ends a debate."""

LONGEST_ARGUMENT = 200
HINT = (
    "\n\nYou have tools: `signals` and `search_content` read the material, `calculate` does arithmetic. Use them, and "
    "show a calculation as the tool gives it."
)


class Toolbox:
    """The tools of one turn."""

    def __init__(self, request: DebateRequest, use: Use) -> None:
        """Work on this request; `use` hears of each use: its name, arguments, result as JSON, and milliseconds."""
        self._request, self._tell = request, use

    def tools(self) -> list[FunctionTool]:
        """Return them for AutoGen, which checks the arguments by the types here."""
        return [
            FunctionTool(self._signals, "Return the market signals of the material.", name="signals"),
            FunctionTool(self._search, "Find sentences of the content by words.", name="search_content"),
            FunctionTool(self._calculate, "Do arithmetic and show it.", name="calculate"),
        ]

    async def _signals(
        self,
        state: Annotated[tools.Wanted, "only those of this state"] = "any",
        name: Annotated[str, "only those whose name contains this"] = "",
    ) -> str:
        return await self._use(
            "signals", {"state": state, "name": name}, lambda: tools.signals(self._request, state, name)
        )

    async def _search(self, words: Annotated[str, "words that the sentences should have"]) -> str:
        return await self._use("search_content", {"words": words}, lambda: tools.search_content(self._request, words))

    async def _calculate(
        self,
        operation: Annotated[tools.Operation, "the change, ratio and difference are of two numbers, in their order"],
        numbers: Annotated[list[float], "the numbers"],
    ) -> str:
        return await self._use(
            "calculate", {"operation": operation, "numbers": numbers}, lambda: tools.calculate(operation, numbers)
        )

    async def _use(self, name: str, arguments: dict[str, Any], work: Callable[[], object]) -> str:
        """Do the work beside the loop, and return its result as JSON, or what was wrong."""
        begin = time.perf_counter()
        try:
            async with asyncio.timeout(SECONDS):
                result = await asyncio.to_thread(work)
        except tools.Unusable as error:
            result = {"error": str(error)}
        except TimeoutError:
            result = {"error": "this took too long"}
        text = json.dumps(result, ensure_ascii=False)
        shown = {key: value[:LONGEST_ARGUMENT] for key, value in arguments.items()}
        await self._tell(name, shown, text, round((time.perf_counter() - begin) * 1e3))
        return text
