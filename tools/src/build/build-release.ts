/** The agent's release: agent and portal, as an image holds them below `/karibu` and a bundle holds them alone. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentRelease } from "@karibu/container/image/application-layer";
import { buildAgent, partsOfRelease } from "./build-agent.ts";
import { buildPortal } from "./build-portal.ts";
import { repositoryRoot } from "./repository.ts";

export async function buildRelease(): Promise<AgentRelease> {
  const folder = await mkdtemp(join(tmpdir(), "karibu-release-"));
  try {
    await buildAgent(join(folder, "agent"));
    await buildPortal(join(folder, "portal"));
    const files = new Map<string, Uint8Array>();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll("\\", "/");
      files.set(name.replace(/^agent\/parts\//, `${partsOfRelease}/`), await readFile(path));
    }
    return { version: await versionOf("agent"), files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The version in a workspace's `package.json`. */
export async function versionOf(workspace: "agent" | "container"): Promise<string> {
  return JSON.parse(await readFile(join(repositoryRoot, workspace, "package.json"), "utf8")).version;
}
