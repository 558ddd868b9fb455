import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { createPaymentLink } from "../../money/payment-links/payment-links.ts";
import { visitorOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";

const dayMs = 86_400_000;
const myFolder = mkdtempSync(join(tmpdir(), "karibu-my-"));
writeFileSync(join(myFolder, "index.html"), "<!doctype html><title>the customers' page</title>");

engineSuite("own domains of two providers", (engine) => {
  const records = new Map<string, string[]>();
  let isSilent = false;
  const dns = {
    txt: async (name: string) => (isSilent ? Promise.reject(new Error("timeout")) : (records.get(name) ?? [])),
    addresses: async (name: string) => (name === "hub.test" || name === "wifi.asha.test" ? ["192.0.2.7"] : []),
  };
  const hub = useHub(engine, { dns, myFolder });
  let asha: TestProvider;
  let juma: TestProvider;

  beforeAll(async () => {
    asha = await hub.makeProvider("Asha");
    juma = await hub.makeProvider("Juma");
  });

  const call = (method: string, path: string, { token }: TestProvider, body?: object) =>
    hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
  const enter = async (who: TestProvider, host: string) => {
    const made = await call("POST", "/domains", who, { host });
    expect(made.status, made.text).toBe(201);
    return made.body as { domainId: string; record: { name: string; value: string } };
  };
  const check = async (who: TestProvider, domainId: string) =>
    (await call("POST", `/domains/${domainId}/check`, who)).body;
  const remove = (who: TestProvider, domainId: string) => call("DELETE", `/domains/${domainId}`, who);

  const { visit, mayHaveCertificate } = visitorOf(hub);

  test("[TEN-12] a name works from its proof on, and shows this provider's customers' page alone", async () => {
    const { domainId, record } = await enter(asha, "WiFi.Asha.test.");
    expect(record.name).toBe("_karibu.wifi.asha.test");
    expect(await check(asha, domainId)).toMatchObject({ found: "no-record", leadsHere: "yes" });
    expect((await visit("wifi.asha.test")).status).toBe(421);
    expect((await mayHaveCertificate("wifi.asha.test")).status).toBe(404);

    records.set(record.name, ["v=spf1 -all", record.value]);
    expect(await check(asha, domainId)).toMatchObject({ found: "proved", domain: { state: "proved" } });
    expect((await mayHaveCertificate("wifi.asha.test")).status).toBe(200);
    const own = `/my/${asha.providerId}/`;
    expect(await visit("wifi.asha.test")).toMatchObject({ status: 302, headers: { location: own } });
    expect(await visit("WIFI.asha.test:443", own)).toMatchObject({
      status: 200,
      text: expect.stringContaining("page"),
    });
    expect((await visit("wifi.asha.test", `/api/v1/my/${asha.providerId}`)).text).toContain("Asha");

    for (const path of [
      "/login",
      "/api/v1/session",
      "/api/v1/plans",
      "/api/v1/openapi.json",
      "/api/v1/pay/others",
      "/pay/x",
      "/health",
      "/hooks/unsubscribe/x",
      `/my/${juma.providerId}/`,
      `/api/v1/my/${juma.providerId}`,
      `/api/v1/my/${asha.providerId}/../${juma.providerId}`,
      `/api/v1/my/${asha.providerId}/%2e%2e/${juma.providerId}`,
      `//api/v1/plans`,
      "/certificate-question?domain=wifi.asha.test",
    ]) {
      const answer = await visit("wifi.asha.test", path, { Authorization: `Bearer ${asha.token}` });
      expect([path, answer.status, answer.headers["set-cookie"]]).toEqual([path, 404, undefined]);
    }
    const log = await visit("wifi.asha.test", "/api/v1/session", { Origin: "http://wifi.asha.test" }, "POST");
    expect([log.status, log.headers["set-cookie"]]).toEqual([404, undefined]);
    await remove(asha, domainId);
    expect((await visit("wifi.asha.test")).status).toBe(421);
  });

  test("[TEN-12] [CUS-11] a payment link opens at its provider's own domain; another provider's is unknown there", async () => {
    const { domainId, record } = await enter(asha, "pay.asha.test");
    records.set(record.name, [record.value]);
    await check(asha, domainId);
    expect(await visit("pay.asha.test", "/pay")).toMatchObject({
      status: 200,
      text: expect.stringContaining("page"),
    });
    const linkOf = async ({ providerId }: TestProvider) => {
      const made = await hub.database().asProvider(providerId, (tx) =>
        createPaymentLink({ world: hub.world, publicUrl: "" }, tx, {
          providerId,
          customerId: null,
          invoiceId: `none-${providerId}`,
          expiresAtMs: hub.world.clock.wall().atMs + 60_000,
        }),
      );
      return made.url.split("#")[1] as string;
    };
    const stateAt = async (host: string, token: string) => {
      const headers = { "content-type": "application/json" };
      const { text } = await visit(host, "/api/v1/pay/view", headers, "POST", JSON.stringify({ token }));
      return JSON.parse(text).state;
    };
    const [own, other] = [await linkOf(asha), await linkOf(juma)];
    expect([await stateAt("pay.asha.test", own), await stateAt("pay.asha.test", other)]).toEqual(["over", "unknown"]);
    expect(await stateAt("hub", other)).toBe("over");
    const page = { "Karibu-Page": "my", Origin: "http://pay.asha.test", "content-type": "application/json" };
    const ask = JSON.stringify({ token: other, key: "key-12345678", phone: "0712345678" });
    expect((await visit("pay.asha.test", "/api/v1/pay/prompts", page, "POST", ask)).status).toBe(404);
    await remove(asha, domainId);
  });

  test("[TEN-12] the hub's names, names without DNS and look-alikes are refused; three are the most", async () => {
    const refusal = async (host: string) => (await call("POST", "/domains", juma, { host })).body.code;
    expect(await refusal("hub.test")).toBe("domain-of-hub");
    expect(await refusal("asha.hub.test")).toBe("domain-of-hub");
    expect(await refusal("xn--pple-43d.com")).toBe("domain-signs");
    expect(await refusal("10.0.0.1")).toBe("domain-signs");
    const made = [await enter(juma, "a.test"), await enter(juma, "b.test"), await enter(juma, "c.test")];
    expect(await refusal("d.test")).toBe("too-many-domains");
    for (const { domainId } of made) expect((await remove(juma, domainId)).status).toBe(204);
  });

  test("[TEN-12] one name, one provider: who proves it second waits until the first one's record is gone", async () => {
    const first = await enter(asha, "shared.test");
    const second = await enter(juma, "shared.test");
    expect(second.record.value).not.toBe(first.record.value);
    records.set(first.record.name, [first.record.value]);
    expect(await check(asha, first.domainId)).toMatchObject({ found: "proved" });
    expect(await check(juma, second.domainId)).toMatchObject({ found: "other-record" });
    records.set(first.record.name, [first.record.value, second.record.value]);
    expect(await check(juma, second.domainId)).toMatchObject({
      found: "held-elsewhere",
      domain: { state: "waiting" },
    });
    expect((await visit("shared.test")).headers.location).toBe(`/my/${asha.providerId}/`);
    records.set(first.record.name, [second.record.value]);
    expect(await check(juma, second.domainId)).toMatchObject({ found: "proved", domain: { state: "proved" } });
    expect((await visit("shared.test")).headers.location).toBe(`/my/${juma.providerId}/`);
    const left = (await call("GET", "/domains", asha)).body.items;
    expect(left).toMatchObject([{ host: "shared.test", state: "shut" }]);
    const told = () => hub.letters().filter(({ subject }) => subject.includes("works no longer"));
    await expect.poll(() => told().map(({ to }) => to)).toEqual([asha.ownerEmail]);
    await remove(asha, first.domainId);
    await remove(juma, second.domainId);
  });

  test("[TEN-12] a lost proof: the owners are told, and after seven days the name is shut; silence shuts nothing at once", async () => {
    const { domainId, record } = await enter(juma, "lost.test");
    records.set(record.name, [record.value]);
    await check(juma, domainId);
    // The log-in of the owner ends meanwhile.
    const state = () =>
      hub.database().asProvider(juma.providerId, async (tx) => {
        return (await tx.selectFrom("provider_domains").select("state").executeTakeFirstOrThrow()).state;
      });
    isSilent = true;
    hub.moveClock(dayMs + 1000);
    await hub.hub().maintenance.runDue();
    expect(await state()).toBe("proved");
    isSilent = false;
    records.delete(record.name);
    hub.moveClock(dayMs + 1000);
    await hub.hub().maintenance.runDue();
    expect(await state()).toBe("lost");
    expect((await visit("lost.test")).status).toBe(302);
    await expect.poll(() => hub.letters().filter(({ subject }) => subject.includes("will stop")).length).toBe(1);
    for (let day = 0; day < 7; day++) {
      hub.moveClock(dayMs + 1000);
      await hub.hub().maintenance.runDue();
    }
    expect(await state()).toBe("shut");
    expect((await visit("lost.test")).status).toBe(421);
    expect((await mayHaveCertificate("lost.test")).status).toBe(404);
  });

  test("[TEN-12] a domain whose look fails keeps no other domain's lost proof from being seen", async () => {
    asha = { ...asha, token: await hub.logIn(asha.ownerEmail, ownerPassword) };
    juma = { ...juma, token: await hub.logIn(juma.ownerEmail, ownerPassword) };
    const stuck = await enter(asha, "stuck.test");
    const gone = await enter(juma, "gone.test");
    for (const [who, { domainId, record }] of [
      [asha, stuck],
      [juma, gone],
    ] as const) {
      records.set(record.name, [record.value]);
      await check(who, domainId);
      hub.moveClock(1000);
    }
    records.delete(gone.record.name);
    await hub.database().alone("write", async (run) => {
      await run(
        `create function test_refuse() returns trigger language plpgsql as 'begin raise exception ''stuck''; end'`,
      );
      await run(`create trigger test_stuck before update on provider_domains for each row
          when (new.host = 'stuck.test') execute function test_refuse()`);
    });
    hub.moveClock(dayMs + 1000);
    await hub.hub().maintenance.runDue();
    const { state } = await hub
      .database()
      .asProvider(juma.providerId, (tx) =>
        tx.selectFrom("provider_domains").select("state").where("host", "=", "gone.test").executeTakeFirstOrThrow(),
      );
    await hub.database().alone("write", (run) => run("drop function test_refuse cascade"));
    expect(state).toBe("lost");
    asha = { ...asha, token: await hub.logIn(asha.ownerEmail, ownerPassword) };
    juma = { ...juma, token: await hub.logIn(juma.ownerEmail, ownerPassword) };
    await remove(asha, stuck.domainId);
    await remove(juma, gone.domainId);
  });

  test("[TEN-12] a domain that was looked at, and found lost, while the clock was years ahead is shut within days of the clock being set", async () => {
    const yearsMs = 3 * 365 * dayMs;
    juma = { ...juma, token: await hub.logIn(juma.ownerEmail, ownerPassword) };
    const { domainId, record } = await enter(juma, "ahead.test");
    records.set(record.name, [record.value]);
    await check(juma, domainId);
    records.delete(record.name);
    const state = () =>
      hub
        .database()
        .asProvider(juma.providerId, (tx) =>
          tx
            .selectFrom("provider_domains")
            .select(["state", "lostAtMs"])
            .where("host", "=", "ahead.test")
            .executeTakeFirst(),
        );
    hub.moveClock(yearsMs);
    await hub.hub().maintenance.runDue();
    expect(await state()).toMatchObject({ state: "lost" });
    hub.moveClock(-yearsMs);
    for (let day = 0; day < 9; day++) {
      hub.moveClock(dayMs + 1000);
      await hub.hub().maintenance.runDue();
    }
    expect(await state()).toMatchObject({ state: "shut" });
    juma = { ...juma, token: await hub.logIn(juma.ownerEmail, ownerPassword) };
    await remove(juma, domainId);
  });

  test("[TEN-12] the proxy may fetch no certificate for a name that is not proved yet", async () => {
    juma = { ...juma, token: await hub.logIn(juma.ownerEmail, ownerPassword) };
    const { domainId } = await enter(juma, "later.test");
    await check(juma, domainId);
    const noes = [await mayHaveCertificate("later.test"), await mayHaveCertificate("evil.example")];
    expect(new Set(noes.map(({ text }) => text)).size).toBe(1);
    expect(noes.map(({ status }) => status)).toEqual([404, 404]);
  });
});
