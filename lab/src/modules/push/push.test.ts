/** Alarms on phones and browsers: from a rule of the hub to the screen, through a push service that opens what it gets. */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import type { HttpRequest } from "@karibu/cloud/ground/http-client/http-call";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { countStale } from "@karibu/cloud/ground/secrets/rewrap";
import { ownerPassword, type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { type SimulatedBrowser, type SimulatedPush, simulatePush } from "./test-simulated-push.ts";

const patience = { timeout: 20_000, interval: 20 };
const minuteMs = 60_000;

engineSuite("web push from a rule to the screen", (engine) => {
  let service: SimulatedPush | null = null;
  const sent: HttpRequest[] = [];
  /** What happens while the push service is being asked. */
  let whileAsked: (() => Promise<void>) | null = null;
  const hub = useHub(engine, {
    http: async (request) => {
      sent.push(request);
      if (service === null) throw new Error("no push service yet");
      await whileAsked?.();
      return service.answer(request);
    },
  });
  let mine: TestProvider;
  let other: TestProvider;
  const nowMs = () => hub.world.clock.wall().atMs;
  const path = "/api/v1/user/push-subscription";
  const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));
  const subscriptions = async () =>
    (await hub.database().asPlatform("test", (tx) => sql`select * from push_subscriptions`.execute(tx))).rows.length;
  const api = async (method: string, at: string, body?: unknown, token = mine.token) =>
    (await hub.call(method, `/api/v1${at}`, { token, ...(body === undefined ? {} : { body }) })).body;
  async function switchOn(token: string): Promise<SimulatedBrowser> {
    const browser = (service as SimulatedPush).subscribe();
    expect((await hub.call("PUT", path, { token, body: browser.subscription })).status).toBe(204);
    return browser;
  }
  const siteOf = new Map<string, string>();
  /** The site is silent for so long. */
  async function away(name: string) {
    const { site } = await api("POST", "/sites", { name });
    siteOf.set(name, site.siteId);
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
        values (${mine.providerId}, ${site.siteId}, ${name}, 1)`);
    await run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms)
        values (${mine.providerId}, ${site.siteId}, ${nowMs() - 15 * minuteMs}::bigint)`);
  }
  const back = (name: string) => run(sql`delete from site_links where site_id = ${siteOf.get(name)}`);

  beforeAll(async () => {
    [mine, other] = [await hub.makeProvider("Alpha"), await hub.makeProvider("Beta")];
    const { publicKey } = (await hub.call("GET", "/api/v1/user/push", { token: mine.token })).body;
    service = simulatePush(publicKey, nowMs);
  });

  test("[MSG-07] [MSG-06] a grave alarm and its end reach the owner's phone, encrypted; nobody else's, and without money or customers", async () => {
    const phone = await switchOn(mine.token);
    const strangers = await switchOn(other.token);
    expect((await hub.call("GET", "/api/v1/user/push", { token: mine.token })).body.isOn).toBe(true);
    await away("Harbour");
    await hub.hub().alerts.look();
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(phone.shown).toHaveLength(1), patience);
    expect(phone.shown[0]).toEqual({
      title: "Alpha: Alarm",
      body: "The site is silent: Harbour",
      tag: expect.any(String),
      reader: expect.any(String),
      hash: "#/alarms",
    });
    await back("Harbour");
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(phone.shown).toHaveLength(2), patience);
    // The end takes the place of the beginning on the screen.
    expect(phone.shown[1]).toMatchObject({ title: "Alpha: Over", tag: phone.shown[0]?.tag });
    expect(phone.urgencies).toEqual(["high", "normal"]);
    expect(strangers.shown).toEqual([]);
    for (const { bytes, isTyped } of sent) {
      expect(isTyped).toBe(true);
      expect(Buffer.from(bytes ?? []).toString("latin1")).not.toMatch(/Harbour|silent|Alpha/);
    }
    const { items } = await api("GET", "/alarm-notices");
    const pushed = items.filter(({ way }: { way: string }) => way === "push");
    expect(pushed).toMatchObject([
      { what: "ended", state: "sent", to: `${mine.ownerEmail} (Mozilla)`, kinds: ["site-silent"] },
      { what: "begun", state: "sent" },
    ]);
  });

  test("[MSG-07] a push service that is busy is asked again; a browser that is gone is forgotten, and the notice says that it failed", async () => {
    service?.failNext(503);
    const login = await hub.logIn(mine.ownerEmail, ownerPassword);
    const phone = await switchOn(login);
    expect((await hub.call("POST", `${path}/test`, { token: login, body: { locale: "sw" } })).status).toBe(202);
    const states = async () =>
      (
        await hub.database().asPlatform("test", (tx) =>
          sql<{ state: string; tries: number }>`
          select state, tries from push_deliveries order by created_at_ms desc, delivery_id desc limit 1`.execute(tx),
        )
      ).rows[0];
    await vi.waitFor(async () => expect(await states()).toEqual({ state: "waiting", tries: 1 }), patience);
    phone.unsubscribe();
    const before = await subscriptions();
    await hub.call("POST", `${path}/test`, { token: login, body: { locale: "en" } });
    await vi.waitFor(async () => expect(await subscriptions()).toBe(before - 1), patience);
    expect(phone.shown).toEqual([]);
    const off = await hub.call("POST", `${path}/test`, { token: login, body: { locale: "en" } });
    expect(off).toMatchObject({ status: 409, body: { code: "push-is-off" } });
  });

  test("[MSG-07] a log-out, and a person who is switched off, end what their browsers were sent", async () => {
    const manager = { email: "manager@alpha.test", name: "M", role: "manager", password: "some-long-password" };
    const { userId } = await api("POST", "/users", manager);
    const rule = (await api("GET", "/alarm-rules")).items[0];
    await api("PATCH", "/alarm-rules/first", { to: { ...rule.to, userIds: [userId] } });
    const before = await subscriptions();
    const logIns = await Promise.all([0, 1].map(() => hub.logIn(manager.email, manager.password)));
    const phones = await Promise.all(logIns.map(switchOn));
    expect(await subscriptions()).toBe(before + 2);
    await hub.call("POST", "/api/v1/logout", { token: logIns[0] as string });
    expect(await subscriptions()).toBe(before + 1);
    await away("School");
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(phones[1]?.shown).toHaveLength(1), patience);
    expect(phones[0]?.shown).toEqual([]);
    await api("PATCH", `/users/${userId}`, { active: false });
    expect(await subscriptions()).toBe(before);
  });

  test("[MSG-07] a new password ends what was switched on before, in the log-in that chose it too", async () => {
    const cashier = { email: "night@alpha.test", name: "N", role: "manager", password: "some-long-password" };
    const { userId } = await api("POST", "/users", cashier);
    const rule = (await api("GET", "/alarm-rules")).items[0];
    await api("PATCH", "/alarm-rules/first", { to: { ...rule.to, userIds: [userId] } });
    const token = await hub.logIn(cashier.email, cashier.password);
    const before = await switchOn(token);
    hub.moveClock(1000);
    service?.failNext(503);
    expect((await hub.call("POST", `${path}/test`, { token, body: { locale: "en" } })).status).toBe(202);
    const newest = async () => {
      const { rows } = await hub.database().asPlatform("test", (tx) =>
        sql<{ state: string; tries: number }>`
          select state, tries from push_deliveries order by created_at_ms desc, delivery_id desc limit 1`.execute(tx),
      );
      return rows[0];
    };
    await vi.waitFor(async () => expect(await newest()).toEqual({ state: "waiting", tries: 1 }), patience);
    const body = { currentPassword: cashier.password, newPassword: "another-long-password" };
    expect((await hub.call("POST", "/api/v1/user/password", { token, body })).status).toBe(204);
    // What waited for another try goes nowhere.
    const asked = sent.length;
    hub.moveClock(minuteMs);
    await hub.wakeJobs();
    await vi.waitFor(async () => expect(await newest()).toEqual({ state: "failed", tries: 2 }), patience);
    expect(sent).toHaveLength(asked);
    const isOn = async () => (await hub.call("GET", "/api/v1/user/push", { token })).body.isOn;
    expect(await isOn()).toBe(false);
    // At another process of the hub, whose clock is behind that of the one that took the password.
    hub.moveClock(-30 * minuteMs);
    const again = await switchOn(token);
    expect(await isOn()).toBe(true);
    hub.moveClock(30 * minuteMs);
    await away("Library");
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(again.shown).toHaveLength(1), patience);
    expect(before.shown).toEqual([]);
  });

  test("[MSG-07] a browser that subscribed anew while the old address was asked keeps its new one", async () => {
    const token = await hub.logIn(mine.ownerEmail, ownerPassword);
    const old = await switchOn(token);
    old.unsubscribe();
    let anew: SimulatedBrowser | null = null;
    whileAsked = async () => {
      whileAsked = null;
      anew = await switchOn(token);
    };
    await hub.call("POST", `${path}/test`, { token, body: { locale: "en" } });
    await vi.waitFor(() => expect(anew).not.toBeNull(), patience);
    const last = async () =>
      (await run(sql`select state from push_deliveries order by created_at_ms desc, delivery_id desc limit 1`)).rows[0];
    await vi.waitFor(async () => expect(await last()).toEqual({ state: "failed" }), patience);
    expect((await hub.call("GET", "/api/v1/user/push", { token })).body.isOn).toBe(true);
  });

  test("only known push services are sent to, only real keys are taken, and a program has no browser", async () => {
    const { subscription } = (service as SimulatedPush).subscribe();
    const put = (body: object, token = mine.token) => hub.call("PUT", path, { token, body });
    for (const endpoint of ["https://evil.example/push", "https://127.0.0.1/", "http://fcm.googleapis.com/x"])
      expect((await put({ ...subscription, endpoint })).body).toMatchObject({
        code: "unknown-push-service",
        field: "endpoint",
      });
    const keys = { ...subscription.keys, p256dh: Buffer.alloc(65, 4).toString("base64url") };
    expect((await put({ ...subscription, keys })).body).toMatchObject({ code: "bad-push-keys" });
    const made = await api("POST", "/tokens", { name: "Program", scopes: ["alerts.read"], password: ownerPassword });
    expect(made.token).toEqual(expect.any(String));
    expect((await put(subscription, made.token)).status).toBe(403);
  });

  test("the audit log names the push service, and neither the browser's address nor its keys", async () => {
    const { subscription } = await switchOn(mine.token);
    const { items } = await api("GET", "/audit");
    const entry = items.find(({ action }: { action: string }) => action === `PUT ${path}`);
    expect(entry.detail.body).toEqual({ endpoint: "updates.push.services.mozilla.com/…", keys: "[hidden]" });
    for (const secret of [subscription.endpoint, subscription.keys.auth, subscription.keys.p256dh])
      expect(JSON.stringify(items)).not.toContain(secret);
  });

  test("the hub's push keys and the browsers' addresses are sealed, and known to a change of the master key", async () => {
    const stored = await hub
      .database()
      .asPlatform("test", (tx) =>
        sql<{ text: string }>`select row_to_json(s)::text as text from push_subscriptions s`.execute(tx),
      );
    expect(stored.rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(stored.rows)).not.toContain("mozilla");
    const next = createEnvelope(hub.world.random, [new Uint8Array(32).fill(9)]);
    expect(await countStale(hub.database(), next)).toMatchObject({
      "push_keys.private_sealed": 1,
      "push_subscriptions.address_sealed": stored.rows.length,
      "push_subscriptions.keys_sealed": stored.rows.length,
    });
  });
});
