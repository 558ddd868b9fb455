import { beforeAll, expect, test } from "vitest";
import { playProcess } from "../../fleet/link/test-processes.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { Mail } from "../../ground/mail/mail.ts";
import type { OwnMailServer } from "../../ground/mail/own-server.ts";
import { keysAccepted, type TestProvider, useHub } from "../../test-hub.ts";

engineSuite("checks of settings", (engine) => {
  const byOwn: { server: OwnMailServer; mail: Mail }[] = [];
  let trouble: Error | null = null;
  /** The provider's server takes its time until this is settled. */
  let hold: Promise<void> | null = null;
  const smsAsked: string[] = [];
  let smsAnswer: string | null = null;
  let namesAt: (name: string) => string[] = () => [];
  let atSubdomain: HttpCall = async () => ({ status: 200, body: "{}" });
  const hub = useHub(engine, {
    openMailServer: (server) => async (mail) => {
      if (trouble !== null) throw trouble;
      await hold;
      byOwn.push({ server, mail });
    },
    tunnelEndpoint: "wg.hub.test:51820",
    publicUrl: "https://hub.voi.test",
    dns: {
      txt: async () => [],
      addresses: async (name) => (name === "wg.hub.test" ? ["192.0.2.1"] : namesAt(name)),
    },
    http: async (call) => {
      if (new URL(call.url).host === "asha-wifi.hub.voi.test") return atSubdomain(call);
      if (!call.url.includes("africastalking")) return keysAccepted(call);
      smsAsked.push(call.body ?? "");
      if (smsAnswer === null) throw new Error("cut off");
      return { status: smsAnswer === "401" ? 401 : 201, body: smsAnswer };
    },
  });
  let asha: TestProvider;
  let keys = 0;
  beforeAll(async () => {
    asha = await hub.makeProvider("Asha");
  });
  const call = (method: string, path: string, body?: object, who = asha) =>
    hub.call(method, `/api/v1/settings${path}`, {
      token: who.token,
      headers: { "Idempotency-Key": `check-${++keys}` },
      ...(body === undefined ? {} : { body }),
    });
  const own = { host: "mail.asha.test", port: 587, login: "asha", fromAddress: "hello@asha.test" };

  /** Each setting of the provider's that reaches somebody else, and what tries it. */
  test.each([
    ["sender of e-mails", "/api/v1/settings/checks/mail"],
    ["sender of SMS, to a typed phone", "/api/v1/settings/checks/sms"],
    ["time zone", "/api/v1/settings/checks/time"],
    ["tunnel's end", "/api/v1/settings/checks/tunnel"],
    ["sub-domain", "/api/v1/settings/checks/subdomain"],
    ["credit for outages", "/api/v1/settings/checks/outage-credit"],
    ["time and tries of a queue", "/api/v1/platform/queue-checks"],
    ["router's log-in and rights", "/api/v1/routers/{siteId}/health/examine"],
    ["RADIUS of a site, by a packet of its own", "/api/v1/routers/{siteId}/radius/try"],
    ["payment channel", "/api/v1/channels/{id}/check"],
  ])("[TEN-10] the %s is tried by a button", (_, path) => {
    const tried = hub.hub().routes.filter((route) => route.path === path && route.method === "POST");
    expect(tried).toHaveLength(1);
  });

  test("[TEN-10] the check of mail writes to who asks, by the hub's server or by the provider's own", async () => {
    expect((await call("POST", "/checks/mail")).body).toEqual({ outcome: "sent", by: "hub", to: asha.ownerEmail });
    expect(hub.letters().at(-1)).toMatchObject({ to: asha.ownerEmail, subject: "Asha: a test of e-mail" });
    expect((await call("PUT", "/mail-server", { ...own, password: "s3cret-word" })).status).toBe(200);
    expect((await call("POST", "/checks/mail")).body).toEqual({ outcome: "sent", by: "own", to: asha.ownerEmail });
    expect(byOwn.at(-1)?.server).toEqual({ ...own, password: "s3cret-word" });
    trouble = Object.assign(new Error("535 5.7.8 words of a foreign server"), { code: "EAUTH" });
    const failed = await call("POST", "/checks/mail");
    expect(failed.body.outcome).toBe("wrong-log-in");
    expect(failed.text).not.toContain("foreign");
    trouble = null;
  });

  test("[TEN-10] with support access the check of mail writes to the platform's person, who is none of the provider's", async () => {
    const reason = "they asked for help";
    const visit = await hub.call("POST", `/api/v1/providers/${asha.providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason, readOnly: false },
    });
    const answer = await call("POST", "/checks/mail", undefined, { ...asha, token: visit.body.token });
    expect([answer.status, answer.body.outcome]).toEqual([200, "sent"]);
    expect(answer.body.to).not.toBe(asha.ownerEmail);
  });

  test("[TEN-10] the password of the mail server is shown to nobody, and goes to no other server unless it is typed again", async () => {
    await call("PUT", "/mail-server", { ...own, password: "s3cret-word" });
    expect((await call("GET", "/mail-server")).text).not.toContain("s3cret-word");
    for (const change of [{ host: "mail.evil.test" }, { port: 465 }, { login: "other" }])
      expect((await call("PUT", "/mail-server", { ...own, ...change })).body.code).toBe("password-again");
    const kept = await call("PUT", "/mail-server", { ...own, fromAddress: "asha@asha.test" });
    expect(kept.body.server).toMatchObject({ fromAddress: "asha@asha.test" });
    expect((await call("PUT", "/mail-server", { ...own, host: "10.0.0.1", password: "x" })).status).toBe(400);
    const rows = await hub
      .database()
      .asProvider(asha.providerId, (tx) => tx.selectFrom("mail_servers").selectAll().execute());
    expect(Buffer.from(rows[0]?.passwordSealed ?? []).toString("latin1")).not.toContain("s3cret");
  });

  test("[TEN-10] letters to customers go by the provider's server, and those that give access by the hub's", async () => {
    await call("PUT", "/mail-server", { ...own, password: "s3cret-word" });
    const before = byOwn.length;
    await hub.database().asProvider(asha.providerId, (tx) =>
      hub.hub().messaging.sendLetter(tx, {
        providerId: asha.providerId,
        event: "test/1",
        template: "receipt",
        text: "Thank you",
        subject: "Receipt",
        email: "customer@example.test",
      }),
    );
    await expect.poll(() => byOwn.slice(before).map(({ mail }) => mail.to)).toEqual(["customer@example.test"]);
    await hub.call("POST", "/api/v1/password-reset", { body: { email: asha.ownerEmail } });
    expect(byOwn.slice(before)).toHaveLength(1);
    expect((await call("DELETE", "/mail-server")).status).toBe(204);
    expect((await call("GET", "/mail-server")).body.server).toBeNull();
  });

  test("[TEN-10] letters of a provider's own server wait in a line of their own: a slow one holds up no log-in link", async () => {
    await call("PUT", "/mail-server", { ...own, password: "s3cret-word" });
    const waiting = () =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.selectFrom("job_outbox").select("name").where("name", "like", "notices.%mail").orderBy("seq").execute(),
        );
    // Letters of the test before go first.
    await expect.poll(waiting).toEqual([]);
    const before = byOwn.length;
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const letter = {
      providerId: asha.providerId,
      template: "receipt",
      text: "Thank you",
      subject: "Receipt",
    } as const;
    for (const at of [0, 1])
      await hub
        .database()
        .asProvider(asha.providerId, (tx) =>
          hub.hub().messaging.sendLetter(tx, { ...letter, event: `slow/${at}`, email: `customer-${at}@example.test` }),
        );
    const names = (await waiting()).map(({ name }) => name);
    release();
    hold = null;
    // Letters of other tests may wait too.
    expect(names.filter((name) => name === "notices.own-mail")).toHaveLength(2);
    await expect.poll(() => byOwn.length).toBe(before + 2);
    await call("DELETE", "/mail-server");
  });

  test("[TEN-10] the check of SMS says what the gateway did, in a word, and comes out of the day's quota", async () => {
    const outcome = async () => (await call("POST", "/checks/sms", { phone: "0712345678" })).body.outcome;
    expect(await outcome()).toBe("no-sender");
    const sender = { kind: "africastalking", name: "AT", username: "asha", apiKey: "gateway-key" };
    expect((await hub.call("POST", "/api/v1/message-senders", { token: asha.token, body: sender })).status).toBe(201);
    expect(await outcome()).toBe("later");
    smsAnswer = "401";
    expect(await outcome()).toBe("keys-refused");
    smsAnswer = JSON.stringify({
      SMSMessageData: {
        Recipients: [{ statusCode: 101, number: "+254712345678", status: "Success", messageId: "m1" }],
      },
    });
    expect(await outcome()).toBe("taken");
    expect(decodeURIComponent(smsAsked.at(-1) ?? "")).toContain("+254712345678");
    const used = await hub
      .database()
      .asProvider(asha.providerId, (tx) =>
        tx.selectFrom("quota_days").select("used").where("kind", "=", "messages").executeTakeFirstOrThrow(),
      );
    expect(Number(used.used)).toBe(3);
    expect((await call("POST", "/checks/sms", { phone: "0712345678" })).status).toBe(200);
    expect((await call("POST", "/checks/sms", { phone: "0712345678" })).body.code).toBe("too-many-tries");
  });

  test("[TEN-10] the time zone's check says the hub's time; the tunnel's, whether its end has an address and who spoke", async () => {
    const { body: time } = await call("POST", "/checks/time");
    expect(time.utcOffsetMinutes).toBe(180);
    expect(Math.abs(time.atMs - hub.world.clock.wall().atMs)).toBeLessThan(60_000);
    expect((await call("POST", "/checks/tunnel")).body).toEqual({
      endpoint: "wg.hub.test:51820",
      resolves: "yes",
      sites: 0,
      fresh: 0,
      newestHandshakeAtMs: null,
    });
  });

  test("[TEN-10] the sub-domain's check says whether this hub answers there, and whatever else may be there", async () => {
    const tryIt = async () => (await call("POST", "/checks/subdomain")).body;
    expect(await tryIt()).toEqual({ host: null, outcome: "none", leadsHere: "unknown" });
    const host = "asha-wifi.hub.voi.test";
    await hub.call("PATCH", "/api/v1/settings", { token: asha.token, body: { subdomain: "asha-wifi" } });
    expect(await tryIt()).toEqual({ host, outcome: "no-address", leadsHere: "no" });
    namesAt = () => {
      throw new Error("nobody answered");
    };
    expect(await tryIt()).toMatchObject({ outcome: "no-name-server" });
    const dialled: string[] = [];
    const through: HttpCall = async (asked) => {
      dialled.push(asked.url);
      expect(asked.isTyped).toBe(true);
      const { pathname, search } = new URL(asked.url);
      const { status, text } = await hub.call("GET", pathname + search);
      return { status, body: text };
    };
    atSubdomain = through;
    namesAt = () => ["10.8.0.1"];
    expect(await tryIt()).toMatchObject({ outcome: "inside" });
    expect(dialled, "no address inside is dialled").toEqual([]);
    namesAt = () => ["41.90.0.7"];
    expect(await tryIt()).toEqual({ host, outcome: "answers", leadsHere: "yes" });
    // Somebody who answers with the sign of an earlier question, or with a page.
    const { body: old } = await hub.call("GET", `/api/v1/hub-sign?question=${"0".repeat(32)}`);
    for (const answer of [JSON.stringify(old), "<html>a parked domain</html>", JSON.stringify({ sign: 7 })]) {
      atSubdomain = async () => ({ status: 200, body: answer });
      expect(await tryIt()).toMatchObject({ outcome: "other-answer" });
    }
    for (const [code, outcome] of [
      ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate"],
      ["CERT_HAS_EXPIRED", "certificate"],
      ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "certificate"],
      ["UND_ERR_CONNECT_TIMEOUT", "no-answer"],
      ["ECONNREFUSED", "no-answer"],
    ]) {
      atSubdomain = async () => {
        throw Object.assign(new Error("words of a foreign machine"), { code });
      };
      const { outcome: found, ...rest } = await tryIt();
      expect(found).toBe(outcome);
      expect(JSON.stringify(rest)).not.toContain("foreign");
    }
    for (let times = 0; times < 20; times++) await tryIt();
    expect((await tryIt()).code).toBe("too-many-tries");
  });

  test("[TEN-10] [BEY-14] the check of outages says what the last one would have given, and gives nothing", async () => {
    const baraka = await hub.makeProvider("Baraka");
    const tryIt = async () => (await call("POST", "/checks/outage-credit", undefined, baraka)).body;
    const example = { minSeconds: 600, maxSeconds: 86_400 };
    expect(await tryIt()).toEqual({ isOn: false, rule: example, outage: null });
    const site = await hub.call("POST", "/api/v1/sites", { token: baraka.token, body: { name: "Stage" } });
    const { siteId } = site.body.site;
    const { providerId } = baraka;
    const of = { providerId, siteId };
    const startMs = 1_700_000_000_000;
    const minute = 60_000;
    const database = hub.database();
    // Its link was away for twenty minutes, while three had time: one of them since the middle, and one whose code ends first.
    await database.asPlatform("test", (tx) => playProcess(tx, "p"));
    await database.asProvider(providerId, async (tx) => {
      const link = { disconnectedAtMs: startMs, connectedAtMs: startMs + 20 * minute, processId: "p" };
      await tx.deleteFrom("site_links").execute();
      await tx
        .insertInto("site_links")
        .values({ ...of, ...link })
        .execute();
      const grant = (id: string, from: number, to: number | null, until: number | null = null) => ({
        ...{ ...of, grantId: id, epoch: "e", seq: from, planName: "Hour", receivedAtMs: startMs },
        ...{ bridge: false, origin: "voucher" as const, unremembered: false },
        startedAtMs: startMs + from * minute,
        endsAtMs: to === null ? null : startMs + to * minute,
        validUntilMs: until === null ? null : startMs + until * minute,
      });
      await tx
        .insertInto("grant_starts")
        .values([
          grant("a", -10, 50),
          grant("b", 10, 70),
          grant("c", -9, 51, 56),
          grant("over", -80, -20),
          grant("later", 30, 90),
          grant("by-use", -5, null),
        ] as never)
        .execute();
    });
    const found = await tryIt();
    expect(found).toEqual({
      isOn: false,
      rule: example,
      outage: {
        ...{ siteId, site: "Stage", by: "link", fromMs: startMs, toMs: startMs + 20 * minute, countedSeconds: 1200 },
        ...{ grants: 3, seconds: (20 + 10 + 5) * 60, secondsMost: 1200 },
      },
    });
    const set = (outageCredit: object) =>
      hub.call("PATCH", "/api/v1/settings", { token: baraka.token, body: { outageCredit } });
    await set({ minSeconds: 300, maxSeconds: 600 });
    // Counted from its end backwards: the last ten minutes.
    expect(await tryIt()).toMatchObject({ isOn: true, outage: { countedSeconds: 600, grants: 3, secondsMost: 600 } });
    await set({ minSeconds: 1800, maxSeconds: 3600 });
    expect(await tryIt()).toMatchObject({ outage: { countedSeconds: null, grants: 0 } });
    const rows = await database.asProvider(providerId, (tx) => tx.selectFrom("outage_credits").selectAll().execute());
    expect(rows).toEqual([]);
    await set({ minSeconds: 300, maxSeconds: 3600 });
    await database.asProvider(providerId, (tx) =>
      tx
        .insertInto("outage_credits")
        .values({
          ...of,
          epoch: "e",
          seq: 9,
          fromMs: startMs,
          toMs: startMs + 21 * minute,
          receivedAtMs: startMs,
        })
        .execute(),
    );
    expect(await tryIt()).toMatchObject({ outage: { by: "site", grants: 3, seconds: null } });
  });

  test("[TEN-10] [SYS-03] other times and tries of a queue are tried against the last day, by the platform alone", async () => {
    const wanted = { queue: "payments", timeoutSeconds: 20, tries: 5 };
    const tryIt = async (body: object, token?: string) =>
      hub.call("POST", "/api/v1/platform/queue-checks", { token: token ?? (await hub.adminToken()), body });
    expect((await tryIt(wanted, asha.token)).status).toBe(403);
    const hourMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", async (tx) => {
      await tx
        .insertInto("job_counts")
        .values([
          { name: "payments.ask", hourMs, done: 9, failed: 1, dead: 0, busyMs: 300_000 },
          { name: "payments.absorb", hourMs, done: 10, failed: 0, dead: 0, busyMs: 120_000 },
          { name: "payments.pull", hourMs, done: 1, failed: 0, dead: 0, busyMs: 200_000 },
          { name: "sms.send", hourMs, done: 1, failed: 0, dead: 0, busyMs: 900_000 },
        ])
        .execute();
      const dead = { data: {}, error: null, createdAtMs: hourMs, diedAtMs: hourMs, queue: "payments" };
      await tx
        .insertInto("dead_jobs")
        .values([
          { ...dead, jobId: "d1", name: "payments.ask", tries: 3 },
          { ...dead, jobId: "d2", name: "payments.ask", tries: 5 },
        ])
        .execute();
    });
    const { body } = await tryIt(wanted);
    expect(body).toMatchObject({
      inForce: { timeoutSeconds: 60, tries: 3, givenUpAfterSeconds: 3 * 60 + 2 + 4 },
      usual: { timeoutSeconds: 60, tries: 3 },
      ...{ done: 20, failed: 1, dead: 2, deadWithMoreTries: 1 },
      ...{ cutOff: ["payments.ask"], tight: ["payments.absorb"], untouched: ["payments.pull"] },
      ...{ givenUpAfterSeconds: 5 * 20 + 2 + 4 + 8 + 16, setting: "payments=20/5" },
    });
    expect((await tryIt({ queue: "payments", timeoutSeconds: 60, tries: 3 })).body).toMatchObject({
      ...{ cutOff: [], tight: ["payments.ask"], setting: "" },
    });
    for (const bad of [{ timeoutSeconds: 4 }, { timeoutSeconds: 3601 }, { tries: 0 }, { tries: 100 }, { queue: "x" }])
      expect((await tryIt({ ...wanted, ...bad })).status).toBe(400);
  });
});
