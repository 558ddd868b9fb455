/** What an agent's data folder, its disk and the machine's ports say about it, without the agent. Changes nothing that stays. */
import { createSocket } from "node:dgram";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Finding } from "@karibu/agent/doctor/finding";
import { findingsOf, type SiteFacts } from "@karibu/agent/doctor/findings";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { examineJournal, readJournal } from "@karibu/agent/journal/replay";
import { freeBytesOf } from "@karibu/cloud/operations/health/free-bytes";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { unixMs } from "@karibu/protocol/quantities";
import { readOnly } from "./read-only-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export async function examineFolder(path: string, environment: Environment): Promise<readonly Finding[]> {
  const folder = readOnly(createNodeFolder(path));
  const [journal, disk, radius] = await Promise.all([journalFinding(folder), diskFacts(path), portFacts(environment)]);
  const atMs = Date.now();
  const quality = atMs >= earliestPlausibleMs ? "estimated" : "unknown";
  const facts: SiteFacts = {
    radius,
    coaPort: null,
    clock: { quality, atMs: unixMs(atMs) },
    hub: { problem: null },
    names: { problem: null },
    disk,
    router: { kind: "none" },
    ownAddresses: [],
    // The journal's own finding says it.
    damage: { files: [], lostRecords: 0, torn: null },
  };
  // What only a running agent can know is left to it.
  const own = ["radius-ports", "clock", "disk", "disk-space", "disk-speed"];
  return [journal, ...findingsOf(facts).filter(({ check }) => own.includes(check))];
}

const repairs = "Copy the folder before anything else, then start the agent: it repairs it.";

async function journalFinding(folder: Folder): Promise<Finding> {
  const check = "journal";
  const damaged = (await folder.list("")).filter((name) => name.endsWith(".damaged"));
  let records = 0;
  let lost = 0;
  let lastAtMs: number | null = null;
  let end = { isDamaged: false, isTorn: false };
  try {
    end = await examineJournal(folder);
    for await (const record of readJournal(folder)) {
      records += 1;
      lastAtMs = record.atMs;
      if (record.kind === "alarm" && record.name === "journal-lost") lost += 1;
    }
  } catch (error) {
    const text = `The journal can't be read: ${(error as Error).message}`;
    return {
      check,
      grade: "wrong",
      text,
      advice: repairs,
    };
  }
  const last = lastAtMs === null ? "" : `, the last of ${new Date(lastAtMs).toISOString()}`;
  const text = `${records} records${last}.`;
  if (end.isDamaged) {
    const worse = `${text} It is not as it was written, or as the last stop left it.`;
    return { check, grade: "wrong", text: worse, advice: repairs };
  }
  if (end.isTorn) {
    const torn = `${text} At its end something can't be read, as after a power cut in the middle of a write.`;
    return { check, grade: "notice", text: torn, advice: repairs };
  }
  if (damaged.length === 0 && lost === 0) return { check, grade: "ok", text, advice: "" };
  const advice = `Damage was found before (${lost} records lost; kept aside: ${damaged.join(", ") || "nothing"}): the stick may be failing.`;
  return { check, grade: "notice", text, advice };
}

async function diskFacts(path: string): Promise<SiteFacts["disk"]> {
  const freeBytes = await freeBytesOf(path);
  const probe = join(path, "doctor-probe.tmp");
  const beganMs = performance.now();
  try {
    const file = await open(probe, "w", 0o600);
    try {
      await file.writeFile("karibu\n");
      await file.datasync();
    } finally {
      await file.close();
    }
    return { freeBytes, syncMs: performance.now() - beganMs, writable: true };
  } catch {
    return { freeBytes, syncMs: null, writable: false };
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/** Can the agent open its ports? A running agent holds them, which looks the same: ask it with `--agent` then. */
async function portFacts(environment: Environment): Promise<SiteFacts["radius"]> {
  const authPort = Number(environment.KARIBU_RADIUS_AUTH_PORT ?? 1812);
  const acctPort = Number(environment.KARIBU_RADIUS_ACCT_PORT ?? 1813);
  for (const port of [authPort, acctPort]) {
    const refusal = await bindRefusal(port);
    if (refusal !== null) {
      const message = `UDP ${port} can't be opened (${refusal}). If the agent itself runs, ask it: karibu doctor --agent URL.`;
      return { kind: "failed", message };
    }
  }
  return {
    kind: "listening",
    authPort,
    acctPort,
    answered: 0,
    unsigned: 0,
    badAuthenticators: 0,
    lastBadAuthenticatorFrom: null,
  };
}

function bindRefusal(port: number): Promise<string | null> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve((error as { code?: string }).code ?? error.message);
    });
    socket.bind(port, () => socket.close(() => resolve(null)));
  });
}
