"""A fake of Railway: its GraphQL API on loopback with state, which runs the deployed functions as processes."""

from __future__ import annotations

import contextlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import graphql
from graphql import build_schema, validate_schema

from scripts.local import functions
from scripts.local.loopback import free_port
from tests.support.server_thread import address, serving_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Given = dict[str, Any]

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))
assert validate_schema(SCHEMA) == []

PROJECT, ENVIRONMENT = "project-1", "environment-1"
TOKENS = {"project-access-token": "project-secret", "authorization": "Bearer account-secret"}
THEIRS = {"gayed-signals-web": "service-web", "Postgres": "service-postgres"}
"""Ids of the services that exist before the first deployment, by name."""


@dataclass
class Service:
    """The state of a service; `latest` is the newest deployment's id."""

    name: str
    variables: dict[str, str] = field(default_factory=dict[str, str])
    config: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    domains: list[str] = field(default_factory=list[str])
    latest: str | None = None
    replicas: int = 1


@dataclass
class Deployment:
    """A deployment that moves to the next of its `stages` with each query, and stays in the last."""

    service: str
    commit: str
    stages: list[str]

    def look(self) -> str:
        """Return the current stage, and move to the next."""
        return self.stages.pop(0) if len(self.stages) > 1 else self.stages[0]


@dataclass(frozen=True)
class Fault:
    """A wrong answer to one operation, or none where `status` is 0; with `after` the operation is done anyway."""

    status: int = 200
    errors: tuple[str, ...] = ()
    after: bool = False


class Railway:
    """The platform: `mutations` lists each (name, variables), `faults` the wrong answers to an operation's next calls.

    With `switches` false, a new deployment does not replace the running process.
    """

    def __init__(self, place: Path) -> None:
        self.services = {identity: Service(name, {"SECRET": "of-others"}) for name, identity in THEIRS.items()}
        self.deployments: dict[str, Deployment] = {}
        self.mutations: list[tuple[str, dict[str, Any]]] = []
        self.faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self.stages = ["QUEUED", "BUILDING", "DEPLOYING", "SUCCESS"]
        self.switches = True
        self.url = ""
        self._place = place
        self._running: dict[str, contextlib.ExitStack] = {}

    def named(self, name: str) -> Service:
        """Return the service of this name."""
        (found,) = [service for service in self.services.values() if service.name == name]
        return found

    def answer(self, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the status and body of the answer to one operation."""
        name = body["operationName"]
        if [header for header, token in TOKENS.items() if headers.get(header) == token] == []:
            return 200, {"errors": [{"message": "Not Authorized"}]}
        fault = self.faults[name].pop(0) if self.faults[name] else None
        if fault and not fault.after:
            return fault.status, {"errors": [{"message": message} for message in fault.errors]}
        if body["query"].startswith("mutation"):
            self.mutations.append((name, body["variables"]))
        result = cast("Any", graphql).graphql_sync(SCHEMA, body["query"], Root(self), None, body["variables"], name)
        return (fault.status, {}) if fault else (200, dict(result.formatted))

    def begin(self, service: str, commit: str) -> str:
        """Deploy a service: start a process with the service's variables at the port of its domain; return the id."""
        identity = f"deployment-{len(self.deployments) + 1}"
        self.deployments[identity] = Deployment(service, commit, list(self.stages))
        self.services[service].latest = identity
        if self.stages[-1] == "SUCCESS" and self.switches and self.services[service].domains:
            self._serve(self.services[service])
        return identity

    def _serve(self, service: Service) -> None:
        if service.name in self._running:
            self._running.pop(service.name).close()
        port = int(service.domains[0].rpartition(":")[2])
        stack = self._running[service.name] = contextlib.ExitStack()
        log = self._place / f"{service.name}-{len(self.deployments)}.log"
        stack.enter_context(functions.serving(service.variables, log, port=port))

    def close(self) -> None:
        """Stop all deployed processes."""
        for stack in self._running.values():
            stack.close()


def _edges(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"edges": [{"node": node} for node in nodes]}


class Root:
    """Resolvers for the fields of Query and Mutation."""

    def __init__(self, railway: Railway) -> None:
        self._railway = railway
        self._services = railway.services

    def __getattr__(self, field: str) -> Callable[..., object]:
        """Return the resolver of a field: `serviceCreate` is resolved by `_service_create`."""
        resolve = getattr(self, "_" + re.sub(r"(?=[A-Z])", "_", field).lower())

        def field_resolver(_info: object, **given: Any) -> object:
            return resolve(given)

        return field_resolver

    def _project_token(self, _: Given) -> Given:
        return {"projectId": PROJECT, "environmentId": ENVIRONMENT}

    def _project(self, given: Given) -> Given:
        assert given["id"] == PROJECT
        services = ({"id": one, "name": service.name} for one, service in self._services.items())
        return {"environments": _edges({"id": ENVIRONMENT, "name": "production"}), "services": _edges(*services)}

    def _environment(self, given: Given) -> Given:
        assert given["id"] == ENVIRONMENT
        return {"config": {"services": {one: service.config for one, service in self._services.items()}}}

    def _service_instance(self, given: Given) -> Given:
        service = self._services[given["serviceId"]]
        latest = self._railway.deployments[service.latest] if service.latest else None
        return {
            "source": {"repo": service.config["source"]["repo"]} if "source" in service.config else None,
            "numReplicas": service.replicas,
            "latestDeployment": latest
            and {"id": service.latest, "status": latest.look(), "meta": {"commitHash": latest.commit}},
        }

    def _variables(self, given: Given) -> dict[str, str]:
        return self._services[given["serviceId"]].variables

    def _domains(self, given: Given) -> Given:
        domains = self._services[given["serviceId"]].domains
        return {"serviceDomains": [{"id": domain, "domain": domain} for domain in domains], "customDomains": []}

    def _deployment(self, given: Given) -> Given:
        return {"id": given["id"], "status": self._railway.deployments[given["id"]].look()}

    def _service_create(self, given: Given) -> Given:
        asked, identity = given["input"], f"service-{len(self._services) + 1}"
        self._services[identity] = Service(asked["name"], dict(asked["variables"]))
        return {"id": identity, "name": asked["name"]}

    def _variable_collection_upsert(self, given: Given) -> bool:
        asked = given["input"]
        assert (asked["replace"], asked["skipDeploys"]) == (False, True)
        self._services[asked["serviceId"]].variables.update(asked["variables"])
        return True

    def _environment_patch_commit(self, given: Given) -> str:
        for identity, sections in given["patch"]["services"].items():
            for section, values in sections.items():
                self._services[identity].config.setdefault(section, {}).update(values)
        return "commit-1"

    def _service_connect(self, given: Given) -> Given:
        service = self._services[given["id"]]
        service.config["source"] = {"repo": given["input"]["repo"], "branch": given["input"]["branch"]}
        return {"id": given["id"], "name": service.name}

    def _service_domain_create(self, given: Given) -> Given:
        domain = f"127.0.0.1:{free_port()}"
        self._services[given["input"]["serviceId"]].domains.append(domain)
        return {"id": domain, "domain": domain}

    def _service_instance_deploy_v2(self, given: Given) -> str:
        return self._railway.begin(given["serviceId"], given["commitSha"])


@contextlib.contextmanager
def railway(place: Path) -> Generator[Railway]:
    """Serve a Railway with one project until the context ends."""
    made = Railway(place)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = made.answer({name.lower(): value for name, value in self.headers.items()}, body)
            if not status:
                return
            self.send_response_only(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

    with serving_in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server, contextlib.closing(made):
        made.url = f"{address(server)}/graphql/v2"
        yield made
