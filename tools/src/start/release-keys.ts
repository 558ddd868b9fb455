/** Whose bundles the demo's hub takes: those of KARIBU_RELEASE_KEYS, or of the developer's own key, which `npm run image` made. */
import { readFileSync } from "node:fs";
import { usualKeyPath } from "@karibu/container/image/release-key-file";

export interface DemoReleaseKeys {
  /** As the hub's setting wants them; null: there are none. */
  readonly keys: string | null;
  /** Where they are from, or would be, for people. */
  readonly from: string;
}

export function findReleaseKeys(environment: Readonly<Record<string, string | undefined>>): DemoReleaseKeys {
  const given = environment.KARIBU_RELEASE_KEYS?.trim();
  if (given) return { keys: given, from: "KARIBU_RELEASE_KEYS" };
  const from = `${usualKeyPath(environment)}.pub`;
  try {
    return { keys: readFileSync(from, "utf8"), from };
  } catch {
    return { keys: null, from };
  }
}
