/** What strangers and broken peers get: a close code, and the name of the field that was wrong. */

import { openJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { createHubLink } from "@karibu/agent/sync/link";
import { createHostLinks } from "@karibu/cloud/fleet/hosted-sites/host-links";
import type { Database } from "@karibu/cloud/ground/db/database";
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { type AgentHello, encodeFrame, type HubHello, linkProof } from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import { makeLinkKeys, signProof } from "@karibu/protocol/link/link-keys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { type EnrolledSite, type HubEnd, hastened, makeSites, startHubEnd, until } from "./link-ends.ts";
import { createSocketPair, type SocketPairOptions } from "./socket-pair.ts";

const world = hastened(realWorld(), 10);
const database = useDatabase("embedded", world);
let hub: HubEnd;
let site: EnrolledSite;

beforeAll(async () => {
  hub = await startHubEnd(world, database.current());
  [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
});
afterAll(() => hub.stop());

const nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

function helloFor(hubHello: HubHello, changes: Record<string, unknown> = {}) {
  const siteId = (changes.siteId as string | undefined) ?? site.siteId;
  const signature = signProof(site.identity.keys, linkProof("agent", hubHello.nonce, nonce, siteId));
  const place = { epoch: "e1", lastSeq: 0, cursors: {}, generation: null };
  return {
    type: "hello",
    role: "agent",
    protocol: 1,
    siteId,
    nonce,
    signature,
    agentVersion: "0",
    ...place,
    ...changes,
  };
}

/** A raw agent: `script` gets each frame and answers with texts. Resolves with the hub's close. */
function meet(
  script: (frame: Record<string, unknown>) => unknown[],
  options: SocketPairOptions = {},
): Promise<{ code: number; reason: string }> {
  const pair = createSocketPair(options);
  return new Promise((resolve) => {
    pair.agent.onClose((code, reason) => resolve({ code, reason }));
    pair.agent.onMessage((text) => {
      for (const answer of script(JSON.parse(text)))
        pair.agent.send(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
    hub.link.accept(pair.hub, "lab");
  });
}

const onHello = (make: (hello: HubHello) => unknown) =>
  meet((frame) => (frame.type === "hello" ? [make(frame as HubHello)] : []));
const onWelcome = (...frames: unknown[]) =>
  meet((frame) => {
    if (frame.type === "hello") return [helloFor(frame as HubHello)];
    return frame.type === "welcome" ? frames : [];
  });

/** The hub's database, and how many transactions of this reason it was asked for. Each waits until all have come. */
function countingDatabase(of: string, haveCome: Promise<void>) {
  let transactions = 0;
  const counting: Database = {
    ...database.current(),
    async asPlatform(reason, work, options) {
      if (reason === of) transactions++;
      if (reason === of) await haveCome;
      return await database.current().asPlatform(reason, work, options);
    },
  };
  return { database: counting, transactions: () => transactions };
}

test("a signature by another key is refused, and an unknown site in the same words", async () => {
  const stranger = makeLinkKeys(world.random);
  const forged = await onHello((hello) =>
    helloFor(hello, { signature: signProof(stranger, linkProof("agent", hello.nonce, nonce, site.siteId)) }),
  );
  const unknown = await onHello((hello) => helloFor(hello, { siteId: "01900000-0000-7000-8000-000000000000" }));
  expect(forged.code).toBe(closeCodes.unauthorised);
  expect(unknown).toEqual(forged);
});

/** So many connections, whose hellos have all come before the first is looked at. */
function crowdOf(size: number) {
  const haveCome = Promise.withResolvers<void>();
  let hellos = 0;
  const tamper = (text: string, direction: string) => {
    if (direction === "to-hub" && ++hellos === size) setImmediate(haveCome.resolve);
    return [text];
  };
  const come = (to: HubEnd, address: string, changes: Record<string, unknown> = {}) =>
    new Promise<number | "welcome">((resolve) => {
      const pair = createSocketPair({ tamper });
      pair.agent.onClose(resolve);
      pair.agent.onMessage((text) => {
        const frame = JSON.parse(text);
        if (frame.type === "hello") pair.agent.send(JSON.stringify(helloFor(frame, changes)));
        if (frame.type === "welcome") resolve("welcome");
      });
      to.link.accept(pair.hub, address);
    });
  return { haveCome: haveCome.promise, come };
}

test.each([
  ["another network", "203.0.113.9"],
  ["the site's own network", "198.51.100.7"],
])(
  "[SYS-20] strangers of %s who come under a site's name are no queue before it: its link opens in the next transaction",
  async (_, strangersAddress) => {
    const crowd = crowdOf(61);
    const counted = countingDatabase("agent-handshake", crowd.haveCome);
    const busy = await startHubEnd(world, counted.database);
    try {
      const forged = signProof(makeLinkKeys(world.random), "anything");
      const strangers = Array.from({ length: 60 }, (_, number) =>
        crowd.come(busy, strangersAddress, { signature: forged, epoch: number % 2 === 0 ? "e1" : "another" }),
      );
      expect(await crowd.come(busy, "198.51.100.7")).toBe("welcome");
      expect(counted.transactions()).toBeLessThanOrEqual(2);
      expect(new Set(await Promise.all(strangers))).toEqual(new Set([closeCodes.unauthorised]));
    } finally {
      await busy.stop();
    }
  },
);

test("of a site's connections that come together the last one is its link", async () => {
  const crowd = crowdOf(4);
  const counted = countingDatabase("agent-handshake", crowd.haveCome);
  const busy = await startHubEnd(world, counted.database);
  try {
    const first = [
      crowd.come(busy, "198.51.100.7"),
      crowd.come(busy, "198.51.100.7"),
      crowd.come(busy, "198.51.100.8"),
    ];
    expect(await crowd.come(busy, "198.51.100.7")).toBe("welcome");
    expect(await Promise.all(first)).toEqual(["welcome", closeCodes.replaced, closeCodes.replaced]);
    expect(counted.transactions()).toBe(2);
  } finally {
    await busy.stop();
  }
});

test("[SYS-20] strangers who come as hosts share transactions, and a host comes in beside them", async () => {
  const counted = countingDatabase("host-handshake", Promise.resolve());
  const keys = makeLinkKeys(world.random);
  const hostId = "host.0001";
  const row = { hostId, name: "Host", publicKey: keys.publicKey, madeAtMs: 1, enrolledAtMs: 1 };
  await database.current().asPlatform("lab-host", (tx) => tx.insertInto("hosts").values(row).execute());
  const hosts = createHostLinks(world, counted.database, {
    identity: hub.identity,
    envelope: createEnvelope(world.random, [new Uint8Array(32).fill(7)]),
    readRouterApis: async () => new Map(),
    handlers: [],
    notices: [],
  });
  const come = (signingKeys: typeof keys) =>
    new Promise<number | "proved">((resolve) => {
      const pair = createSocketPair();
      pair.agent.onClose(resolve);
      const hubNonce = Buffer.from(world.random.bytes(24)).toString("base64");
      const signature = signProof(signingKeys, linkProof("agent", hubNonce, nonce, hostId));
      const hello = helloFor(
        { type: "hello", role: "hub", protocols: [1], nonce: hubNonce },
        { siteId: hostId, signature },
      );
      const onProved = () => resolve("proved");
      const arrival = { hubNonce, remoteAddress: "203.0.113.9", processId: "p1", onProved };
      hosts.take(pair.hub, hello as unknown as AgentHello, arrival);
    });
  const strangers = Array.from({ length: 60 }, () => come(makeLinkKeys(world.random)));
  expect(await come(keys)).toBe("proved");
  expect(new Set(await Promise.all(strangers))).toEqual(new Set([closeCodes.unauthorised]));
  expect(counted.transactions()).toBeLessThanOrEqual(2);
  await hosts.stop();
});

test("a hello that was overheard is worth nothing on another connection", async () => {
  let overheard: unknown = null;
  await meet((frame) => {
    if (frame.type === "hello") overheard = helloFor(frame as HubHello);
    return frame.type === "hello" ? [overheard] : [{ type: "welcome" }];
  });
  expect((await onHello(() => overheard)).code).toBe(closeCodes.unauthorised);
});

test("the hub's own signature can't be reflected at it", async () => {
  const ending = await onHello((hello) =>
    helloFor(hello, { signature: signProof(hub.identity.keys, linkProof("hub", hello.nonce, nonce, site.siteId)) }),
  );
  expect(ending.code).toBe(closeCodes.unauthorised);
});

test("a protocol that the hub does not speak is named", async () => {
  const ending = await onHello((hello) => helloFor(hello, { protocol: 99 }));
  expect(ending).toEqual({ code: closeCodes.version, reason: "protocol: this hub speaks 3, 2, 1" });
});

test("a client that sends nothing is disconnected", async () => {
  expect((await meet(() => [])).code).toBe(closeCodes.unauthorised);
});

test.each([
  ["", "not json"],
  ["", "[1,2"],
  ["type", "{}"],
  ["type", "null"],
  ["type", '{"type":"__proto__"}'],
  ["siteId", { siteId: 7 }],
  ["nonce", { nonce: "not base64!" }],
  ["lastSeq", { lastSeq: -1 }],
  ["cursors.nowhere", { cursors: { nowhere: 1 } }],
  ["cursors.provider", { cursors: { provider: "x" } }],
  ["heartbeatSeconds", { heartbeatSeconds: 0 }],
  ["epoch", { epoch: "a\u0000b" }],
])("a bad hello names the field %s", async (field, changes) => {
  const ending = await onHello((hello) => (typeof changes === "string" ? changes : helloFor(hello, changes)));
  expect(ending.code).toBe(closeCodes.badFrame);
  expect(ending.reason.split(":")[0]).toBe(field);
});

test.each([
  ["type", { type: "welcome-back" }],
  ["type", { type: "ack", epoch: "e1", seq: 1 }],
  ["epoch", { type: "journal", epoch: "", records: [{ seq: 1 }] }],
  ["epoch", { type: "journal", epoch: "a b", records: [{ seq: 1 }] }],
  ["records", { type: "journal", epoch: "e1", records: [] }],
  ["records.0", { type: "journal", epoch: "e1", records: [5] }],
  ["records.0.seq", { type: "journal", epoch: "e1", records: [{ kind: "alarm" }] }],
  ["records.1.seq", { type: "journal", epoch: "e2", records: [{ seq: 1 }, { seq: 3 }] }],
  ["version", { type: "applied", scope: "provider", version: 1.5 }],
  ["scope", { type: "applied", scope: "everything", version: 1 }],
  ["deadlineMs", { type: "rpc", id: "1", method: "count", deadlineMs: 0, params: {} }],
  ["id", { type: "rpc", id: "a\u0000", method: "count", deadlineMs: 1, params: {} }],
  ["error.code", { type: "reply", id: "1", error: { code: 1, message: "" } }],
])("a bad frame after the welcome names the field %s", async (field, frame) => {
  const ending = await onWelcome(frame);
  expect(ending.code).toBe(closeCodes.badFrame);
  expect(ending.reason.split(":")[0]).toBe(field);
});

test("a gap in the journal is not stepped over", async () => {
  const ending = await onWelcome({ type: "journal", epoch: "e9", records: [{ seq: 5 }] });
  expect(ending).toEqual({ code: closeCodes.outOfStep, reason: "expected record 1, found 5" });
});

test("a gap that the site declares is noted and passed", async () => {
  const record = { seq: 5, atMs: 1, clock: "synced", upMs: 1, kind: "alarm", name: "x", fields: {} };
  const pair = createSocketPair();
  const acked = new Promise<unknown>((resolve) =>
    pair.agent.onMessage((text) => {
      const frame = JSON.parse(text);
      if (frame.type === "hello") pair.agent.send(JSON.stringify(helloFor(frame)));
      if (frame.type === "welcome")
        pair.agent.send(JSON.stringify({ type: "journal", epoch: "e10", lostBefore: true, records: [record] }));
      if (frame.type === "ack") resolve(frame);
    }),
  );
  hub.link.accept(pair.hub, "lab");
  expect(await acked).toEqual({ type: "ack", epoch: "e10", seq: 5 });
  pair.cut();
  const gaps = await database
    .current()
    .asProvider(site.providerId, (tx) => tx.selectFrom("journal_gaps").select(["fromSeq", "toSeq"]).execute());
  expect(gaps).toEqual([{ fromSeq: 1, toSeq: 4 }]);
});

test("an agent hangs up on a hub that is not the one it was enrolled with", async () => {
  const impostor = makeLinkKeys(world.random);
  const { journal } = await openJournal(world, site.folder, { replayAfter: null, onRecord: () => {} });
  const feed = await openFeedStore(world, site.folder);
  const ends: { code: number; reason: string }[] = [];
  const dial = async () => {
    const pair = createSocketPair();
    pair.hub.onClose((code, reason) => ends.push({ code, reason }));
    pair.hub.onMessage((text) => {
      const hello = JSON.parse(text);
      const signature = signProof(impostor, linkProof("hub", nonce, hello.nonce, site.siteId));
      const rest = { generation: "g", timeMs: 5, resumeAfterSeq: 0, newEpoch: true };
      pair.hub.send(JSON.stringify({ type: "welcome", protocol: 1, signature, ...rest }));
    });
    pair.hub.send(encodeFrame({ type: "hello", role: "hub", protocols: [1], nonce }));
    return pair.agent;
  };
  const epoch = journal.epoch;
  let welcomes = 0;
  const onWelcome = () => welcomes++;
  const parts = {
    dial,
    journal,
    feed,
    agentVersion: "0",
    requests: [],
    identity: async () => site.identity,
    onWelcome,
  };
  const link = createHubLink(world, parts);
  await until("it hung up", () => ends.length === 1);
  expect(ends[0]?.code).toBe(closeCodes.unauthorised);
  expect([welcomes, journal.epoch, feed.generation, link.state]).toEqual([0, epoch, null, "away"]);
  await link.close();
  await journal.close();
  await feed.close();
});

test("a greeting that names more records than the journal holds starts a new epoch and an alarm, for every order of the hub", async () => {
  const folder = createFaultyFolder(world);
  const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
  const feed = await openFeedStore(world, folder);
  await journal.append({ kind: "alarm", name: "one", fields: {} }).durable;
  const before = journal.epoch;
  const frames: { epoch: string; records: { seq: number }[] }[] = [];
  const dial = async () => {
    const pair = createSocketPair();
    pair.hub.onMessage((text) => {
      const frame = JSON.parse(text);
      if (frame.type === "journal") frames.push(frame);
      if (frame.type !== "hello") return;
      const signature = signProof(hub.identity.keys, linkProof("hub", nonce, frame.nonce, site.siteId));
      const rest = { generation: "g", timeMs: 5, resumeAfterSeq: 7, newEpoch: false };
      pair.hub.send(JSON.stringify({ type: "welcome", protocol: 1, signature, ...rest }));
    });
    pair.hub.send(encodeFrame({ type: "hello", role: "hub", protocols: [1], nonce }));
    return pair.agent;
  };
  const wentBack: string[] = [];
  const link = createHubLink(world, {
    dial,
    journal,
    feed,
    agentVersion: "0",
    requests: [],
    identity: async () => site.identity,
    onWentBack: (epoch) => wentBack.push(epoch),
  });
  await until("its journal comes from the beginning", () => frames.length === 1);
  // It says so of each epoch: the second time the link goes on all the same.
  expect(wentBack).toEqual([before, expect.any(String)]);
  expect(frames[0]).toMatchObject({ epoch: journal.epoch, records: [{ seq: 1 }] });
  expect(journal.epoch > before).toBe(true);
  await link.close();
  await journal.close();
  await feed.close();
});

test("a restored hub that takes nothing of an epoch that is over gets the present one all the same, after some tries", async () => {
  const folder = createFaultyFolder(world);
  const { journal } = await openJournal(world, folder, { replayAfter: null, onRecord: () => {} });
  const feed = await openFeedStore(world, folder);
  await journal.append({ kind: "alarm", name: "one", fields: {} }).durable;
  journal.acknowledge(1);
  const over = journal.epoch;
  await journal.startEpoch();
  await journal.append({ kind: "alarm", name: "two", fields: {} }).durable;
  const epochs: string[] = [];
  const dial = async () => {
    const pair = createSocketPair();
    pair.hub.onMessage((text) => {
      const frame = JSON.parse(text);
      if (frame.type === "journal") epochs.push(frame.epoch);
      if (frame.type === "journal" && frame.epoch === over) pair.hub.close(closeCodes.outOfStep, "not this one");
      if (frame.type !== "hello") return;
      const signature = signProof(hub.identity.keys, linkProof("hub", nonce, frame.nonce, site.siteId));
      const rest = { generation: "g", timeMs: 5, resumeAfterSeq: 0, newEpoch: false, epochs: [] };
      pair.hub.send(JSON.stringify({ type: "welcome", protocol: 1, signature, ...rest }));
    });
    pair.hub.send(encodeFrame({ type: "hello", role: "hub", protocols: [1], nonce }));
    return pair.agent;
  };
  const parts = { dial, journal, feed, agentVersion: "0", requests: [], identity: async () => site.identity };
  const link = createHubLink(world, parts);
  await until("the present epoch comes", () => epochs.at(-1) === journal.epoch, 30_000);
  expect(epochs).toEqual([over, over, over, over, over, journal.epoch]);
  expect(link.state).toBe("connected");
  await link.close();
  await journal.close();
  await feed.close();
});

test("[SYS-20] the window that the welcome grants is the one that holds: its last batch is taken, one more ends the link", async () => {
  const who = { atMs: 1, clock: "synced", upMs: 1, kind: "agent-started", boot: 1, version: "0" };
  /** Sends the whole window, and more batches, at once. */
  async function fill(epoch: string, more: number) {
    const acked: number[] = [];
    let granted = 0;
    const script = (frame: Record<string, unknown>) => {
      if (frame.type === "hello") return [helloFor(frame as HubHello, { epoch })];
      if (frame.type === "ack") return acked.push(frame.seq as number) === granted ? ["over"] : [];
      if (frame.type !== "welcome") return [];
      granted = (frame.window as { frames: number }).frames;
      return Array.from({ length: granted + more }, (_, index) => ({
        type: "journal",
        epoch,
        records: [{ seq: index + 1, ...who }],
      }));
    };
    // What is sent in one turn arrives in one: no batch is stored in between.
    const tasks: (() => void)[] = [];
    const deliver = (task: () => void) => {
      if (tasks.push(task) === 1) setImmediate(() => tasks.splice(0).forEach((one) => void one()));
    };
    return { ending: await meet(script, { deliver }), acked, granted };
  }
  const full = await fill("w1", 0);
  expect(full.ending.reason).toBe(": frame is not JSON");
  expect(full.acked).toHaveLength(full.granted);
  const over = await fill("w2", 1);
  expect(over.ending).toMatchObject({ code: closeCodes.badFrame, reason: expect.stringContaining("window") });
});
