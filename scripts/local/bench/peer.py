"""Hold debates as AutoGen's own sample for web servers does: a team's events, one JSON line each, and no log.

uvicorn scripts.local.bench.peer:app
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import BaseChatMessage, ModelClientStreamingChunkEvent
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.models.replay import ReplayChatCompletionClient
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from autogen_agentchat.base import ChatAgent, Team
    from starlette.requests import Request

AGENTS, TURNS, WORDS = 3, 9, 40


async def _debate() -> AsyncGenerator[bytes, None]:
    model = ReplayChatCompletionClient(["Utilities " * WORDS] * (TURNS + 1))
    agents: list[ChatAgent | Team] = [
        AssistantAgent(f"agent_{n}", model, model_client_stream=True) for n in range(AGENTS)
    ]
    team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(TURNS + 1))
    async for event in team.run_stream(task="Debate."):
        if isinstance(event, ModelClientStreamingChunkEvent | BaseChatMessage):
            yield json.dumps(event.model_dump(mode="json")).encode() + b"\n\n"


async def _answer(_: Request) -> StreamingResponse:
    return StreamingResponse(_debate())


app = Starlette(routes=[Route("/", _answer)])
