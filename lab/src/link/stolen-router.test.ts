/** A router in a thief's hands: its key is genuine, its program is not ours, and it may ignore the hub's orders. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { linkUrl, obtainIdentity } from "@karibu/agent/sync/enrol";
import { notifyLinks } from "@karibu/cloud/fleet/enrolment/enrolment";
import { readJournal } from "@karibu/cloud/fleet/journal/test-journal-rows";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { enginesOfThisRun, isAbsent } from "@karibu/cloud/ground/db/test-databases";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { linkProof } from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import { signProof } from "@karibu/protocol/link/link-keys";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";

const patienceMs = 60_000;
const epoch = "e1";
const alarms = (fromSeq: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const stamp = { seq: fromSeq + index, atMs: 1_790_000_000_000, clock: "synced", upMs: 1000 };
    return { ...stamp, kind: "alarm", name: "told-by-a-thief", fields: {} };
  });
const journal = (fromSeq: number, count = 1) =>
  JSON.stringify({ type: "journal", epoch, records: alarms(fromSeq, count) });

describe.each(enginesOfThisRun.filter((engine) => !isAbsent(engine)))("a stolen router on %s", (engine) => {
  const lab = useHub(engine);
  let provider: TestProvider;
  let server: Server;
  let cutLinks: () => void;
  /** Texts that reached the hub's door, whatever became of them. */
  let arrived = 0;

  beforeAll(async () => {
    provider = await lab.makeProvider("Mwangaza");
    server = createServer();
    cutLinks = serveLinks(server, (socket, remoteAddress) => {
      const counted: typeof socket = {
        ...socket,
        onMessage: (handler) =>
          socket.onMessage((text) => {
            arrived++;
            handler(text);
          }),
      };
      lab.hub().link.accept(counted, remoteAddress);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  }, 60_000);
  afterAll(async () => {
    cutLinks();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function enrolRouter(owner = provider) {
    const made = await lab.call("POST", "/api/v1/sites", { token: owner.token, body: { name: "Kiosk" } });
    expect(made.status).toBe(201);
    const token = made.body.enrolmentToken as string;
    const signal = new AbortController().signal;
    const parts = { hubUrl: lab.url(), token, post: createPostJson(addressesOnly), signal, onMoved: async () => {} };
    return await obtainIdentity(lab.world, createFaultyFolder(lab.world), parts);
  }

  type Identity = Awaited<ReturnType<typeof enrolRouter>>;

  /** Proves itself as the device does; all else is up to the thief. */
  function connect({ siteId, keys }: Identity, onFrame: (frame: { type: string; seq?: number }) => void = () => {}) {
    const port = (server.address() as AddressInfo).port;
    const socket = new WebSocket(linkUrl(`http://127.0.0.1:${port}`));
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    socket.on("message", (data) => {
      const frame = JSON.parse(data.toString());
      if (frame.type === "hello") {
        const nonce = Buffer.from(lab.world.random.bytes(24)).toString("base64");
        const signature = signProof(keys, linkProof("agent", frame.nonce, nonce, siteId));
        const who = { protocol: 2, siteId, nonce, signature, agentVersion: "0.1.0" };
        const place = { epoch, lastSeq: 0, cursors: {}, generation: null };
        socket.send(JSON.stringify({ type: "hello", role: "agent", ...who, ...place }));
      }
      onFrame(frame);
    });
    return { socket, closed };
  }

  /** Connected, with one record in the hub's hands. */
  async function connectAndTell(identity: Identity, seq = 1) {
    let welcomed = false;
    let ackedSeq = 0;
    const made = connect(identity, (frame) => {
      if (frame.type === "welcome") welcomed = true;
      if (frame.type === "ack") ackedSeq = frame.seq ?? 0;
    });
    await until("the hub has welcomed it", () => welcomed, patienceMs);
    made.socket.send(journal(seq));
    await until("its record is acknowledged", () => ackedSeq === seq, patienceMs);
    return made;
  }

  async function revoke(siteId: string): Promise<void> {
    const path = `/api/v1/sites/${siteId}/revoke`;
    expect((await lab.call("POST", path, { token: provider.token })).status).toBeLessThan(300);
  }

  const stored = (siteId: string) =>
    lab.database().asProvider(provider.providerId, async (tx) => {
      const rows = await readJournal(tx);
      return rows.filter((row) => row.siteId === siteId).map((row) => row.seq);
    });

  /** Frames of one provider go in one after the other: what was accepted before this one is stored when it is. */
  async function letAnotherSiteThrough(): Promise<void> {
    const { socket } = await connectAndTell(await enrolRouter());
    socket.terminate();
  }

  test("once revoked at the hub its link is closed, and it is sent away whenever it comes back", async () => {
    const identity = await enrolRouter();
    const { closed } = await connectAndTell(identity);
    await revoke(identity.siteId);
    expect(await closed).toBe(closeCodes.revoked);
    expect(lab.hub().link.presence(identity.siteId)).toBe("away");

    const again = connect(identity, (frame) => {
      if (frame.type === "welcome") again.socket.send(journal(2));
    });
    expect(await again.closed).toBe(closeCodes.revoked);
    await letAnotherSiteThrough();
    expect(await stored(identity.siteId)).toEqual([1]);
    const { body } = await lab.call("GET", `/api/v1/sites/${identity.siteId}`, { token: provider.token });
    expect(body).toMatchObject({ state: "revoked" });
  });

  test("one that does not listen and talks on is not heard: nothing it says after the cut is taken", async () => {
    const identity = await enrolRouter();
    const { siteId } = identity;
    const { socket } = await connectAndTell(identity);
    socket.pause(); // the hub's good-bye stays unread, and so unanswered
    await revoke(siteId);
    await until("the hub has let it go", () => lab.hub().link.presence(siteId) === "away", patienceMs);
    const before = arrived;
    for (let seq = 2; seq < 22; seq++) socket.send(journal(seq));
    socket.send(JSON.stringify({ type: "rpc", id: "r1", method: "ping", params: {} }));
    await until("all of it has reached the hub", () => arrived === before + 21, patienceMs);
    await letAnotherSiteThrough();
    expect(await stored(siteId)).toEqual([1]);
    const asked = await lab
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("link_answers").select("requestId").where("siteId", "=", siteId).execute(),
      );
    expect(asked).toEqual([]);
    socket.terminate();
  });

  // The last: it moves the clock by days.
  test("[TEN-04] one of a purged provider is revoked before its rows go, and does not stay where they went without a word", async () => {
    const [one, two] = [await lab.makeProvider("Purged-one"), await lab.makeProvider("Purged-two")];
    const routers = [await enrolRouter(one), await enrolRouter(two)] as const;
    const links = [await connectAndTell(routers[0]), await connectAndTell(routers[1])] as const;
    const admin = await lab.adminToken();
    for (const { providerId } of [one, two])
      await lab.call("DELETE", `/api/v1/providers/${providerId}?graceDays=1`, { token: admin });
    const hourMs = 3_600_000;
    // The grace is over. The clock stays: a hub that is set lets go of all its links.
    await lab.database().asPlatform("test", async (tx) => {
      await tx
        .updateTable("providers")
        .set({ purgeAtMs: lab.world.clock.wall().atMs - 1000 })
        .where("providerId", "in", [one.providerId, two.providerId])
        .execute();
      await tx.deleteFrom("upkeep_runs").execute();
    });
    // All in one transaction, as by hand: when the notice arrives there is nothing left that says it was revoked.
    await lab.database().asPlatform("test", async (tx) => {
      await sql`select karibu_purge_provider(${two.providerId}, ${lab.world.clock.wall().atMs}::bigint)`.execute(tx);
      await notifyLinks(tx, routers[1].siteId);
    });
    expect(await links[1].closed).toBe(closeCodes.unauthorised);
    await lab.hub().maintenance.runDue();
    expect(await links[0].closed).toBe(closeCodes.revoked);
    const rows = () =>
      lab.database().asPlatform("test", async (tx) => {
        const of = (table: "providers" | "journal_records" | "passing_records" | "site_links") =>
          tx.selectFrom(table).select("providerId").where("providerId", "in", [one.providerId, two.providerId]);
        return [
          await of("providers").execute(),
          await of("journal_records").execute(),
          await of("passing_records").execute(),
          await of("site_links").execute(),
        ];
      });
    const purged = async () => {
      lab.moveClock(hourMs);
      await lab.hub().maintenance.runDue();
      return (await rows()).flat().length === 0;
    };
    await until("its link is let go of, and every row", purged, patienceMs);
  });
});
