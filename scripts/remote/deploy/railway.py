"""Read the services of a project on Railway, and change those that scripts/deploy made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scripts.remote.deploy.api import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scripts.remote.deploy.api import Api

MARK = "SCRIPTS_DEPLOY"
"""The variable that marks services made by scripts/deploy; its value is the digest of the last good deployment."""

NEW = "new"
GOOD = {"SUCCESS", "SLEEPING"}
BAD = {"FAILED", "CRASHED", "REMOVED", "REMOVING", "SKIPPED", "NEEDS_APPROVAL"}


@dataclass(frozen=True, slots=True)
class Found:
    """The current state of a service that scripts/deploy made."""

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
        """Find both by a project's token, or by `project` and the environment's name. Raises Refusal."""
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
        """Return the service of this name, if there is one. Raises Refusal without a mark, or for two of that name."""
        ids = [node["id"] for node in self._services if node["name"] == name]
        if not ids:
            return None
        if len(ids) > 1:
            raise Refusal(f"{len(ids)} services are named {name!r}: remove or rename all but one, then run this again")
        where = {"environment": self.environment, "service": ids[0]}
        variables = self._api.run("Variables", project=self.project, **where)
        if MARK not in variables:
            raise Refusal(
                f"there is a service named {name!r}, and scripts/deploy did not make it: choose another --prefix, or "
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
        """Create an empty service with the mark."""
        where = {"projectId": self.project, "environmentId": self.environment}
        made = self._api.run("ServiceCreate", input={"name": name, "variables": {MARK: NEW}, **where})
        return Found(made["id"], {MARK: NEW})

    def set(self, service: str, variables: Mapping[str, str]) -> None:
        """Set these variables and no others, without a deployment."""
        where = {"projectId": self.project, "environmentId": self.environment, "serviceId": service}
        rest = {"variables": dict(variables), "replace": False, "skipDeploys": True}
        self._api.run("VariableCollectionUpsert", input=where | rest)

    def configure(self, services: Mapping[str, Mapping[str, Any]]) -> None:
        """Change the configuration of several services at once."""
        patch = {"services": {name: dict(config) for name, config in services.items()}}
        self._api.run("PatchCommit", environment=self.environment, patch=patch, message="scripts/deploy")

    def connect(self, service: str, repo: str, branch: str) -> None:
        """Connect a service to a branch of a repository on GitHub."""
        self._api.run("ServiceConnect", service=service, input={"repo": repo, "branch": branch})

    def give_domain(self, service: str) -> str:
        """Give a service a public domain, and return that."""
        where = {"environmentId": self.environment, "serviceId": service}
        return self._api.run("ServiceDomainCreate", input=where)["domain"]

    def deploy(self, service: str, commit: str) -> str:
        """Deploy a commit, and return the deployment's id."""
        return self._api.run("Deploy", service=service, environment=self.environment, commit=commit)

    def status(self, deployment: str) -> str:
        """Return the status of a deployment."""
        return self._api.run("Deployment", id=deployment)["status"]


def _nodes(connection: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [edge["node"] for edge in connection["edges"]]
