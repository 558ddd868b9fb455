/** What a gateway wants of us: time, and an address to report to. */
import { expect, test, vi } from "vitest";
import { engineSuite, useDatabase } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { ownerPassword, useHub } from "../test-hub.ts";

const patience = { timeout: 30_000, interval: 30 };

engineSuite("a gateway for text messages", (engine) => {
  let sent = 0;
  let isBusy = true;
  let keys = 0;
  let isDown = false;
  let isLate = false;
  let onAnswer = () => {};
  const http: HttpCall = async () => {
    if (isDown) throw Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" });
    sent++;
    onAnswer();
    if (isLate) throw new Error("The operation was aborted due to timeout");
    const answer = isBusy ? { "respose-code": 4090 } : { "respose-code": 200, messageid: 77 };
    return { status: 200, body: JSON.stringify({ responses: [answer] }) };
  };
  const database = useDatabase(engine);
  /** After the gateway has answered, nothing is written until the message's own write has failed: as if the hub had stopped there. */
  let stopsAfterAnswer = false;
  const failing = () => {
    const real = database.current();
    const stopped = () => Promise.reject(new Error("the hub stopped"));
    const asProvider: typeof real.asProvider = (providerId, work) => {
      if (!stopsAfterAnswer) return real.asProvider(providerId, work);
      stopsAfterAnswer = false;
      return stopped();
    };
    const asPlatform: typeof real.asPlatform = (reason, work, options) =>
      stopsAfterAnswer && reason === "messages-sent" ? stopped() : real.asPlatform(reason, work, options);
    return { ...real, asProvider, asPlatform };
  };
  const hub = useHub(engine, { http, database: { current: failing } });
  const sender = { kind: "advanta", name: "A", apiKey: "k", partnerId: "1", shortcode: "KARIBU" };

  test("[MSG-10] Advanta's 4090 wants five minutes: the message waits for them, and is not tried before", async () => {
    const { token } = await hub.makeProvider("Busy");
    const post = (path: string, body: object) =>
      hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
    await post("/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    await post("/messages", { phone: "0712345678", text: "Hello" });
    const message = async () => (await hub.call("GET", "/api/v1/messages", { token })).body.items[0];
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "waiting", tries: 1 }), patience);
    const next = () =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("job_outbox").select("runAtMs").where("name", "like", "sms.%").execute(),
        );
    const nowMs = hub.world.clock.wall().atMs;
    await vi.waitFor(async () => {
      const waits = (await next()).map(({ runAtMs: atMs }) => atMs - nowMs);
      expect(waits).toHaveLength(1);
      expect(waits[0]).toBeGreaterThan(4 * 60_000);
      expect(waits[0]).toBeLessThan(6 * 60_000);
    }, patience);
    isBusy = false;
    hub.moveClock(6 * 60_000);
    await post("/messages", { phone: "0712345679", text: "Wakes the queue" });
    await vi.waitFor(async () => {
      const { items } = (await hub.call("GET", "/api/v1/messages?state=accepted", { token })).body;
      expect(items).toHaveLength(2);
    }, patience);
    expect(sent).toBe(3);
  });

  test("[MSG-10] a gateway that is away for an hour gets the message when it is back, and no job has failed", async () => {
    isDown = true;
    const { token } = await hub.makeProvider("Away");
    const post = (path: string, body: object) =>
      hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
    const later = async (byMs: number) => {
      hub.moveClock(byMs);
      await hub.wakeJobs();
    };
    await post("/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    await post("/messages", { phone: "0712345600", text: "Patience" });
    const message = async () => (await hub.call("GET", "/api/v1/messages", { token })).body.items[0];
    for (let tries = 1; tries <= 5; tries++) {
      await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "waiting", tries }), patience);
      await later(15_000 * 2 ** (tries - 1));
    }
    isDown = false;
    isBusy = false;
    await later(30 * 60_000);
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "accepted" }), patience);
    expect((await hub.call("GET", "/api/v1/jobs/dead", { token })).body.items).toEqual([]);
  });

  /** A provider with one message that was just asked for, and a clock that wakes what waits. */
  async function oneMessage(name: string) {
    const { token, providerId, ownerEmail } = await hub.makeProvider(name);
    const post = (path: string, body: object) =>
      hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
    await post("/message-senders", { ...sender, baseUrl: "https://sms.example.com" });
    const later = async (byMs: number) => {
      hub.moveClock(byMs);
      await hub.wakeJobs();
    };
    const message = async () => (await hub.call("GET", "/api/v1/messages", { token })).body.items[0];
    return { token, providerId, ownerEmail, post, later, message };
  }

  test("[MSG-10] a hub that stops after the gateway took a message sends it no second time: a person reads that nobody knows", async () => {
    [isDown, isBusy] = [false, false];
    const { token, post, later, message } = await oneMessage("Stops");
    const before = sent;
    onAnswer = () => {
      stopsAfterAnswer = true;
    };
    await post("/messages", { phone: "0712345611", text: "Once" });
    await vi.waitFor(async () => expect([sent, stopsAfterAnswer]).toEqual([before + 1, false]), patience);
    onAnswer = () => {};
    expect(await message()).toMatchObject({ state: "sending", tries: 1 });
    await vi.waitFor(async () => {
      await later(70_000);
      expect(await message()).toMatchObject({
        state: "unknown",
        problem: expect.stringContaining("may have been sent"),
      });
    }, patience);
    expect(sent).toBe(before + 1);
    const home = (await hub.call("GET", "/api/v1/home", { token })).body;
    expect(JSON.stringify(home)).toContain("messages-failed");
    // A person decides; then it goes out once more.
    const { id } = await message();
    await hub.call("POST", `/api/v1/messages/${id}/resend`, { token });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "accepted" }), patience);
    expect(sent).toBe(before + 2);
  });

  test("[MSG-10] a gateway that takes each message and answers too late sends it five times at most: then a person reads that nobody knows", async () => {
    [isDown, isBusy, isLate] = [false, false, true];
    const { providerId, ownerEmail, post, later } = await oneMessage("Late");
    const before = sent;
    const message = () =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("messages").select(["messageId", "state", "tries"]).executeTakeFirstOrThrow(),
        );
    await post("/messages", { phone: "0712345633", text: "Once would do" });
    for (const tries of [1, 2, 3, 4]) {
      await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "waiting", tries }), patience);
      await later(3 * 3_600_000);
    }
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "unknown", tries: 5 }), patience);
    await later(3 * 3_600_000);
    await later(3 * 3_600_000);
    expect(sent - before).toBe(5);
    // A person decides; then it goes out once more.
    isLate = false;
    const token = await hub.logIn(ownerEmail, ownerPassword);
    await hub.call("POST", `/api/v1/messages/${(await message()).messageId}/resend`, { token });
    await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "accepted" }), patience);
  });

  test("[MSG-10] [SYS-15] what breaks on our side ends after three tries, and messages are counted by what the gateway said", async () => {
    [isDown, isBusy] = [false, false];
    const { providerId, post, later, message } = await oneMessage("Broken");
    const spoil = { keysSealed: Buffer.from("sealed by somebody else") };
    await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.updateTable("message_senders").set(spoil).where("providerId", "=", providerId).execute(),
      );
    const before = sent;
    await post("/messages", { phone: "0712345622", text: "Never" });
    for (let tries = 1; tries <= 2; tries++) {
      await vi.waitFor(async () => expect(await message()).toMatchObject({ state: "waiting", tries }), patience);
      await later(60_000);
    }
    await vi.waitFor(
      async () =>
        expect(await message()).toMatchObject({
          state: "failed",
          tries: 3,
          problem: expect.stringContaining("could not be sent"),
        }),
      patience,
    );
    expect(sent).toBe(before);
    const { text } = await hub.call("GET", "/metrics", { token: await hub.adminToken() });
    expect(text).toMatch(/karibu_messages_total\{gateway="advanta",outcome="accepted"\} [1-9]/);
    expect(text).toMatch(/karibu_messages_total\{gateway="advanta",outcome="later"\} [1-9]/);
    expect(text).toMatch(/karibu_message_seconds_count\{gateway="advanta"\} [1-9]/);
  });

  test("[MSG-02] the address for delivery reports is shown to who may change the sender, and takes its reports", async () => {
    const { token } = await hub.makeProvider("Reports");
    const body = { ...sender, baseUrl: "https://sms.example.com" };
    const made = await hub.call("POST", "/api/v1/message-senders", { token, body });
    const { reportUrl } = made.body;
    expect(reportUrl).toMatch(/^http:\/\/hub\.test\/hooks\/m\/[0-9a-f]{32}$/);
    const listed = await hub.call("GET", "/api/v1/message-senders", { token });
    expect(listed.body.items).toMatchObject([{ id: made.body.id, reportUrl }]);
    isBusy = false;
    const headers = { "idempotency-key": "one" };
    await hub.call("POST", "/api/v1/messages", { token, headers, body: { phone: "0712345678", text: "Hello" } });
    const states = async () =>
      (await hub.call("GET", "/api/v1/messages", { token })).body.items.map(({ state }: { state: string }) => state);
    await vi.waitFor(async () => expect(await states()).toEqual(["accepted"]), patience);
    const report = { messageid: "77", description: "DeliveredToTerminal" };
    expect((await hub.call("POST", new URL(reportUrl).pathname, { body: report })).status).toBe(200);
    expect(await states()).toEqual(["delivered"]);
    const role = { name: "Reads", scopes: ["messages.read"], password: ownerPassword };
    const { body: readOnly } = await hub.call("POST", "/api/v1/tokens", { token, body: role });
    const seen = await hub.call("GET", "/api/v1/message-senders", { token: readOnly.token });
    expect(seen.body.items).toMatchObject([{ id: made.body.id, reportUrl: null }]);
  });
});
