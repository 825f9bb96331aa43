"""Measure what the functions cost, against the least that could do the same: scripts/bench [ROW ...]."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from scripts.local.bench import alone, auth, cold, debate, health, log, memory, noise, sse, ws
from scripts.local.bench.figure import Unmeasured
from scripts.local.bench.ground import Ground
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError
from scripts.local.terminal import paint

if TYPE_CHECKING:
    from scripts.local.bench.figure import Figure

ROWS = {
    "floor": noise.measure,
    "health": health.measure,
    "auth": auth.measure,
    "sse": sse.measure,
    "ws": ws.measure,
    "memory": memory.measure,
    "log": log.measure,
    "debate": debate.measure,
    "cold": cold.measure,
    "alone": alone.measure,
}
DESCRIPTIONS = {name: (sys.modules[measure.__module__].__doc__ or "").strip() for name, measure in ROWS.items()}
ROUNDS, QUICK_ROUNDS, QUICK_PART = 9, 2, 0.02

EPILOG = "\n".join(
    [
        "rows:",
        *(f"  {name:<8}{description}" for name, description in DESCRIPTIONS.items()),
        "",
        "Each value is a median over shuffled rounds, in which what is measured and its floor take turns.",
        "",
        "examples:",
        "  scripts/bench                         every row",
        "  scripts/bench health cold --rounds 15",
        "  scripts/bench --json | jq 'select(.ok | not)'",
        "  scripts/bench --quick                 whether it runs at all; the figures mean little",
    ]
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measure what the functions cost against a floor, on this machine and on loopback alone.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="what to measure; everything if none")
    parser.add_argument("--rounds", type=int, help=f"how many rounds each figure is the median of, by default {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds with a few requests each")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a figure")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows) - ROWS.keys():
        parser.error(f"there is no row {min(unknown)!r}; there are {', '.join(ROWS)}")
    if arguments.rounds is not None and arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")
    return arguments


def _print(figure: Figure) -> None:
    floor = "" if figure.floor is None else f"{figure.floor:,.1f}"
    measured = f"{figure.value:,.1f}" if figure.ratio is None else f"{figure.ratio:.3g}x"
    bound = f"{figure.target:g}" if figure.ratio is None else f"{figure.target:g}x"
    mark = paint("ok", "32") if figure.ok else paint("MISSED", "31")
    line = f"{figure.metric:<52}{figure.value:>9,.1f} {figure.unit:<7}{floor:>9}{measured:>9}  <= {bound:<6}{mark}"
    sys.stdout.write(f"{line}\n" + (paint(f"    {figure.note}\n", "2") if figure.note else ""))


def _measure(arguments: argparse.Namespace) -> bool:
    """Print every figure as soon as it is taken; say whether all are within their targets."""
    well = True
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    if not arguments.json:
        sys.stdout.write(f"{'':<52}{'value':>9} {'':<7}{'floor':>9}{'':>9}  target\n")
    with Ground(rounds, QUICK_PART if arguments.quick else 1) as ground:
        for name in arguments.rows or ROWS:
            for figure in ROWS[name](ground):
                well = well and figure.ok
                if arguments.json:
                    sys.stdout.write(json.dumps(asdict(figure)) + "\n")
                else:
                    _print(figure)
                sys.stdout.flush()
    return well


@interruptible("scripts/bench: interrupted; everything was stopped")
def main() -> None:
    """Exit with 0 where every target is met, with 1 where one is missed."""
    arguments = _arguments()
    if sys.platform != "linux":
        sys.exit("scripts/bench: it reads CPU times as only Linux has them; run it there, or in a container")
    try:
        well = _measure(arguments)
    except (Unmeasured, NotStarted, EmbeddedPostgresError) as error:
        sys.exit(f"scripts/bench: {error}")
    sys.exit(not well)


if __name__ == "__main__":
    main()
