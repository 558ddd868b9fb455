/** An agent's data folder, as the commands find it. */
import { stat } from "node:fs/promises";
import { lockName } from "./stopped-agent.ts";

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Stays where it is when a site moves to another router: releases, the launcher's notes, the lock. */
export function belongsToRouter(name: string): boolean {
  return (
    name === lockName ||
    name === "holder.json" ||
    name === "shared.json" ||
    /^((bundles|launcher|updates)\/|image-update\.tar$)/.test(name)
  );
}

/** An agent that has run has a journal, and an enrolled agent has an identity. Damage may have destroyed one of them. */
export function isOfAgent(names: Iterable<string>): boolean {
  return [...names].some((name) => name === "identity.json" || /^journal\/[^/]+\/\d{12}\.log/.test(name));
}
