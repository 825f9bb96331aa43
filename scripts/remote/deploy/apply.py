"""Carry out a plan in an order that lets the next plan see every step that was not done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.remote.deploy.api import Refusal
from scripts.remote.deploy.plan import changed, merged
from scripts.remote.deploy.railway import BAD, GOOD, MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.remote.deploy.plan import Plan, Step
    from scripts.remote.deploy.railway import Found, Railway
    from scripts.remote.deploy.wanted import Wanted

    Say = Callable[[str], None]


def apply(plan: Plan, railway: Railway, say: Say, seconds: float, pause: float) -> dict[str, str]:
    """Do every pending step, wait for the deployments, and return the domain of each service that has one.

    `seconds` bounds the wait, `pause` is the time between two checks. Raises Refusal, after all deployments have ended,
    if one has failed.
    """
    work = [(step, one) for step, one in zip(plan.steps, plan.wanted, strict=True) if step.pending]
    found = dict(plan.found)
    for step, one in work:
        found[one.name] = _prepare(step, one, found.get(one.name), railway, say)
    if configs := {found[one.name].id: one.config for step, one in work if step.config}:
        say(f"configuring {len(configs)} services")
        railway.configure(configs)
    domains = {name: there.domain for name, there in found.items() if there.domain}
    deployments: dict[str, str] = {}
    for step, one in work:
        service = found[one.name].id
        if step.connect:
            say(f"{one.name}: connecting to {step.connect}")
            railway.connect(service, one.source.repo, one.source.branch)
        if step.domain:
            domains[one.name] = railway.give_domain(service)
            say(f"{one.name}: domain {domains[one.name]}")
        if step.deploy:
            deployments[one.name] = railway.deploy(service, step.deploy)
            say(f"{one.name}: deployment {deployments[one.name]} has begun")
    bad = _wait(deployments, railway, say, time.monotonic() + seconds, pause)
    for _, one in work:
        if one.name in deployments and one.name not in bad:
            there = found[one.name]
            railway.set(there.id, {MARK: one.digest(merged(one, there))})
    if bad:
        raise Refusal("; ".join(f"{name}: {why}" for name, why in bad.items()))
    return domains


def _prepare(step: Step, one: Wanted, there: Found | None, railway: Railway, say: Say) -> Found:
    if there is None:
        say(f"{one.name}: creating")
        there = railway.create(one.name)
    if step.variables:
        say(f"{one.name}: setting {', '.join(step.variables)}")
        railway.set(there.id, changed(one, there))
    return there


def _wait(deployments: dict[str, str], railway: Railway, say: Say, deadline: float, pause: float) -> dict[str, str]:
    """Return the reason of each deployment that has failed, by service."""
    bad: dict[str, str] = {}
    waiting, seen = dict(deployments), dict[str, str]()
    while waiting:
        for name, deployment in list(waiting.items()):
            status = railway.status(deployment)
            if seen.get(name) != status:
                say(f"{name}: {status}")
            seen[name] = status
            if status in GOOD | BAD:
                del waiting[name]
            if status in BAD:
                bad[name] = f"deployment {deployment} is {status}; Railway's page of the service has its logs"
        if waiting and time.monotonic() > deadline:
            return bad | {
                name: f"deployment {deployment} is still {seen[name]}; wait, or run this again to deploy anew"
                for name, deployment in waiting.items()
            }
        if waiting:
            time.sleep(pause)
    return bad
