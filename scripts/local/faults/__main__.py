"""Try every fault on running debates: scripts/faults [--rounds N] [--debates N] [--json] [--only NAME]."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import warnings
from dataclasses import asdict

from scripts.local.faults import battery
from scripts.local.faults.battery import Tally
from scripts.local.faults.stand import Stand
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError

NAMES = "\n".join(f"  {battery.name(fault):<52}{(fault.__doc__ or '').strip()}" for fault in battery.chosen(None))
EPILOG = f"""faults:
{NAMES}

groups: {", ".join(battery.GROUPS)}

examples:
  scripts/faults                                every fault once, on 3 debates
  scripts/faults --rounds 3                     every fault three times
  scripts/faults --only kill-in-mid-turn --debates 50
  scripts/faults --json | jq .lost              a line of JSON a fault"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/faults",
        description="Break what running debates stand on, and see that each still ends as it should.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=1, help="how often each fault is tried, by default once")
    parser.add_argument("--debates", type=int, default=3, help="how many debates run at once, by default 3")
    parser.add_argument("--only", metavar="NAME", help="one fault, or one group of them")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a fault")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.debates < 1:
        parser.error("--rounds and --debates must be 1 or more")
    try:
        battery.chosen(arguments.only)
    except KeyError:
        parser.error(f"--only: there is no fault or group {arguments.only!r}; --help lists them")
    return arguments


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
    """Exit with 0 where every fault struck and no debate was lost, else with 1."""
    arguments = _arguments()
    logging.disable()  # what a faulty model makes of the debates held here is counted, and told by no log
    warnings.simplefilter("ignore")
    tallies: list[Tally] = []
    try:
        with Stand() as stand:
            for fault in battery.chosen(arguments.only):
                tally = Tally(battery.name(fault))
                for _ in range(arguments.rounds):
                    asyncio.run(battery.strike(fault, stand, arguments.debates, tally))
                tallies.append(tally)
                if arguments.json:
                    sys.stdout.write(json.dumps(asdict(tally)) + "\n")
                    sys.stdout.flush()
                else:
                    _print(tally)
    except (NotStarted, EmbeddedPostgresError) as error:
        sys.exit(f"scripts/faults: {error}")
    if not arguments.json:
        _print_sum(tallies)
    sys.exit(not all(tally.well for tally in tallies))


if __name__ == "__main__":
    main()
