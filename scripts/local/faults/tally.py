"""Inject a fault and count the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scripts.local.faults.experiment import Ineffective, experimenting

if TYPE_CHECKING:
    from scripts.local.faults.deployment import Deployment
    from scripts.local.faults.experiment import Fault


@dataclass
class Tally:
    """The outcome of one fault: `injected` and `effective` count injections, `survived` and `lost` debates."""

    fault: str
    injected: int = 0
    effective: int = 0
    survived: int = 0
    lost: int = 0
    evidence: str = ""
    complaints: list[str] = field(default_factory=list[str])
    takeover_seconds: list[float] = field(default_factory=list[float])

    @property
    def well(self) -> bool:
        """Say whether every injection had an effect and no debate was lost."""
        return self.effective == self.injected and not self.lost and not self.complaints

    async def inject(self, fault: Fault, deployment: Deployment, debates: int) -> None:
        """Inject a fault once into this many debates, and count the outcome."""
        async with experimenting(deployment, debates) as experiment:
            self.injected += 1
            try:
                self.evidence = await fault(experiment)
                self.effective += 1
            except Ineffective as error:
                self.complaints.append(str(error))
            lost, left = await experiment.outcome()
        self.lost += len(lost)
        self.survived += len(experiment.watched) + len(experiment.in_process) - len(lost)
        self.complaints += [*lost, *left]
        self.takeover_seconds += experiment.takeover_seconds
