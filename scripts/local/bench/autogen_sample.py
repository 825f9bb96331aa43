"""Debates as in AutoGen's own sample for web servers: a team's events as lines of JSON, without a log.

uvicorn scripts.local.bench.autogen_sample:app
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import BaseChatMessage, ModelClientStreamingChunkEvent
from autogen_agentchat.teams import RoundRobinGroupChat
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

from scripts.local.bench.instant_model import InstantModel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from autogen_agentchat.base import ChatAgent, Team
    from starlette.requests import Request

AGENTS, TURNS = 3, 9
TASK = "Utilities lead the market by 3% while lumber lags gold, says the study. What follows from that?"


async def _debate() -> AsyncGenerator[bytes, None]:
    model = InstantModel()
    agents: list[ChatAgent | Team] = [
        AssistantAgent(f"agent_{n}", model, model_client_stream=True) for n in range(AGENTS)
    ]
    team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(TURNS + 1))
    async for event in team.run_stream(task=TASK):
        if isinstance(event, ModelClientStreamingChunkEvent | BaseChatMessage):
            yield json.dumps(event.model_dump(mode="json")).encode() + b"\n\n"


async def _answer(_: Request) -> StreamingResponse:
    return StreamingResponse(_debate())


app = Starlette(routes=[Route("/", _answer)])
