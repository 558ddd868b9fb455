import { beforeAll, describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import type { Mail } from "../../ground/mail/mail.ts";
import type { OwnMailServer } from "../../ground/mail/own-server.ts";
import { keysAccepted, type TestProvider, useHub } from "../../test-hub.ts";

describe.each(oneEngine)("checks of settings on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of a provider", () => {
    const byOwn: { server: OwnMailServer; mail: Mail }[] = [];
    let trouble: Error | null = null;
    /** The provider's server takes its time until this is settled. */
    let hold: Promise<void> | null = null;
    const smsAsked: string[] = [];
    let smsAnswer: string | null = null;
    const hub = useHub(engine, {
      openMailServer: (server) => async (mail) => {
        if (trouble !== null) throw trouble;
        await hold;
        byOwn.push({ server, mail });
      },
      tunnelEndpoint: "wg.hub.test:51820",
      dns: {
        txt: async () => [],
        addresses: async (name) => (name === "wg.hub.test" ? ["192.0.2.1"] : []),
      },
      http: async (call) => {
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
      ["RADIUS of the console's log-in", "/api/v1/settings/checks/radius-log-in"],
      ["router's log-in and rights", "/api/v1/routers/{siteId}/health/examine"],
      ["RADIUS of a site, by a packet of its own", "/api/v1/routers/{siteId}/radius/try"],
      ["own domain", "/api/v1/domains/{domainId}/check"],
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
      expect(Buffer.from(rows[0]?.password_sealed ?? []).toString("latin1")).not.toContain("s3cret");
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
            hub
              .hub()
              .messaging.sendLetter(tx, { ...letter, event: `slow/${at}`, email: `customer-${at}@example.test` }),
          );
      const names = (await waiting()).map(({ name }) => name);
      release();
      hold = null;
      expect(names).toEqual(["notices.own-mail", "notices.own-mail"]);
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
  });
});
