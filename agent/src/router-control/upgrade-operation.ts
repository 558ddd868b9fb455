/**
 * Upgrades RouterOS by its own updater. A person approved one version; where the channel has another one by now, nothing is done. Which
 * rights the updater needs no source says: a router that refuses is answered with its own words. It can't be undone from afar.
 * @see RouterOS manual, Upgrading and installation
 */
import type { Clock } from "@karibu/protocol/world";
import { sleep } from "@karibu/protocol/world";
import type { RouterRow } from "../ground/live-router.ts";
import type { Ask, Operation } from "./operation.ts";

const updater = "/system/package/update";
/** Reboots, and installs what was fetched on the way. */
export const installSentence: readonly string[] = [`${updater}/install`];

export function upgradeOperation({
  channel,
  version,
}: {
  readonly channel: string;
  readonly version: string;
}): Operation {
  let isThere = false;

  async function refuses(ask: Ask): Promise<string | null> {
    const [resource] = await ask(["/system/resource/print"]);
    isThere = plainVersion(resource?.version) === version;
    if (isThere) return null;
    await ask([`${updater}/set`, `=channel=${channel}`]);
    const offered = lastOf(await ask([`${updater}/check-for-updates`]), "latest-version");
    if (offered === version) return null;
    return offered === ""
      ? "The router did not hear which version there is: has it internet and DNS?"
      : `The channel ${channel} offers ${offered} by now, and not ${version}.`;
  }

  return {
    isSafe: false,
    refuses,
    sentences: () => (isThere ? [] : [[`${updater}/download`]]),
    async readBack(ask) {
      const [resource] = await ask(["/system/resource/print"]);
      const runs = plainVersion(resource?.version);
      return runs === version ? { isAsOrdered: true } : { isAsOrdered: false, why: `It runs ${runs}.` };
    },
  };
}

const downloadTries = 60;
const betweenTriesMs = 10_000;

/** Waits until what was asked for is on the router's disk. Null: it is; else the updater's own words. */
export async function downloaded(clock: Clock, ask: Ask): Promise<string | null> {
  let status = "";
  for (let tries = 0; tries < downloadTries; tries++) {
    status = lastOf(await ask([`${updater}/print`]), "status");
    if (/^downloaded/i.test(status)) return null;
    if (/error|fail|not enough|no space|could not/i.test(status)) return status;
    await sleep(clock, betweenTriesMs);
  }
  return `The download did not end: ${status}`;
}

/** `7.22.1 (stable)` without its channel. */
const plainVersion = (text: string | undefined): string => (text ?? "").split(" ")[0] ?? "";

/** Commands that go on for a while tell their state row by row. */
const lastOf = (rows: readonly RouterRow[], column: string): string =>
  rows.findLast((row) => row[column] !== undefined)?.[column] ?? "";
