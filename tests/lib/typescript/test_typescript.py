from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from scripts.local import clerk
from scripts.local.functions import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.local.functions import Serving

PACKAGE = ROOT / "lib" / "typescript"
ENVIRON = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def run(*command: str, cwd: Path = PACKAGE, **environ: str) -> str:
    """Run a program of the package, and return what it prints; a test fails with that where the program does."""
    done = subprocess.run(command, cwd=cwd, env=ENVIRON | environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("runtime", ["node", "edge", "react"])
def test_the_package_holds_what_it_promises(runtime: str, serving: Serving, user: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(
        *("npx", "vitest", "run", "--project", runtime, "--reporter=default", "--reporter=json"),
        f"--outputFile.json={report}",
        BACKEND_URL=serving.url,
        PAGE_ORIGIN=clerk.PARTY,
        TOKEN=clerk.token(user, seconds=600),
        STRANGER_TOKEN=clerk.token(user + "0", seconds=600),
        EXPIRED_TOKEN=clerk.token(user, iat=1, exp=2),
    )
    counted = json.loads(report.read_text("utf-8"))
    assert counted["numPassedTests"] == counted["numTotalTests"] > 0


PROJECT: dict[str, Any] = {
    "compilerOptions": {
        "strict": True,
        "exactOptionalPropertyTypes": True,
        "noUncheckedIndexedAccess": True,
        "skipLibCheck": False,
        "noEmit": True,
        "target": "ES2022",
        "lib": ["ES2022", "DOM", "DOM.Iterable"],
        "types": [],
        "jsx": "react-jsx",
    },
    "include": ["*.ts", "*.tsx"],
}

MISUSE = """
import { createDebateClient, type DebateRequest, limits, ProblemError } from "@gayed-signals/debates";

const client = createDebateClient({ baseUrl: "/api/debates" });

export async function stances(id: string): Promise<string[]> {
  const found: string[] = [];
  for await (const event of client.streamDebate(id)) {
    if (event.type === "verdict.completed") found.push(event.verdict.stance);
    // @ts-expect-error: a delta has no verdict
    if (event.type === "turn.delta") found.push(event.verdict);
  }
  return found;
}

// @ts-expect-error: a request has a text
export const request: DebateRequest = { content: { type: "text", title: "Utilities" } };
export const longest: 50000 = limits.content.text.max;
export const detail = (error: unknown): string => (error instanceof ProblemError ? error.detail : "");
"""

CLERK = """
type GetToken = (options?: { template?: string; skipCache?: boolean }) => Promise<string | null>;
declare module "@clerk/nextjs/server" { export function auth(): Promise<{ getToken: GetToken }>; }
declare module "@clerk/nextjs" { export function useAuth(): { getToken: GetToken }; }
declare const process: { env: Record<string, string | undefined> };
"""

BLOCK = re.compile(r"^```tsx?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that has the package installed, as `npm pack` makes it."""
    folder = tmp_path_factory.mktemp("project")
    tarball = run("npm", "pack", "--silent", "--pack-destination", str(folder)).split()[-1]
    assert (folder / tarball).stat().st_size < 30_000
    installed = folder / "node_modules" / "@gayed-signals" / "debates"
    installed.mkdir(parents=True)
    run("tar", "-xzf", str(folder / tarball), "-C", str(installed), "--strip-components=1")
    for peer in ("react", "@types", "csstype"):
        (folder / "node_modules" / peer).symlink_to(PACKAGE / "node_modules" / peer)
    return folder


@pytest.mark.parametrize("module", ["nodenext", "bundler"])
def test_a_strict_project_may_import_it_as_its_readme_says(module: str, packed: Path) -> None:
    how = {"module": "nodenext"} if module == "nodenext" else {"module": "esnext", "moduleResolution": "bundler"}
    project = PROJECT | {"compilerOptions": {**PROJECT["compilerOptions"], **how}}
    (packed / "package.json").write_text('{"type": "module"}', "utf-8")
    (packed / "tsconfig.json").write_text(json.dumps(project), "utf-8")
    (packed / "clerk.d.ts").write_text(CLERK, "utf-8")
    told = BLOCK.findall((PACKAGE / "README.md").read_text("utf-8"))
    assert len(told) == 6
    for number, block in enumerate([*told, MISUSE]):
        (packed / f"block{number}.tsx").write_text(block, "utf-8")
    run(str(PACKAGE / "node_modules" / ".bin" / "tsc"), cwd=packed)


def test_node_runs_it_as_it_is_packed(packed: Path) -> None:
    script = """
        import * as client from "@gayed-signals/debates";
        import * as next from "@gayed-signals/debates/next";
        import * as react from "@gayed-signals/debates/react";
        console.log(typeof client.createDebateClient, typeof next.debateRoute, typeof react.useDebate);
    """
    assert run("node", "--input-type=module", "--eval", script, cwd=packed).split() == ["function"] * 3
