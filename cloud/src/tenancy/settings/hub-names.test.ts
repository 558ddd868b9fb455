/** The hub's names, and providers' names below them: what is answered to others, and which get a certificate. */
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { visitorOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";

const dayMs = 86_400_000;

engineSuite("names of the hub of two providers", (engine) => {
  const hub = useHub(engine, { otherHosts: ["old-hub.test"] });
  let asha: TestProvider;
  let juma: TestProvider;

  beforeAll(async () => {
    asha = await hub.makeProvider("Asha");
    juma = await hub.makeProvider("Juma");
  });

  const call = (method: string, path: string, { token }: TestProvider, body?: object) =>
    hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
  const { visit, mayHaveCertificate } = visitorOf(hub);

  test("[TEN-12] the proxy's question: yes for sub-domains; every no is the same, and whoever asks from outside gets one", async () => {
    await call("PATCH", "/settings", juma, { subdomain: "juma" });
    expect((await mayHaveCertificate("juma.hub.test")).status).toBe(200);
    const noes = [
      await mayHaveCertificate("evil.example"),
      await mayHaveCertificate("nobody.hub.test"),
      await mayHaveCertificate("deep.juma.hub.test"),
      await mayHaveCertificate(""),
      await mayHaveCertificate("juma.hub.test", { "X-Forwarded-For": "203.0.113.9" }),
    ];
    expect(new Set(noes.map(({ text }) => text)).size).toBe(1);
    expect(noes.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });

  longTest(
    "[TEN-12] a flood of made-up names takes no certificate from ours; the hub's own further names have one too",
    async () => {
      for (let asked = 0; asked < 700; asked += 50)
        await Promise.all(Array.from({ length: 50 }, (_, at) => mayHaveCertificate(`made-up-${asked + at}.example`)));
      expect((await mayHaveCertificate("juma.hub.test")).status).toBe(200);
      expect((await mayHaveCertificate("old-hub.test")).status).toBe(200);
      expect((await visit("old-hub.test", "/health")).status).toBe(200);
    },
  );

  test("[TEN-12] a made-up name gets the refusal alone: no page, no redirect, nothing to keep in a cache", async () => {
    for (const host of ["evil.example", "hub.test.evil.example", "evil-hub.test", "evil.example:8000"]) {
      for (const path of ["/", "/health", "/api/v1/openapi.json", `/my/${asha.providerId}/`]) {
        const answer = await visit(host, path);
        expect([host, path, answer.status]).toEqual([host, path, 421]);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.headers.location).toBeUndefined();
        expect(answer.text).not.toContain("evil");
      }
    }
    expect((await visit("hub.test", "/health")).status).toBe(200);
  });

  test("a provider's name below the hub's is none of the hub's own, and no look-alike", async () => {
    const taken = async (subdomain: string) => (await call("PATCH", "/settings", juma, { subdomain })).status;
    expect(await taken("mpesa")).toBe(400);
    expect(await taken("xn--ash-cla")).toBe(400);
    expect(await taken("juma-wifi")).toBe(200);
  });

  test("[TEN-12] new names below the hub's are few a week: each is a certificate of the hub's own domain", async () => {
    const set = async (subdomain: string | null) => (await call("PATCH", "/settings", asha, { subdomain })).status;
    asha = { ...asha, token: await hub.logIn(asha.ownerEmail, ownerPassword) };
    for (const name of ["asha-one", "asha-two", "asha-two", "asha-three"]) expect(await set(name)).toBe(200);
    expect(await set("asha-four")).toBe(429);
    // What is there stays, and can be taken away.
    expect(await set("asha-three")).toBe(200);
    expect(await set(null)).toBe(200);
    // Back to a name whose certificate is there: nothing is asked of the authority.
    expect(await set("asha-one")).toBe(200);
    hub.moveClock(7 * dayMs + 1);
    asha = { ...asha, token: await hub.logIn(asha.ownerEmail, ownerPassword) };
    expect(await set("asha-four")).toBe(200);
  });

  longTest(
    "[TEN-12] many sign-ups with three names each leave names for the providers that are there already",
    async () => {
      const newcomers: TestProvider[] = [];
      for (let at = 0; at < 7; at++) newcomers.push(await hub.makeProvider(`Flood ${at}`));
      const answers: number[] = [];
      for (const [at, who] of newcomers.entries())
        for (const name of ["a", "b", "c"])
          answers.push((await call("PATCH", "/settings", who, { subdomain: `flood-${at}-${name}` })).status);
      expect(answers.filter((status) => status === 200)).toHaveLength(20);
      const last = await call("PATCH", "/settings", newcomers[6] as TestProvider, { subdomain: "flood-more" });
      expect(last.body).toMatchObject({ status: 429, code: "too-many-tries" });
      // A name that another provider has is refused as such, and uses nothing up.
      const theirs = await call("PATCH", "/settings", newcomers[6] as TestProvider, { subdomain: "asha-four" });
      expect(theirs.body).toMatchObject({ status: 409, code: "subdomain-taken" });
      asha = { ...asha, token: await hub.logIn(asha.ownerEmail, ownerPassword) };
      expect((await call("PATCH", "/settings", asha, { subdomain: "asha-five" })).status).toBe(200);
    },
  );
});
