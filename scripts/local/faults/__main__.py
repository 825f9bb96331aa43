"""The command scripts/faults: inject faults into running debates and count the lost ones."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import warnings
from dataclasses import asdict
from typing import TYPE_CHECKING

from scripts.local import arguments
from scripts.local.faults import catalogue
from scripts.local.faults.deployment import Deployment
from scripts.local.faults.tally import Tally
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError

if TYPE_CHECKING:
    from argparse import Namespace

NAMES = "\n".join(f"  {catalogue.name(fault):<52}{(fault.__doc__ or '').strip()}" for fault in catalogue.chosen(None))
EPILOG = f"""faults:
{NAMES}

groups: {", ".join(catalogue.GROUPS)}

examples:
  scripts/faults                                every fault once, with 3 debates
  scripts/faults --rounds 3                     every fault three times
  scripts/faults --only kill-in-mid-turn --debates 50
  scripts/faults --json | jq .lost              one line of JSON for each fault

exit status:
  0  every fault had an effect and no debate was lost
  1  a debate was lost, a fault had no effect, or nothing could be started
  2  a wrong argument"""


def _options() -> Namespace:
    parser = arguments.parser(
        "faults", "Inject faults into running debates, and check that each debate still ends as it must.", EPILOG
    )
    parser.add_argument("--rounds", type=int, default=1, help="injections of each fault; default: 1")
    parser.add_argument("--debates", type=int, default=3, help="debates that run at once; default: 3")
    parser.add_argument("--only", metavar="NAME", help="one fault or one group")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each fault")
    options = parser.parse_args()
    if options.rounds < 1 or options.debates < 1:
        parser.error("--rounds and --debates must be 1 or more")
    try:
        catalogue.chosen(options.only)
    except KeyError:
        parser.error(f"--only: there is no fault or group {options.only!r}; --help lists them")
    return options


def _print(tally: Tally) -> None:
    counts = f"injected {tally.injected}, effective {tally.effective}, survived {tally.survived}, lost {tally.lost}"
    sys.stdout.write(f"{tally.fault:<52}{counts}  ({tally.evidence})\n")
    for complaint in tally.complaints:
        sys.stdout.write(f"    {complaint}\n")
    sys.stdout.flush()


def _print_sum(tallies: list[Tally]) -> None:
    lost = sum(tally.lost for tally in tallies)
    idle = sum(tally.injected - tally.effective for tally in tallies)
    sys.stdout.write(f"\n{lost} lost, {idle} of {sum(tally.injected for tally in tallies)} injections not effective\n")
    if seconds := sorted(second for tally in tallies for second in tally.takeover_seconds):
        middle = seconds[len(seconds) // 2]
        sys.stdout.write(f"takeover: median {middle:.1f} s, longest {seconds[-1]:.1f} s\n")


@interruptible("scripts/faults: interrupted; everything was stopped")
def main() -> None:
    """Exit with 0 if every fault had an effect and no debate was lost, 1 if not, 2 for a wrong argument."""
    options = _options()
    logging.disable()  # the debates that the model faults run in this process log their expected failures
    warnings.simplefilter("ignore")
    tallies: list[Tally] = []
    try:
        with Deployment() as deployment:
            for fault in catalogue.chosen(options.only):
                tally = Tally(catalogue.name(fault))
                for _ in range(options.rounds):
                    asyncio.run(tally.inject(fault, deployment, options.debates))
                tallies.append(tally)
                if options.json:
                    sys.stdout.write(json.dumps(asdict(tally)) + "\n")
                    sys.stdout.flush()
                else:
                    _print(tally)
    except (NotStarted, EmbeddedPostgresError) as error:
        sys.exit(f"scripts/faults: {error}")
    if not options.json:
        _print_sum(tallies)
    sys.exit(not all(tally.well for tally in tallies))


if __name__ == "__main__":
    main()
