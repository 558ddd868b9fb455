/** What a new owner does first: the letter's link logs in, a test sale, sample data. */
import { expect, test } from "vitest";
import { type Answer, hubSuite } from "../../test-hub.ts";

const password = "a-long-password";

hubSuite("the first steps of a new owner with a hub of their own", (hub) => {
  const fromConsole = () => ({ "Karibu-Console": "1", Origin: hub.url() });
  const signUp = async (email: string, chosen = password) => {
    const body = { providerName: "Nyota Net", email, password: chosen };
    const answer = await hub.call("POST", "/api/v1/sign-up", { body });
    expect(answer.status, answer.text).toBe(202);
    return cookieOf(answer, "karibu_sign_up");
  };
  const confirm = (body: object, cookie = "", headers: Record<string, string> = fromConsole()) =>
    hub.call("POST", "/api/v1/session/sign-up", { body, headers: { ...headers, Cookie: cookie } });

  test("[TEN-15] the link logs in the browser that signed up, once, and only by a post of the console", async () => {
    const cookie = await signUp("zawadi@nyota.test");
    expect(cookie).toMatch(/^karibu_sign_up=[\w-]{43}$/);
    const token = await hub.mailedToken("zawadi@nyota.test");
    expect((await confirm({ token }, cookie, { Origin: "https://evil.test" })).body.code).toBe("other-origin");
    const entered = await confirm({ token }, cookie);
    expect(entered.status, entered.text).toBe(201);
    expect(entered.body).toMatchObject({ user: { email: "zawadi@nyota.test", role: "owner" } });
    expect(cookieOf(entered, "karibu_session")).toMatch(/^karibu_session=./);
    const me = await hub.call("GET", "/api/v1/user", { token: entered.body.token });
    expect(me.body).toMatchObject({ email: "zawadi@nyota.test", via: "login" });
    const again = cookieOf(entered, "karibu_session");
    const renewed = await hub.call("POST", "/api/v1/session/refresh", {
      headers: { ...fromConsole(), Cookie: again },
    });
    expect(renewed.status).toBe(200);
    expect((await confirm({ token }, cookie)).body.code).toBe("link-refused");
  });

  test("[TEN-15] another browser needs the password of the sign-up: a stranger's sign-up with an address that is not theirs makes nothing of a press", async () => {
    await signUp("victim@nyota.test", "the-stranger-s-password");
    const token = await hub.mailedToken("victim@nyota.test");
    for (const body of [{ token }, { token, password }])
      expect((await confirm(body)).body, JSON.stringify(body)).toMatchObject({
        status: 422,
        code: "password-needed",
        field: "password",
      });
    const providers = await hub.call("GET", "/api/v1/providers?q=Nyota", { token: await hub.adminToken() });
    expect(providers.body.items).toHaveLength(1); // the one of the test before
    const made = await confirm({ token, password: "the-stranger-s-password" });
    expect([made.status, made.body.user?.email]).toEqual([201, "victim@nyota.test"]);
  });

  test("[TEN-15] where two signed up with one address, each browser confirms its own, whichever letter it opens", async () => {
    const email = "two@nyota.test";
    const own = await signUp(email);
    const first = await hub.mailedToken(email);
    await signUp(email, "the-stranger-s-password");
    const made = await confirm({ token: first }, own);
    expect(made.status, made.text).toBe(201);
    const logIn = (chosen: string) => hub.call("POST", "/api/v1/login", { body: { email, password: chosen } });
    expect([(await logIn(password)).status, (await logIn("the-stranger-s-password")).status]).toEqual([200, 401]);
  });

  test("[TEN-15] a test sale is a short grant with a code at the site, and stands in no book and no report; the twenty-first of a day waits", async () => {
    const { token, providerId } = await hub.makeProvider("Tester");
    const plan = (await hub.call("GET", "/api/v1/plans", { token })).body.items[0];
    const { site } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Market" } })).body;
    const body = { planId: plan.planId, siteId: site.siteId };
    let keys = 0;
    const sell = () =>
      hub.call("POST", "/api/v1/test-sales", { token, body, headers: { "Idempotency-Key": `test-${keys++}` } });
    const sold = await sell();
    expect(sold.status, sold.text).toBe(201);
    expect(sold.body).toMatchObject({ priceCents: plan.priceCents, lastsSeconds: 600, siteId: site.siteId });
    const { grants, entries, receipts, purchases, fed } = await hub.database().asPlatform("test", async (tx) => ({
      grants: await tx.selectFrom("grants").selectAll().where("providerId", "=", providerId).execute(),
      entries: await tx.selectFrom("ledger_postings").selectAll().where("providerId", "=", providerId).execute(),
      receipts: await tx.selectFrom("receipts").selectAll().where("providerId", "=", providerId).execute(),
      purchases: await tx.selectFrom("purchases").selectAll().where("providerId", "=", providerId).execute(),
      fed: await tx
        .selectFrom("feed_rows")
        .select("body")
        .where("providerId", "=", providerId)
        .where("kind", "=", "grant")
        .execute(),
    }));
    expect(grants).toMatchObject([{ isTest: true, purchaseId: null, code: sold.body.code, siteId: site.siteId }]);
    expect(grants[0]?.terms).toMatchObject({ validitySeconds: 600, dataBytes: 100_000_000 });
    expect([entries, receipts, purchases]).toEqual([[], [], []]);
    expect(fed).toMatchObject([{ body: { code: sold.body.code, purchaseId: null } }]);
    const home = (await hub.call("GET", "/api/v1/home", { token })).body;
    expect(home).toMatchObject({ checklist: { testSale: true }, sales: { todayCents: 0, todaySales: 0 } });
    for (let at = 1; at < 20; at++) expect((await sell()).status).toBe(201);
    expect((await sell()).body).toMatchObject({ status: 429, code: "too-many-tries" });
  });

  test("[TEN-15] sample data is made once, has no number that anybody could be called at, and goes without what people made themselves", async () => {
    const { token } = await hub.makeProvider("Sampler");
    const at = (method: string) => hub.call(method, "/api/v1/sample-data", { token });
    const list = async (path: string) => (await hub.call("GET", `/api/v1/${path}`, { token })).body.items;
    expect((await at("GET")).body).toEqual({ sites: 0, customers: 0 });
    const figures = async () => {
      const reports = ["revenue", "active-users", "retention", "at-risk", "capacity", "log-ins"];
      const pages = ["home", "quotas", ...reports.map((name) => `reports/figures?report=${name}`)];
      const read = async (page: string) => {
        const answer = await hub.call("GET", `/api/v1/${page}`, { token });
        expect(answer.status, page).toBe(200);
        // But for the moment of reading.
        return JSON.parse(answer.text, (key, value) => (key === "nowMs" || key === "atMs" ? null : value));
      };
      return Promise.all(pages.map(read));
    };
    const before = await figures();
    expect((await at("POST")).body).toEqual({ sites: 1, customers: 4 });
    expect((await at("POST")).body).toEqual({ sites: 1, customers: 4 });
    expect((await at("DELETE")).status).toBe(204);
    expect(await figures()).toEqual(before);
    expect((await at("POST")).body).toEqual({ sites: 1, customers: 4 });
    const customers = await list("customers");
    expect(customers).toHaveLength(4);
    for (const customer of customers) expect(customer).toMatchObject({ phone: null, email: null });
    const own = await hub.call("POST", "/api/v1/customers", { token, body: { name: customers[0].name } });
    expect(own.status).toBe(201);
    const real = { phone: "0711000007" };
    const kept = await hub.call("PATCH", `/api/v1/customers/${customers[1].customerId}`, { token, body: real });
    expect(kept.status, kept.text).toBe(200);
    expect((await at("DELETE")).status).toBe(204);
    expect((await at("GET")).body).toEqual({ sites: 0, customers: 0 });
    expect((await list("customers")).map((one: { customerId: string }) => one.customerId).sort()).toEqual(
      [own.body.customerId, customers[1].customerId].sort(),
    );
    expect(await list("sites")).toEqual([]);
  });
});

const cookieOf = (answer: Answer, name: string): string =>
  answer.headers
    .getSetCookie()
    .find((one) => one.startsWith(`${name}=`))
    ?.split(";")[0] ?? "";
