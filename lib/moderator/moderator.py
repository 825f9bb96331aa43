"""Run the debates of one worker."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from lib.contract import failures
from lib.contract.events import DebateCompleted, DebateFailed
from lib.debates.claim import take
from lib.debates.progress import fold
from lib.event_log.appender import EpochLost, EventsRefused
from lib.moderator.budget import DEBATE_TOKEN_BUDGET, Budget
from lib.moderator.prices import DEBATE_PRICES
from lib.moderator.record import Record
from lib.moderator.run import Run
from lib.process.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lib.autogen.speaker import Speaker
    from lib.debates.claim import Claim
    from lib.event_log.appenders import Appenders
    from lib.event_log.reader import Reader
    from lib.postgres.pool import Postgres

log = logging.getLogger("moderator")


class Moderator(Resource):
    """Runs any number of debates at once; a debate's state is in its log alone."""

    variables = (DEBATE_TOKEN_BUDGET, DEBATE_PRICES)

    def __init__(
        self,
        environ: Mapping[str, str],
        postgres: Postgres,
        event_log: Reader,
        appender: Appenders,
        autogen: Speaker,
    ) -> None:
        """Take claims from `postgres`, read logs by `event_log`, and append to them by `appender`."""
        self._tokens = DEBATE_TOKEN_BUDGET.read(environ)
        self._prices = DEBATE_PRICES.read(environ) or {}
        self._postgres, self._log, self._appenders, self._speaker = postgres, event_log, appender, autogen

    async def run(self, debate_id: UUID) -> None:
        """Run a debate to its end, from where its log stops. Returns when it has ended or belongs to another worker.

        Raises Unavailable where the database is lost; a cancellation leaves the debate for another worker.
        """
        await self._speaker.ready()
        claim = await take(self._postgres, debate_id, self._speaker.model or "")
        if claim is None:
            return
        try:
            await self._run(claim)
        except EpochLost:
            log.info(
                "debate lost: cancelled, or taken over by another worker",
                extra={"debate_id": str(debate_id), "epoch": claim.epoch},
            )
        except EventsRefused:
            with contextlib.suppress(EpochLost):
                await self._end(claim, failures.EventsRefused())

    async def _run(self, claim: Claim) -> None:
        entries = await self._log.read_all(claim.debate_id)
        progress = fold(entry.event() for entry in entries)
        async with self._appenders.open(claim.debate_id, claim.epoch, entries[-1].seq) as appender:
            budget = Budget(claim, progress.ledger, self._tokens)
            run = Run(claim, Record(appender, progress), self._speaker, budget, self._postgres)
            failure = await _failure(run, budget)
            usage = progress.ledger.usage(self._prices)
            await appender.write(
                DebateFailed(problem=failure.problem(), usage=usage) if failure else DebateCompleted(usage=usage)
            )
            await appender.flush()

    async def _end(self, claim: Claim, failure: failures.Failure) -> None:
        entries = await self._log.read_all(claim.debate_id)
        usage = fold(entry.event() for entry in entries).ledger.usage(self._prices)
        async with self._appenders.open(claim.debate_id, claim.epoch, entries[-1].seq) as appender:
            await appender.write(DebateFailed(problem=failure.problem(), usage=usage))
            await appender.flush()


async def _failure(run: Run, budget: Budget) -> failures.Failure | None:
    """Run the debate within its time, and return why it failed, if it did."""
    if budget.seconds() <= 0:
        return failures.DeadlineExceeded()
    deadline = asyncio.timeout(budget.seconds())
    try:
        async with deadline:
            await run.run()
    except failures.Failure as failure:
        return failure
    except TimeoutError:
        if not deadline.expired():
            raise
        return failures.DeadlineExceeded()
    return None


build = Moderator
