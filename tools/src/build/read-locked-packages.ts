import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LockedPackages } from "@karibu/container/image/locked-packages";
import { repositoryRoot } from "./repository.ts";

/** From this repository's package-lock.json, the one place that says which version of each package is used. */
export async function readLockedPackages(): Promise<LockedPackages> {
  return JSON.parse(await readFile(join(repositoryRoot, "package-lock.json"), "utf8")).packages;
}
