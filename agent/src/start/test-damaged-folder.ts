/**
 * A site's data folder with something of everything in it, and what an agent does that opens it after a place in it was damaged: who may be online, what is
 * left, which codes are good. Each place must cost nothing, or be refused or held; and it is always said.
 */
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody, FeedRow, GrantBody } from "@karibu/protocol/feed";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { expect } from "vitest";
import { logInRequest, reportOf } from "../access/test-site.ts";
import type { Folder } from "../ground/files/folder.ts";
import { openSavedAddresses } from "../names/saved-addresses.ts";
import { openState } from "../state/state-keeper.ts";
import { type StateSnapshot, snapshotOf } from "../state/state-snapshot.ts";
import { openFeedStore } from "../store/open-feed-store.ts";
import { openRouterSecrets } from "../store/router-secrets.ts";
import { openSiteSecrets } from "../store/site-secrets.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { migrateState } from "../store/state-format.ts";
import { saveIdentity } from "../sync/identity.ts";
import { type Agent, createAgent } from "./agent.ts";

const nowMs = Date.UTC(2026, 10, 20, 12);
const hour: Terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
const small: Terms = { ...unlimitedTerms, dataBytes: bytes(100_000) };

const batch: BatchBody = { ...plainBatch, planName: "hour", terms: hour, homeSiteId: "here" };

const codeOf = (serial: number): string => encodeVoucherCode(batch, serial);
const phone = (number: number) => ({ mac: `AA:BB:CC:DD:EE:0${number}`, address: `10.5.50.1${number}` });

function bought(grantId: string, version: number, more: Partial<GrantBody["grant"]> = {}): FeedRow {
  const times = { startedAtMs: null, endsAtMs: null, revokedAtMs: null };
  const grant = { grantId, origin: "purchase" as const, planName: "small", terms: small, unverified: false, ...times };
  return {
    kind: "grant",
    key: grantId,
    version,
    body: { grant: { ...grant, ...more }, purchaseId: null, phoneHash: null, code: grantId },
  };
}

/** Codes that were asked of every agent, each with the phone that asks. */
const asked: readonly (readonly [string, number])[] = [
  [codeOf(1), 1],
  [codeOf(2), 2],
  [codeOf(2), 3],
  [codeOf(3), 3],
  [codeOf(4), 4],
  ["GRANT1", 5],
  ["GRANT2", 6],
  ["GRANT3", 7],
];

type Files = ReadonlyMap<string, Uint8Array>;

interface Damage {
  readonly name: string;
  readonly at: number;
  /** The byte in its place. */
  readonly byte: number;
}

interface Found {
  /** By code and phone: what the log-in says. */
  readonly decisions: Readonly<Record<string, string>>;
  /** Sessions, usage, what was used up: all that the next report is compared with. */
  readonly known: string;
  readonly clock: string;
  /** Warnings and errors of the log, and what the agent reports about itself. */
  readonly said: readonly string[];
}

/** A world whose log is kept, at the same instant each time. */
function worldAt(atMs: number, said: string[] = []): SimulatedWorld {
  const world = createSimulatedWorld();
  world.setWall(atMs, "estimated");
  const say = (event: string): void => void said.push(event);
  return Object.assign(world, { log: { debug() {}, info() {}, warn: say, error: say } });
}

const kernelOf = (world: SimulatedWorld, offMs = 0) => ({
  bootId: "boot-1",
  uptimeMs: () => 5_000_000 + offMs + world.clock.monotonicMs(),
});

function agentOf(world: SimulatedWorld, folder: Folder, offMs = 0): Agent {
  const udp = { bind: () => Promise.reject(new Error("no network here")) };
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  return createAgent(
    world,
    { folder, udp, dialHub: never, ...kernelOf(world, offMs) },
    {
      version: "1.0.0",
      radius: null,
      hub: { url: "https://hub.example", enrolToken: null },
      siteFile: null,
      interimFlushSeconds: 0,
    },
  );
}

async function goOnline(
  agent: Agent,
  world: SimulatedWorld,
  code: string,
  number: number,
  usedBytes: number,
  stops: boolean,
) {
  const decision = agent.access.logIn(logInRequest(code, code, phone(number)));
  if (decision.kind !== "accept") throw new Error(`${code}: ${decision.reason}`);
  await decision.durable;
  const session = { user: code, sessionId: `8010000${number}`, grantId: decision.grantId, ...phone(number) };
  await agent.access.account(reportOf("start", session));
  world.advance(60_000);
  await agent.access.account(reportOf("interim", { ...session, output: usedBytes, online: 60 }));
  if (stops) await agent.access.account(reportOf("stop", { ...session, output: usedBytes, online: 60 }));
}

const secretsOf = { radiusSecret: "old-secret", apiPassword: "old-password" };

/** Fills the folder. `end`: how its last agent ended. */
export async function fillFolder(folder: Folder, end: "stopped" | "crashed"): Promise<Files> {
  const world = worldAt(nowMs);
  await migrateState(folder);
  const keys = makeLinkKeys(world.random);
  await saveIdentity(folder, {
    current: { siteId: "here", keys, hubPublicKey: "h".repeat(43), tokenHash: "t".repeat(64) },
    pending: null,
  });
  const secrets = await openSiteSecrets(world, folder, secretsOf);
  await secrets.begin({ rotationId: "r1", radiusSecret: "new-secret", apiPassword: "new-password" });
  await secrets.finish();
  const routers = await openRouterSecrets(world, folder, new Map([["10.0.0.9", "first"]]));
  await routers.keep("10.0.0.9", { current: "second", next: null });
  await (await openSavedAddresses(world, folder)).save("hub.example", [{ address: "192.0.2.7", family: 4 }]);
  const feed = await openFeedStore(world, folder);
  await feed.setGeneration("g1");
  await feed.apply({ scope: "provider", reset: true, rows: [], version: 1 });
  const site = { siteId: "here", name: "Here", interimSeconds: seconds(300), sellsOnline: true };
  const rows: FeedRow[] = [
    { kind: "site", key: "site", version: 1, body: site },
    bought("GRANT1", 2),
    bought("GRANT2", 3),
    bought("GRANT3", 4),
  ];
  await feed.apply({ scope: "site", reset: true, rows, version: 5 });
  await feed.apply({
    scope: "batch:b1",
    reset: true,
    rows: [{ kind: "batch", key: "b1", version: 6, body: batch }],
    version: 6,
  });
  await feed.close();

  const first = agentOf(world, folder);
  await first.start();
  await goOnline(first, world, codeOf(1), 1, 5000, true);
  await goOnline(first, world, "GRANT1", 5, 90_000, true);
  await first.stop();

  // Two snapshots, and a journal that goes on behind them.
  const keeper = await openState(world, folder, () => ({
    atMs: unixMs(world.clock.wall().atMs),
    clock: "synced",
    upMs: 0,
  }));
  const snapshots = await openSnapshot<StateSnapshot>(folder);
  for (let copy = 0; copy < 2; copy++)
    await snapshots.save(
      { epoch: keeper.journal.epoch, seq: keeper.journal.lastSeq },
      snapshotOf(keeper.state, "bits"),
    );
  await keeper.journal.close();

  // What the hub took back since, in the log behind the rows.
  const later = await openFeedStore(world, folder);
  await later.apply({
    scope: "site",
    reset: false,
    rows: [bought("GRANT3", 9, { revokedAtMs: unixMs(nowMs) })],
    version: 9,
  });
  await later.close();

  const second = agentOf(world, folder);
  await second.start();
  await goOnline(second, world, codeOf(2), 2, 5000, false);
  await goOnline(second, world, "GRANT2", 6, 120_000, true);
  if (end === "stopped") await second.stop();
  const files = await filesOf(folder);
  if (end === "crashed") await second.stop();
  return files;
}

async function filesOf(folder: Folder): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await folder.list("")) files.set(name, (await folder.read(name)) as Uint8Array);
  return files;
}

/** Opens an agent on these files, a minute after the last one. */
async function look(folder: Folder): Promise<Found> {
  const said: string[] = [];
  const world = worldAt(nowMs + 600_000, said);
  const secrets = await openSiteSecrets(world, folder, secretsOf);
  await openRouterSecrets(world, folder, new Map([["10.0.0.9", "first"]]));
  await openSavedAddresses(world, folder);
  const agent = agentOf(world, folder, 600_000);
  await agent.start();
  // What is read after the doors opened: the doctor's first look finds it.
  world.advance(25_000);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  const { state } = agent;
  const known = JSON.stringify([
    [...state.sessions.values()],
    [...state.usage],
    [...state.slots],
    [...state.tokens],
    state.spent,
  ]);
  const clock = JSON.stringify([agent.clock.wall(), agent.clock.recordWall().quality]);
  const decisions: Record<string, string> = { secret: secrets.current.radiusSecret };
  for (const [code, number] of asked) {
    const decision = agent.access.logIn(logInRequest(code, code, phone(number)));
    decisions[`${code} by ${number}`] = JSON.stringify(decision, (key, value) =>
      key === "durable" ? undefined : value,
    );
  }
  await agent.stop();
  return { decisions, known, clock, said };
}

const isRefused = (decision: string): boolean => decision.startsWith('{"kind":"reject"');

/** Null, or what is wrong with it. */
function judgeDamage(whole: Found, damaged: Found): string | null {
  if (damaged.said.length === 0) return "nothing was said";
  for (const [who, before] of Object.entries(whole.decisions)) {
    const now = damaged.decisions[who] ?? "";
    if (now !== before && !isRefused(now)) return `${who}: ${before} became ${now} (said: ${damaged.said.join(" ")})`;
  }
  return null;
}

export function damagesOf(files: Files, every: number): Damage[] {
  const damages: Damage[] = [];
  let count = 0;
  for (const [name, content] of files) {
    if (name === "holder.json") continue; // each start writes its own
    for (let at = 0; at < content.length; at++) {
      const byte = content[at] as number;
      for (const other of new Set([byte ^ (1 << (at % 8)), 0])) {
        if (other !== byte && count++ % every === 0) damages.push({ name, at, byte: other });
      }
    }
  }
  return damages;
}

/** What is wrong where one file can't be read: an agent starts all the same, and nobody gets what they had not. */
export async function findFaultsUnread(
  files: Files,
  makeCopy: (files: Files, unread: string | null) => Promise<Folder>,
): Promise<string[]> {
  const whole = await look(await makeCopy(files, null));
  const faults: string[] = [];
  for (const name of files.keys()) {
    const fault = await look(await makeCopy(files, name)).then(
      (found) => judgeDamage(whole, found),
      (error: unknown) => `did not start: ${error}`,
    );
    if (fault !== null) faults.push(`${name}: ${fault}`);
  }
  return faults;
}

export async function findFaults(
  files: Files,
  damages: readonly Damage[],
  makeCopy: (files: Files) => Promise<Folder>,
): Promise<string[]> {
  const whole = await look(await makeCopy(files));
  expect(whole.said.filter((event) => /damaged|torn|lost/.test(event))).toEqual([]);
  const faults: string[] = [];
  for (const { name, at, byte } of damages) {
    const content = new Uint8Array(files.get(name) as Uint8Array);
    const before = content[at] as number;
    content[at] = byte;
    const fault = await look(await makeCopy(new Map([...files, [name, content]]))).then(
      (found) =>
        judgeDamage(
          { ...whole, said: [] },
          { ...found, said: found.said.filter((event) => !whole.said.includes(event)) },
        ),
      (error: unknown) => `did not start: ${error}`,
    );
    if (fault !== null) faults.push(`${name} byte ${at} (${before} to ${byte}): ${fault}`);
  }
  return faults;
}
