/** A channel that fails again and again is called no more by the sweep, tried now and then, and says so on its page. */
import { generateKeyPairSync } from "node:crypto";
import { cents } from "@karibu/protocol/quantities";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { setChannel } from "../channels/channel-rows.ts";
import { pullJob } from "../channels/pull-job.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { setReceipt } from "../receipts/receipt-rows.ts";
import { bookUnapplied } from "../receipts/unapplied.ts";
import { sweepJob } from "./money-sweep.ts";

const minuteMs = 60_000;
const patience = { timeout: 60_000, interval: 30 };
const certificate = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
  type: "spki",
  format: "pem",
});
const keys = {
  shortcode: "600100",
  passkey: "pass key",
  consumerKey: "consumer key",
  consumerSecret: "consumer secret",
};
const initiator = { initiatorName: "teller", initiatorPassword: "lab-initiator-1", certificate };

engineSuite("a channel that fails", (engine) => {
  let isDown = false;
  let calls = 0;
  const questions: string[] = [];
  let lists = 0;
  const http: HttpCall = async ({ url, body = "{}" }) => {
    calls++;
    if (isDown) throw new Error("connection refused");
    if (url.includes("/oauth/")) return { status: 200, body: '{"access_token":"token","expires_in":"3599"}' };
    if (url.includes("/pulltransactions/")) {
      lists++;
      return { status: 200, body: '{"ResponseCode":"1001","ResponseMessage":"none","Response":[[]]}' };
    }
    questions.push(JSON.parse(body).TransactionID);
    return { status: 200, body: '{"ResponseCode":"0"}' };
  };
  const hub = useHub(engine, { http });
  const sweep = async () => {
    await hub.database().asPlatform("test", (tx) => sendToOutbox(hub.world)(tx, sweepJob, {}));
    // One job at a time, in order: what this sweep sent is done when no such job is due.
    await vi.waitFor(async () => expect(await dueJobs()).toBe(0), patience);
  };
  const dueJobs = () =>
    hub.database().asPlatform("test", async (tx) => {
      const rows = await tx
        .selectFrom("job_outbox")
        .select("jobId")
        .where((where) => where.or([where("name", "like", "payments.sweep%"), where("name", "=", pullJob)]))
        .where("runAtMs", "<=", hub.world.clock.wall().atMs)
        .execute();
      return rows.length;
    });

  test("[PAY-04] after three failures the sweep leaves it alone, tries it once a while, and goes on when it is back", async () => {
    const { token, providerId } = await hub.makeProvider("Down");
    const body = { kind: "mpesa-paybill", environment: "sandbox", ...keys, ...initiator };
    const made = await hub.call("POST", "/api/v1/channels", { token, body });
    expect(made.body).toMatchObject({ sells: true, circuit: null });
    const channelId = made.body.id as string;
    const circuit = async () => (await hub.call("GET", `/api/v1/channels/${channelId}`, { token })).body.circuit;
    const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    const parts = { world: hub.world, parties: hub.hub().parties, ledger, emit: async () => {} };
    const receipts = Array.from({ length: 5 }, (_, index) => `UKL1FZ8R0${index}`);
    await hub.database().asProvider(providerId, async (tx) => {
      for (const receipt of receipts) {
        const money = { receipt, amountCents: cents(5000), trust: "pushed", source: "c2b-confirmation" } as const;
        const hidden = { payer: { kind: "none" }, payerName: null, accountText: null, paidAtMs: null } as const;
        const inflow = { ...money, ...hidden, shortcode: keys.shortcode };
        const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
        await bookUnapplied(parts, tx, place, inflow, { party: null, note: null });
        const at = hub.world.clock.wall().atMs - 20 * minuteMs;
        await setReceipt(tx, { providerId, rail: "mpesa", receipt }, { bookedAtMs: at });
      }
      // The check of the keys has left a token behind.
      await tx.deleteFrom("channel_tokens").execute();
    });

    isDown = true;
    calls = 0;
    // An initiator that nothing has proved yet asks one question a sweep.
    for (let count = 0; count < 3; count++) await sweep();
    const opened = await circuit();
    expect(opened).toMatchObject({ state: "open", problem: expect.any(String), sinceMs: expect.any(Number) });
    const callsToOpen = calls;
    expect(callsToOpen).toBeGreaterThanOrEqual(3);
    await sweep();
    expect(calls).toBe(callsToOpen);

    hub.moveClock(1.5 * minuteMs);
    expect(await circuit()).toMatchObject({ state: "half-open" });
    await sweep();
    expect(calls).toBe(callsToOpen + 1);
    expect(await circuit()).toMatchObject({ state: "open", sinceMs: opened.sinceMs });
    expect((await circuit()).nextTryAtMs).toBeGreaterThan(opened.nextTryAtMs);

    isDown = false;
    hub.moveClock(3 * minuteMs);
    await sweep();
    expect(await circuit()).toBeNull();
    expect(questions[0]).toBe(receipts[0]);
    const other = await hub.makeProvider("Other");
    const foreign = await hub.call("GET", `/api/v1/channels/${channelId}`, { token: other.token });
    expect(foreign.status).toBe(404);
  });

  test("[PAY-04] a channel with a list and no initiator comes back by its list; what staff wait for is read meanwhile", async () => {
    const { token, providerId } = await hub.makeProvider("Listed");
    const body = { kind: "mpesa-paybill", environment: "sandbox", ...keys };
    const { id: channelId } = (await hub.call("POST", "/api/v1/channels", { token, body })).body;
    const circuit = async () => (await hub.call("GET", `/api/v1/channels/${channelId}`, { token })).body.circuit;
    await hub.database().asProvider(providerId, async (tx) => {
      const id = { providerId, channelId };
      await setChannel(tx, id, { settings: { pulls: true } });
      await tx.deleteFrom("channel_tokens").execute();
    });
    isDown = true;
    for (let count = 0; count < 3; count++) await sweep();
    expect(await circuit()).toMatchObject({ state: "open" });

    // The try fails: it is open for longer, and is tried again.
    hub.moveClock(3 * minuteMs);
    expect(await circuit()).toMatchObject({ state: "half-open" });
    const callsBefore = calls;
    await sweep();
    expect(calls).toBe(callsBefore + 1);
    const longer = await circuit();
    expect(longer.nextTryAtMs - hub.world.clock.wall().atMs).toBeGreaterThan(2.5 * minuteMs);

    // A claim, or money that is held, sends such a job: it waits for no circuit, and its outcome counts.
    isDown = false;
    const asked = { providerId, channelId, backMs: 3_600_000 };
    const listsBefore = lists;
    await hub.database().asProvider(providerId, (tx) => sendToOutbox(hub.world)(tx, pullJob, asked));
    await vi.waitFor(() => expect(lists).toBeGreaterThan(listsBefore), patience);
    await vi.waitFor(async () => expect(await circuit()).toBeNull(), patience);

    isDown = true;
    for (let count = 0; count < 4; count++) await sweep();
    expect(await circuit()).toMatchObject({ state: "open" });
    hub.moveClock(31 * minuteMs);
    expect(await circuit()).toMatchObject({ state: "half-open" });
    isDown = false;
    await sweep();
    expect(await circuit()).toBeNull();
  });
});
