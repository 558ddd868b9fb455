import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@karibu/cloud/settings";
import { loadReleaseKey, usualKeyPath } from "@karibu/container/image/release-key-file";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseStartOptions } from "./options.ts";
import { findReleaseKeys } from "./release-keys.ts";
import { services } from "./services.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "karibu-keys-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** How many keys the demo's hub then knows. */
function known(environment: Record<string, string>): number {
  const parsed = parseStartOptions([]);
  if (!("options" in parsed)) throw new Error(parsed.refused);
  const keys = findReleaseKeys(environment);
  const read = readSettings(services(parsed.options.ports, home, { releaseKeys: keys }).hub.env);
  if (!("settings" in read)) throw new Error(JSON.stringify(read));
  return read.settings.releaseKeys.length;
}

test("the demo's hub takes bundles of the developer's own key, once there is one, and of those that the shell names", async () => {
  const environment = { XDG_CONFIG_HOME: home };
  expect(known(environment)).toBe(0);
  await loadReleaseKey(usualKeyPath(environment), () => {});
  expect(known(environment)).toBe(1);
  const keys = findReleaseKeys(environment);
  expect(known({ XDG_CONFIG_HOME: join(home, "none"), KARIBU_RELEASE_KEYS: keys as string })).toBe(1);
});
