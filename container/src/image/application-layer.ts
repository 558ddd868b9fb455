/** Our part of an image: launcher, agent, portal, and the keys that updates must be signed with. */
import { createHash } from "node:crypto";
import type { TarEntry } from "./tar.ts";

/** What a bundle holds, and an image holds below `/karibu`: `agent/agent.cjs` and `portal/...`. */
export interface AgentRelease {
  readonly version: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface ApplicationParts {
  readonly release: AgentRelease;
  /** The built launcher. */
  readonly launcher: Uint8Array;
  readonly imageVersion: string;
  /** Karibu's own licence text. */
  readonly licence: Uint8Array;
  /** The release keys, as `readPublicKeys` reads them. */
  readonly publicKey: string;
  /** Other things that a release depends on, e.g. the version of Node. With another base, each release must pass the health checks again. */
  readonly base: string;
}

export function createApplicationLayer(parts: ApplicationParts): TarEntry[] {
  const { release, launcher, imageVersion } = parts;
  const digest = createHash("sha256").update(`${parts.base}\n`).update(launcher);
  for (const [name, content] of [...release.files].sort()) digest.update(`${name}\n`).update(content);
  const id = `image-${imageVersion}-${digest.digest("hex").slice(0, 12)}`;
  const facts = { imageVersion, agentVersion: release.version, id };
  const entry = (name: string, content: string | Uint8Array): TarEntry => ({
    name,
    content: Buffer.from(content),
    mode: 0o644,
  });
  return [
    entry("karibu/launcher.cjs", launcher),
    entry("karibu/image.json", `${JSON.stringify(facts)}\n`),
    entry("karibu/release-keys", parts.publicKey),
    entry("licenses/karibu", parts.licence),
    ...[...release.files].map(([name, content]) => entry(`karibu/${name}`, content)),
  ];
}
