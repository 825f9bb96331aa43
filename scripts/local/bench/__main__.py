"""The command scripts/bench: measure what the functions cost, each figure against a floor or a bound."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from scripts.local import arguments
from scripts.local.bench import alone, auth, cold, debate, health, log, memory, noise, sse, ws
from scripts.local.bench.bench import Bench
from scripts.local.bench.figure import Unmeasured
from scripts.local.functions import NotStarted
from scripts.local.interrupt import interruptible
from scripts.local.postgres import EmbeddedPostgresError
from scripts.local.terminal import paint

if TYPE_CHECKING:
    from argparse import Namespace

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
        "Each value is a median over rounds; in each round the measured server and its floor run in a random order.",
        "",
        "examples:",
        "  scripts/bench                         every row",
        "  scripts/bench health cold --rounds 15",
        "  scripts/bench --json | jq 'select(.ok | not)'",
        "  scripts/bench --quick                 see that it runs; the figures mean little",
        "",
        "exit status:",
        "  0  every target is met",
        "  1  a target is missed, or nothing could be measured",
        "  2  a wrong argument",
    ]
)


def _options() -> Namespace:
    description = "Measure what the functions cost against a floor, on this machine and over loopback only."
    parser = arguments.parser("bench", description, EPILOG)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="what to measure; default: everything")
    parser.add_argument("--rounds", type=int, help=f"rounds of which each figure is the median; default: {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds with a few requests each")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each figure")
    options = parser.parse_args()
    if unknown := set(options.rows) - ROWS.keys():
        parser.error(f"there is no row {min(unknown)!r}; there are {', '.join(ROWS)}")
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    return options


def _print(figure: Figure) -> None:
    floor = "" if figure.floor is None else f"{figure.floor:,.1f}"
    measured = f"{figure.value:,.1f}" if figure.ratio is None else f"{figure.ratio:.3g}x"
    bound = f"{figure.target:g}" if figure.ratio is None else f"{figure.target:g}x"
    mark = paint("ok", "32") if figure.ok else paint("MISSED", "31")
    line = f"{figure.metric:<52}{figure.value:>9,.1f} {figure.unit:<7}{floor:>9}{measured:>9}  <= {bound:<6}{mark}"
    sys.stdout.write(f"{line}\n" + (paint(f"    {figure.note}\n", "2") if figure.note else ""))


def _measure(options: Namespace) -> bool:
    """Print every figure as soon as it is measured; return whether all are within their targets."""
    well = True
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    if not options.json:
        sys.stdout.write(f"{'':<52}{'value':>9} {'':<7}{'floor':>9}{'':>9}  target\n")
    with Bench(rounds, QUICK_PART if options.quick else 1) as bench:
        for name in options.rows or ROWS:
            for figure in ROWS[name](bench):
                well = well and figure.ok
                if options.json:
                    sys.stdout.write(json.dumps(asdict(figure)) + "\n")
                else:
                    _print(figure)
                sys.stdout.flush()
    return well


@interruptible("scripts/bench: interrupted; everything was stopped")
def main() -> None:
    """Exit with 0 if every target is met, 1 if not, 2 for a wrong argument."""
    options = _options()
    if sys.platform != "linux":
        sys.exit("scripts/bench: it needs Linux, whose CPU clocks it reads; run it in a container")
    try:
        well = _measure(options)
    except (Unmeasured, NotStarted, EmbeddedPostgresError) as error:
        sys.exit(f"scripts/bench: {error}")
    sys.exit(not well)


if __name__ == "__main__":
    main()
