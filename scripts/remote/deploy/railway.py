"""Read what is there at Railway, and change what is ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scripts.remote.deploy.api import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scripts.remote.deploy.api import Api

MARK = "SCRIPTS_DEPLOY"
"""The variable by which this program knows its services; its value names what the last good deployment consisted of."""

NEW = "new"
GOOD = {"SUCCESS", "SLEEPING"}
BAD = {"FAILED", "CRASHED", "REMOVED", "REMOVING", "SKIPPED", "NEEDS_APPROVAL"}


@dataclass(frozen=True, slots=True)
class Found:
    """A service of ours as it is now."""

    id: str
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    repo: str | None = None
    branch: str | None = None
    replicas: int = 1
    status: str | None = None
    commit: str | None = None
    domain: str | None = None


class Railway:
    """One environment of one project."""

    def __init__(self, api: Api, project: str | None, environment: str) -> None:
        """Find both: a project's token says them, an account's needs to be told. Raises Refusal."""
        self._api = api
        if api.of_project:
            token = api.run("ProjectToken")
            self.project, self.environment = token["projectId"], token["environmentId"]
        elif project:
            self.project = project
        else:
            raise Refusal("RAILWAY_API_TOKEN is of an account: name the project with --project or RAILWAY_PROJECT_ID")
        found = api.run("Project", project=self.project)
        self._services = _nodes(found["services"])
        if not api.of_project:
            named = [node["id"] for node in _nodes(found["environments"]) if node["name"] == environment]
            if not named:
                raise Refusal(f"the project has no environment {environment!r}")
            self.environment = named[0]
        self._config: Any = api.run("Config", environment=self.environment)["config"]

    def find(self, name: str) -> Found | None:
        """Return our service of exactly this name, if there is one. Raises Refusal where it is not ours, or not one."""
        ids = [node["id"] for node in self._services if node["name"] == name]
        if not ids:
            return None
        if len(ids) > 1:
            raise Refusal(f"{len(ids)} services are named {name!r}: remove or rename all but one, then run this again")
        where = {"environment": self.environment, "service": ids[0]}
        variables = self._api.run("Variables", project=self.project, **where)
        if MARK not in variables:
            raise Refusal(
                f"a service named {name!r} is there, and scripts/deploy did not make it: choose another --prefix, or "
                f"give it the variable {MARK}={NEW} to hand it over"
            )
        instance = self._api.run("Instance", **where)
        domains = self._api.run("Domains", project=self.project, **where)
        config = self._config.get("services", {}).get(ids[0], {})
        latest: dict[str, Any] = instance["latestDeployment"] or {}
        meta: dict[str, Any] = latest.get("meta") or {}
        source: dict[str, Any] = instance["source"] or {}
        return Found(
            ids[0],
            variables,
            config,
            source.get("repo"),
            config.get("source", {}).get("branch"),
            instance["numReplicas"] or 1,
            latest.get("status"),
            meta.get("commitHash"),
            next((one["domain"] for kind in ("customDomains", "serviceDomains") for one in domains[kind]), None),
        )

    def create(self, name: str) -> Found:
        """Make an empty service that is ours from its first moment."""
        where = {"projectId": self.project, "environmentId": self.environment}
        made = self._api.run("ServiceCreate", input={"name": name, "variables": {MARK: NEW}, **where})
        return Found(made["id"], {MARK: NEW})

    def set(self, service: str, variables: Mapping[str, str]) -> None:
        """Set variables, without a deployment, and leave all others as they are."""
        where = {"projectId": self.project, "environmentId": self.environment, "serviceId": service}
        rest = {"variables": dict(variables), "replace": False, "skipDeploys": True}
        self._api.run("VariableCollectionUpsert", input=where | rest)

    def configure(self, services: Mapping[str, Mapping[str, Any]]) -> None:
        """Change the configuration of several services at once."""
        patch = {"services": {name: dict(config) for name, config in services.items()}}
        self._api.run("PatchCommit", environment=self.environment, patch=patch, message="scripts/deploy")

    def connect(self, service: str, repo: str, branch: str) -> None:
        """Take the source from a branch of a repository on GitHub."""
        self._api.run("ServiceConnect", service=service, input={"repo": repo, "branch": branch})

    def give_domain(self, service: str) -> str:
        """Let the world reach a service, and return by which name."""
        where = {"environmentId": self.environment, "serviceId": service}
        return self._api.run("ServiceDomainCreate", input=where)["domain"]

    def deploy(self, service: str, commit: str) -> str:
        """Deploy a commit, and return the deployment's id."""
        return self._api.run("Deploy", service=service, environment=self.environment, commit=commit)

    def status(self, deployment: str) -> str:
        """Return how far a deployment is."""
        return self._api.run("Deployment", id=deployment)["status"]


def _nodes(connection: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [edge["node"] for edge in connection["edges"]]
