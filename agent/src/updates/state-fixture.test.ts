/**
 * Data folders as releases have left them: each must open in this one, and nothing in it may be lost. `agent/fixtures/<version>`
 * holds one per release; at a new version, write it with `KARIBU_TEST_WRITE_FIXTURE=1 npx vitest run agent/src/updates/state-fixture.test.ts`
 * and keep it for ever.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { readTar, writeTar } from "@karibu/container/image/tar";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { FeedRow } from "@karibu/protocol/feed";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { logInRequest, reportOf, siteFileOf } from "../access/test-site.ts";
import type { Folder } from "../ground/files/folder.ts";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { type Agent, createAgent } from "../start/agent.ts";
import { openState } from "../state/state-keeper.ts";
import { snapshotOf } from "../state/state-snapshot.ts";
import { openFeedStore } from "../store/open-feed-store.ts";
import { openSnapshot } from "../store/snapshot.ts";
import { loadIdentity, saveIdentity } from "../sync/identity.ts";

const fixtures = fileURLToPath(new URL("../../fixtures", import.meta.url));
const version: string = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")).version;
const isWriting = process.env.KARIBU_TEST_WRITE_FIXTURE === "1";

/** What must be found again. Only ever gets more. */
interface Expected {
  readonly grants: number;
  readonly openSessions: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly lastSeq: number;
  readonly accounts: number;
  readonly plans: number;
  readonly vouchers: number;
  readonly siteId: string | null;
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "karibu-fixture-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const siteFile = siteFileOf({
  plans: [{ name: "hour", validitySeconds: 3600, devices: 2 }],
  vouchers: [{ code: "HOUR1", plan: "hour" }],
});

function agentAt(world: SimulatedWorld, folder: Folder): Agent {
  const udp = { bind: () => Promise.reject(new Error("no network here")) };
  const options = { version, radius: null, hub: null, siteFile, interimFlushSeconds: 0 };
  return createAgent(world, { folder, udp, dialHub: null }, options);
}

async function seen(folder: Folder): Promise<Expected> {
  const world = createSimulatedWorld(5);
  const { journal } = await openState(world, folder, () => ({ atMs: unixMs(0), clock: "unknown", upMs: 0 }));
  const { lastSeq } = journal;
  await journal.close();
  const feed = await openFeedStore(world, folder);
  expect(feed.damage).toBeNull();
  const figures = {
    accounts: feed.rows("account").size,
    plans: feed.rows("plan").size,
    vouchers: feed.rows("voucher").size,
  };
  await feed.close();
  const agent = agentAt(world, folder);
  await agent.start();
  const sessions = [...agent.state.sessions.values()];
  const sum = (of: "inputBytes" | "outputBytes") => sessions.reduce((total, session) => total + session[of], 0);
  const totals = { inputBytes: sum("inputBytes"), outputBytes: sum("outputBytes") };
  const openSessions = sessions.filter(({ stoppedAtMs }) => stoppedAtMs === null).length;
  const grants = agent.state.grants.size;
  await agent.stop();
  const siteId = (await loadIdentity(folder)).current?.siteId ?? null;
  return { grants, openSessions, ...totals, lastSeq, ...figures, siteId };
}

/** An evening of this release: sessions before and after a snapshot, what the hub told, and a device key. */
async function live(folder: Folder): Promise<void> {
  const world = createSimulatedWorld(7);
  const keys = makeLinkKeys(world.random);
  const current = { siteId: "site-of-the-fixture", keys, hubPublicKey: keys.publicKey, tokenHash: "none" };
  await saveIdentity(folder, { current, pending: null });
  const feed = await openFeedStore(world, folder);
  const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
  const rows = [
    {
      kind: "plan",
      key: "p1",
      version: 1,
      body: { planId: "p1", name: "1 hour", priceCents: cents(2000), currency: "KES", active: true, terms },
    },
    {
      kind: "account",
      key: "a1",
      version: 2,
      body: { accountId: "a1", username: "asha", password: "siri", planName: "1 hour", terms, active: true },
    },
  ] satisfies FeedRow[];
  await feed.setGeneration("generation-1");
  await feed.apply({ scope: "site", reset: true, rows, version: 2 });
  const follow = [{ kind: "follow", key: "b1", version: 3, body: { batchId: "b1" } }] as FeedRow[];
  await feed.apply({ scope: "site", reset: false, rows: follow, version: 3 });
  const voucher = [
    { kind: "voucher", key: "4", version: 1, body: { state: "disabled", atMs: unixMs(5) } },
  ] as FeedRow[];
  await feed.apply({ scope: "batch:b1", reset: true, rows: voucher, version: 1 });
  await feed.close();

  const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };
  for (const [round, sessionId] of ["80100001", "80100002"].entries()) {
    const agent = agentAt(world, folder);
    await agent.start();
    const decision = agent.access.logIn(logInRequest("HOUR1", "", phone));
    if (decision.kind !== "accept") throw new Error(decision.reason);
    await decision.durable;
    const report = { user: "HOUR1", sessionId, grantId: decision.grantId, ...phone };
    await agent.access.account(reportOf("start", report));
    world.advance(60_000);
    await agent.access.account(reportOf("interim", { ...report, output: 4000 + round, online: 60 }));
    if (round === 0) await agent.access.account(reportOf("stop", { ...report, output: 5000, online: 90 }));
    await agent.stop();
    if (round === 0) await keepSnapshot(world, folder);
  }
}

async function keepSnapshot(world: SimulatedWorld, folder: Folder): Promise<void> {
  const { state, journal } = await openState(world, folder, () => ({ atMs: unixMs(0), clock: "unknown", upMs: 0 }));
  const { epoch, lastSeq: seq } = journal;
  await journal.close();
  const snapshots = await openSnapshot(folder);
  for (let copy = 0; copy < 2; copy++) await snapshots.save({ epoch, seq }, snapshotOf(state));
}

beforeAll(async () => {
  if (!isWriting) return;
  const data = await mkdtemp(join(tmpdir(), "karibu-fixture-"));
  const folder = createNodeFolder(data);
  await live(folder);
  const entries = await Promise.all(
    (await folder.list("")).map(async (name) => ({
      name,
      content: (await folder.read(name)) as Uint8Array,
      mode: 0o600,
    })),
  );
  await mkdir(join(fixtures, version), { recursive: true });
  await writeFile(join(fixtures, version, "data.tar.gz"), gzipSync(writeTar(entries)));
  await writeFile(join(fixtures, version, "expected.json"), `${JSON.stringify(await seen(folder), null, 2)}\n`);
  await rm(data, { recursive: true, force: true });
});

test("this release has its fixture", () => {
  expect(existsSync(join(fixtures, version, "data.tar.gz")), "see the head of this test").toBe(true);
});

const versions = await readdir(fixtures).catch(() => [version]);
test.each(versions)(
  "[BEY-20] a data folder that %s left opens in this release, with all that was in it",
  async (of) => {
    const archive = gunzipSync(await readFile(join(fixtures, of, "data.tar.gz")));
    for (const { name, content } of readTar(archive)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), content);
    }
    const expected: Expected = JSON.parse(await readFile(join(fixtures, of, "expected.json"), "utf8"));
    expect(await seen(createNodeFolder(root))).toEqual(expected);
  },
);

test("what this release writes now, it reads too, with rows of a kind that it does not know", async () => {
  const folder = createNodeFolder(root);
  await live(folder);
  const first = await seen(folder);
  expect(first).toMatchObject({ grants: 1, openSessions: 1, outputBytes: 9001, accounts: 1, plans: 1, vouchers: 1 });
  const feed = await openFeedStore(createSimulatedWorld(), folder);
  const row = { kind: "weather", key: "tomorrow", version: 4, body: { rain: true } } as unknown as FeedRow;
  await feed.apply({ scope: "site", reset: false, rows: [row], version: 4 });
  await feed.close();
  const { lastSeq: _, ...again } = await seen(folder);
  expect(first).toMatchObject(again);
});
