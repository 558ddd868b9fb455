/** Whose bundles the demo's hub takes: those of KARIBU_RELEASE_KEYS, or of the developer's own key, which `npm run image` made. */
import { readFileSync } from "node:fs";
import { usualKeyPath } from "@karibu/container/image/release-key-file";

/** As the hub's setting wants them. Null: there are none, and the console's page of releases says how one is made. */
export function findReleaseKeys(environment: Readonly<Record<string, string | undefined>>): string | null {
  const given = environment.KARIBU_RELEASE_KEYS?.trim();
  if (given) return given;
  try {
    return readFileSync(`${usualKeyPath(environment)}.pub`, "utf8");
  } catch {
    return null;
  }
}
