/** Who gets in at the customers' own page, and who does not: over HTTP, with the codes that really go out. */
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { customerCookie } from "../../ground/http/admit-customer.ts";
import { locales } from "../../messaging/texts/every-language.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { codeTexts, newestCode, ownPage, visitorOf } from "../test-visitor.ts";
import { trialHandlers } from "../trials/trial-codes.ts";
import { codeText } from "./code-text.ts";

const dayMs = 86_400_000;

hubSuite("the customers' page at its doors", { timeout: 120_000 }, (hub) => {
  let mine: TestProvider;
  let theirs: TestProvider;
  let siteId = "";
  let planId = "";
  let phones = 0;

  const call = askerOf(hub, () => mine.token);
  /** No job about a code waits any more. */
  const allCodesLookedAt = () =>
    vi.waitFor(async () => {
      const waiting = await hub
        .database()
        .asPlatform("test", (tx) =>
          tx
            .selectFrom("job_outbox")
            .select("jobId")
            .where("name", "=", "sms.customer-code")
            .where("state", "=", "waiting")
            .execute(),
        );
      expect(waiting).toEqual([]);
    });
  const nextPhone = () => `07220001${String(++phones).padStart(2, "0")}`;
  async function newCustomer() {
    const phone = nextPhone();
    const { customerId } = (await call("POST", "/customers", { name: "Asha", phone })).body;
    return { phone, customerId: customerId as string };
  }
  async function newAccount(customerId: string, username: string) {
    const made = await call("POST", "/accounts", {
      customerId,
      username,
      planId,
      siteIds: [siteId],
      password: "maji-moto-7",
    });
    expect(made.status, made.text).toBe(201);
    return made.body as { accountId: string };
  }
  /** The owner logs in once more then. */
  const move = async (byMs: number) => {
    hub.moveClock(byMs);
    mine = { ...mine, token: await hub.logIn(mine.ownerEmail, ownerPassword) };
  };
  const visitor = () => visitorOf(hub, mine.providerId);
  const isIn = async (of: ReturnType<typeof visitor>) => (await of.call("GET", "/sessions")).status === 200;

  beforeAll(async () => {
    mine = await hub.makeProvider("Mwangaza");
    theirs = await hub.makeProvider("Other");
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Home", priceCents: 100_000, terms: {} })).body.planId;
  }, 60_000);

  test("[CUS-11] a code by SMS opens a session whose cookie no script reads and no other site sends", async () => {
    const { phone } = await newCustomer();
    const asha = visitor();
    expect(await isIn(asha)).toBe(false);
    const entered = await asha.logIn(phone);
    expect(entered).toMatchObject({ status: 201, body: { name: "Asha" } });
    const set = entered.headers.get("set-cookie") ?? "";
    for (const flag of ["HttpOnly", "SameSite=Strict", "Path=/", `Max-Age=${30 * 86_400}`]) expect(set).toContain(flag);
    const { items } = (await asha.call("GET", "/sessions")).body;
    expect(items).toMatchObject([{ way: "code", isThis: true }]);
    const rows = await hub
      .database()
      .asProvider(mine.providerId, (tx) => tx.selectFrom("customer_sessions").selectAll().execute());
    expect(JSON.stringify(rows)).not.toContain(asha.cookie()?.split("=")[1]);
    expect(customerCookie("p", "t", { publicUrl: "https://hub.test", lifeMs: 1000 })).toBe(
      "__Host-karibu_my_p=t; Path=/; Max-Age=1; HttpOnly; SameSite=Strict; Secure",
    );
  });

  test("[CUS-11] [MSG-01] where the portal speaks French, so do this page, its SMS and what it refuses", async () => {
    const shop = await hub.makeProvider("Kivu");
    await call("PATCH", "/settings", { portalLanguage: "fr" }, shop.token);
    const phone = nextPhone();
    await call("POST", "/customers", { name: "Aline", phone }, shop.token);
    const aline = visitorOf(hub, shop.providerId);
    expect((await aline.call("GET", "")).body).toMatchObject({ locale: "fr" });
    await aline.askForCode(phone);
    await newestCode(hub, shop.providerId);
    expect((await codeTexts(hub, shop.providerId)).at(-1)).toContain("est votre code de connexion pour Kivu.");
    const wrong = await aline.call("POST", "/sessions", {
      body: { phone, code: "000000" },
      headers: { "accept-language": "fr-CD, en;q=0.5" },
    });
    expect([wrong.status, wrong.headers.get("content-language")]).toEqual([403, "fr"]);
    expect(wrong.body.detail).toMatch(/^Ce n'est pas juste/);
  });

  test("[CUS-11] who has no account here gets the same answers, leaves the same rows, and costs no SMS", async () => {
    const { phone } = await newCustomer();
    const nobody = nextPhone();
    const before = (await codeTexts(hub, mine.providerId)).length;
    const outcome = async (number: string) => {
      const stranger = visitor();
      const answers = [];
      for (let times = 0; times < 4; times++) {
        const { status, text, headers } = await stranger.askForCode(number);
        const said = text.replaceAll(/"requestId":"[^"]*"|\d{4} s\b/g, "");
        answers.push({ status, said, names: [...headers.keys()] });
      }
      const wrong = await stranger.call("POST", "/sessions", { body: { phone: number, code: "000000" } });
      answers.push({ status: wrong.status, said: wrong.body.code, names: [...wrong.headers.keys()] });
      return answers;
    };
    const known = await outcome(phone);
    expect(known.map(({ status }) => status)).toEqual([202, 202, 202, 429, 403]);
    expect(await outcome(nobody)).toEqual(known);
    await newestOf(phone);
    // The codes of nobody were looked at by the same job by then, or will send nothing.
    await allCodesLookedAt();
    const sent = (await codeTexts(hub, mine.providerId)).length - before;
    expect(sent).toBeGreaterThanOrEqual(1);
    expect(sent).toBeLessThanOrEqual(3);
  });

  test("[CUS-11] a guess does the same work whether or not somebody has the number: its time tells nobody", async () => {
    const { phone } = await newCustomer();
    const nobody = nextPhone();
    /** Where each code stands on the disk: a row that is written moves. */
    const places = async () =>
      hub.database().asProvider(mine.providerId, async (tx) => {
        const { rows } = await sql<{ place: string; codeId: string }>`
            select ctid::text as place, code_id from customer_codes order by code_id`.execute(tx);
        return rows.slice(-2);
      });
    await visitor().askForCode(phone);
    await newestOf(phone);
    await visitor().askForCode(nobody);
    const before = await places();
    for (const number of [phone, nobody])
      expect((await visitor().call("POST", "/sessions", { body: { phone: number, code: "000000" } })).status).toBe(403);
    const after = await places();
    expect(after.map(({ place }, index) => place === before[index]?.place)).toEqual([false, false]);
  });

  /** Its code has gone out. */
  const newestOf = (phone: string) =>
    vi.waitFor(async () => {
      const masked = await hub
        .database()
        .asProvider(mine.providerId, (tx) =>
          tx.selectFrom("messages").select("toMasked").where("template", "=", "log-in-code").execute(),
        );
      expect(masked.some(({ toMasked }) => toMasked.endsWith(phone.slice(-3)))).toBe(true);
    });

  test("[CUS-11] a code is good five times five minutes: not after five guesses, not when it is old, not twice, not beside a newer one", async () => {
    const { phone } = await newCustomer();
    const asha = visitor();
    const enter = (code: string) => asha.call("POST", "/sessions", { body: { phone, code }, cookie: null });
    await asha.askForCode(phone);
    const first = await newestCode(hub, mine.providerId);
    const wrong = first === "111111" ? "222222" : "111111";
    for (let times = 0; times < 5; times++) expect((await enter(wrong)).body.code).toBe("log-in-refused");
    expect((await enter(first)).body.code).toBe("log-in-refused");
    await asha.askForCode(phone);
    const second = await newestCode(hub, mine.providerId);
    hub.moveClock(5 * 60_000);
    expect((await enter(second)).status).toBe(403);
    await asha.askForCode(phone);
    const third = await newestCode(hub, mine.providerId);
    expect((await asha.askForCode(phone)).status).toBe(429);
    await move(3_600_000 - 5 * 60_000 + 1000);
    await asha.askForCode(phone);
    const fourth = await newestCode(hub, mine.providerId);
    expect((await enter(third)).status).toBe(third === fourth ? 201 : 403);
    expect((await enter(fourth)).status).toBe(third === fourth ? 403 : 201);
    expect((await enter(fourth)).status).toBe(403);
  });

  test("[CUS-11] the newest code opens the page, also where the hub's clock was ahead when the one before it was made", async () => {
    const { phone } = await newCustomer();
    const asha = visitor();
    hub.moveClock(60_000);
    await asha.askForCode(phone);
    hub.moveClock(-60_000);
    await asha.askForCode(phone);
    const code = await newestCode(hub, mine.providerId);
    expect((await asha.call("POST", "/sessions", { body: { phone, code }, cookie: null })).status).toBe(201);
  });

  test("[CUS-11] a stranger's wrong codes and passwords from another network keep nobody out, and from three networks they end a code", async () => {
    const { phone, customerId } = await newCustomer();
    await newAccount(customerId, "neighbour");
    const asha = visitor();
    const enter = (from: string, body: object) =>
      asha.call("POST", "/sessions", { body, cookie: null, headers: { "X-Forwarded-For": from } });
    await asha.askForCode(phone);
    const code = await newestCode(hub, mine.providerId);
    const wrong = code === "111111" ? "222222" : "111111";
    const guess = async (from: string) => {
      for (let times = 0; times < 5; times++) await enter(from, { phone, code: wrong });
    };
    await guess("203.0.113.9");
    await guess("203.0.113.9");
    await guess("203.0.113.9");
    expect((await enter("203.0.113.9", { phone, code })).status).toBe(403);
    expect((await enter("198.51.100.7", { phone, code })).status).toBe(201);
    await asha.askForCode(phone);
    const next = await newestCode(hub, mine.providerId);
    for (const from of ["203.0.113.9", "203.0.114.9", "203.0.115.9"])
      for (let times = 0; times < 5; times++)
        await enter(from, { phone, code: next === "111111" ? "222222" : "111111" });
    expect((await enter("198.51.100.7", { phone, code: next })).status, "fifteen tries in all").toBe(403);
    const line = { username: "neighbour", password: "maji-moto-7" };
    for (let times = 0; times < 12; times++) await enter("203.0.116.9", { ...line, password: "guessed" });
    expect((await enter("203.0.116.9", line)).status).toBe(429);
    expect((await enter("198.51.100.7", line)).status).toBe(201);
  });

  test("[CUS-11] a code that is used or too old is sent no more: nobody pays for a text that opens nothing", async () => {
    const { phone } = await newCustomer();
    expect((await visitor().logIn(phone)).status).toBe(201);
    const message = () =>
      hub
        .database()
        .asProvider(mine.providerId, (tx) =>
          tx
            .selectFrom("messages")
            .select(["messageId", "state", "problem"])
            .where("template", "=", "log-in-code")
            .orderBy("messageId", "desc")
            .executeTakeFirstOrThrow(),
        );
    await vi.waitFor(async () => expect((await message()).state).not.toBe("waiting"));
    const { messageId: id } = await message();
    expect((await call("POST", `/messages/${id}/resend`)).status).toBe(202);
    const over = { state: "skipped", problem: "the code is used or too old" };
    await vi.waitFor(async () => expect(await message()).toMatchObject(over), { timeout: 10_000 });
  });

  test("[CUS-11] an account's name and password open it too; a wrong password and a name that nobody has are answered alike, and only so often", async () => {
    const { customerId } = await newCustomer();
    const { accountId } = await newAccount(customerId, "Home.Asha");
    const enter = (username: string, password: string) =>
      visitor().call("POST", "/sessions", { body: { username, password } });
    const wrong = await enter("home.asha", "maji-baridi");
    const nobody = await enter("home.nobody", "maji-baridi");
    expect([wrong.status, wrong.body.code, wrong.body.detail]).toEqual([
      nobody.status,
      nobody.body.code,
      nobody.body.detail,
    ]);
    const asha = visitor();
    const body = { username: "home.asha", password: "maji-moto-7" };
    expect((await asha.call("POST", "/sessions", { body })).status).toBe(201);
    expect(await isIn(asha)).toBe(true);
    for (let times = 0; times < 10; times++) await enter("home.asha", `guess-${times}`);
    expect((await enter("home.asha", "maji-moto-7")).status).toBe(429);
    // Who is in stays in; a new password ends what the old one opened.
    expect(await isIn(asha)).toBe(true);
    const changed = await call("POST", `/accounts/${accountId}/set-password`, { password: "maji-baridi-8" });
    expect(changed.status, changed.text).toBeLessThan(300);
    expect(await isIn(asha)).toBe(false);
  });

  test("[CUS-11] [CUS-22] a password from another system that is the log-in's own name opens the line, and no page", async () => {
    const { customerId } = await newCustomer();
    const { accountId } = await newAccount(customerId, "home.weak");
    const body = { username: "home.weak", password: "maji-moto-7" };
    const enter = async () => (await visitor().call("POST", "/sessions", { body })).status;
    const mark = (weakness: "is-name" | "short") =>
      hub
        .database()
        .asProvider(mine.providerId, (tx) =>
          tx.updateTable("accounts").set({ weakPassword: weakness }).where("accountId", "=", accountId).execute(),
        );
    await mark("short");
    expect(await enter()).toBeLessThan(300);
    await mark("is-name");
    expect(await enter()).toBe(403);
  });

  test("[CUS-11] an account that staff switch off ends what its password opened", async () => {
    const { customerId } = await newCustomer();
    const { accountId } = await newAccount(customerId, "home.off");
    const asha = visitor();
    const body = { username: "home.off", password: "maji-moto-7" };
    expect((await asha.call("POST", "/sessions", { body })).status).toBe(201);
    expect((await call("PATCH", `/accounts/${accountId}`, { active: false })).status).toBe(200);
    expect(await isIn(asha)).toBe(false);
  });

  test("[CUS-11] a session ends by logging out, on another device too, with the number, with the customer, and after 30 days", async () => {
    const { phone, customerId } = await newCustomer();
    const [one, two] = [visitor(), visitor()];
    for (const each of [one, two]) expect((await each.logIn(phone)).status).toBe(201);
    const copied = one.cookie();
    const out = await one.call("DELETE", "/sessions/this");
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await one.call("GET", "/sessions", { cookie: copied })).status).toBe(401);
    expect(await isIn(two)).toBe(true);
    expect((await one.logIn(phone)).status).toBe(201);
    const { items } = (await two.call("GET", "/sessions")).body;
    const other = items.find(({ isThis }: { isThis: boolean }) => !isThis);
    expect((await two.call("DELETE", `/sessions/${other.sessionId}`)).status).toBe(204);
    expect([await isIn(one), await isIn(two)]).toEqual([false, true]);
    await call("PATCH", `/customers/${customerId}`, { phone: nextPhone() });
    expect(await isIn(two)).toBe(false);
    const old = await newCustomer();
    await two.logIn(old.phone);
    hub.moveClock(30 * dayMs - 1000);
    expect(await isIn(two)).toBe(true);
    await move(1000);
    expect(await isIn(two)).toBe(false);
    const gone = await newCustomer();
    await two.logIn(gone.phone);
    await call("DELETE", `/customers/${gone.customerId}`);
    expect(await isIn(two)).toBe(false);
  });

  test("[CUS-11] staff are no customers and customers no staff: each one's key is refused at the other's routes, and so are both together", async () => {
    const { phone } = await newCustomer();
    const asha = visitor();
    await asha.logIn(phone);
    const cookie = asha.cookie() as string;
    const bearer = { Authorization: `Bearer ${mine.token}` };
    expect((await asha.call("GET", "/sessions", { headers: bearer })).status).toBe(401);
    expect((await asha.call("GET", "/sessions", { headers: bearer, cookie: null })).status).toBe(401);
    const token = cookie.split("=")[1] as string;
    for (const path of ["/customers", "/user", "/payments", "/subscriptions", "/session"]) {
      const method = path === "/session" ? "POST" : "GET";
      expect([path, (await hub.call(method, `/api/v1${path}`, { headers: { Cookie: cookie } })).status < 400]).toEqual([
        path,
        false,
      ]);
      expect([path, (await hub.call(method, `/api/v1${path}`, { token })).status < 400]).toEqual([path, false]);
      const asStaff = { Cookie: `karibu_session=${token}`, ...ownPage, "Karibu-Console": "1" };
      expect([path, (await hub.call(method, `/api/v1${path}`, { headers: asStaff })).status < 400]).toEqual([
        path,
        false,
      ]);
    }
    // At another provider, in the same browser.
    const renamed = cookie.replace(mine.providerId, theirs.providerId);
    const elsewhere = visitorOf(hub, theirs.providerId);
    for (const sent of [cookie, renamed])
      expect((await elsewhere.call("GET", "/sessions", { cookie: sent })).status).toBe(401);
  });

  test("[CUS-11] a tab that still shows the customer before does nothing for the one who has logged in in this browser since", async () => {
    const [first, second] = [await newCustomer(), await newCustomer()];
    const browser = visitor();
    await browser.logIn(first.phone);
    const { customerId } = (await browser.call("GET", "/overview")).body;
    expect(customerId).toBe(first.customerId);
    await browser.logIn(second.phone);
    const oldTab = { "Karibu-Customer": customerId };
    for (const [method, path, body] of [
      ["PATCH", "/wishes", { marketing: true }],
      ["POST", "/prompts", { amountCents: 50_000 }],
      ["GET", "/payments", undefined],
      ["DELETE", "/sessions/this", undefined],
    ] as const) {
      const headers = { ...oldTab, "Idempotency-Key": "old-tab-1" };
      const answer = await browser.call(method, path, { headers, ...(body === undefined ? {} : { body }) });
      expect([path, answer.status]).toEqual([path, 401]);
    }
    const newTab = { headers: { "Karibu-Customer": second.customerId } };
    expect((await browser.call("GET", "/payments", newTab)).status).toBe(200);
    expect(await isIn(browser)).toBe(true);
  });

  test("[CUS-11] another site can't log anybody in, or out, or ask for codes", async () => {
    const { phone } = await newCustomer();
    const asha = visitor();
    await asha.logIn(phone);
    const foreign = [
      { Origin: "https://evil.test", "Karibu-Page": "my" },
      { Origin: "http://hub.test", "Karibu-Page": "" },
      { ...ownPage, "Sec-Fetch-Site": "cross-site" },
      { ...ownPage, "Sec-Fetch-Site": "same-site" },
    ];
    for (const headers of foreign) {
      expect((await asha.call("POST", "/codes", { body: { phone }, headers })).body.code).toBe("other-origin");
      expect((await asha.call("POST", "/sessions", { body: { phone, code: "123456" }, headers })).body.code).toBe(
        "other-origin",
      );
      expect((await asha.call("DELETE", "/sessions/this", { headers })).body.code).toBe("other-origin");
    }
    expect(await isIn(asha)).toBe(true);
  });

  test("[CUS-11] [PLN-11] guests who ask for codes of trials spend half of a day's codes and no more: customers still log in", async () => {
    const shop = await hub.makeProvider("Tried");
    await call("PUT", "/customer-page", { isOpen: true, codesADay: 4, planIds: [] }, shop.token);
    const { siteId: place } = (await call("POST", "/sites", { name: "Harbour" }, shop.token)).body.site;
    const plan = { name: "To try", priceCents: 0, active: false, terms: { validitySeconds: 600 } };
    const made = await call("POST", "/plans", { ...plan, trial: { perDay: 9, asksPhone: true } }, shop.token);
    const { parties, messaging } = hub.hub();
    const ask = trialHandlers({ ...hub, database: hub.database(), parties, messaging }).find(
      ({ method }) => method === "ask-trial-code",
    );
    for (let guest = 0; guest < 6; guest++) {
      const asked = { planId: made.body.planId, phone: `25472200090${guest}`, address: `10.5.50.${guest}` };
      const caller = { providerId: shop.providerId, siteId: place };
      expect(await ask?.answer(caller, asked, new AbortController().signal)).toMatchObject({ kind: "sent" });
    }
    expect(await codeTexts(hub, shop.providerId)).toHaveLength(2);
    for (const phone of [nextPhone(), nextPhone()]) {
      await call("POST", "/customers", { name: "Asha", phone }, shop.token);
      expect((await visitorOf(hub, shop.providerId).logIn(phone)).status).toBe(201);
    }
  });

  test("[CUS-11] a provider pays for so many codes a day and no more, and a page that is shut is none", async () => {
    const shop = await hub.makeProvider("Thrifty");
    const settings = { isOpen: true, codesADay: 1, planIds: [] };
    expect((await call("PUT", "/customer-page", settings, shop.token)).status).toBe(200);
    const numbers = [nextPhone(), nextPhone()];
    const visitors = numbers.map(() => visitorOf(hub, shop.providerId));
    for (const [index, phone] of numbers.entries()) {
      await call("POST", "/customers", { name: `Customer ${index}`, phone }, shop.token);
      expect((await visitors[index]?.askForCode(phone))?.status).toBe(202);
      if (index === 0) await newestCode(hub, shop.providerId);
    }
    await allCodesLookedAt();
    expect(await codeTexts(hub, shop.providerId)).toHaveLength(1);
    // The one that nobody was sent opens nothing, however well it is guessed.
    const rows = await hub
      .database()
      .asProvider(shop.providerId, (tx) =>
        tx.selectFrom("customer_codes").selectAll().orderBy("madeAtMs").orderBy("codeId").execute(),
      );
    const guess = (at: number) => {
      const row = rows[at] as (typeof rows)[number];
      const context = `customer-code/${shop.providerId}/${row.codeId}`;
      const code = hub.envelope.open(row.codeSealed, context).toString("utf8");
      return visitors[at]?.call("POST", "/sessions", { body: { phone: numbers[at], code } });
    };
    expect([(await guess(1))?.status, (await guess(0))?.status]).toEqual([403, 201]);
    await call("PUT", "/customer-page", { ...settings, isOpen: false }, shop.token);
    expect((await visitors[0]?.call("GET", ""))?.status).toBe(404);
    expect((await visitors[0]?.askForCode(numbers[0] as string))?.status).toBe(404);
    expect((await visitorOf(hub, "platform").call("GET", "")).status).toBe(404);
  });
});

test.each(locales)(
  "[CUS-11] the text with a code fits one SMS in %s, and only this hub's page may fill it in",
  (locale) => {
    const text = codeText(locale, {
      code: "012345",
      provider: "Mwangaza “Wi-Fi” ya Kisumu na Pwani yote",
      host: "karibu.example.co.ke",
    });
    expect(text.length).toBeLessThanOrEqual(160);
    expect(text).toMatch(/^012345 /);
    expect(text).toMatch(/\n\n@karibu\.example\.co\.ke #012345$/);
  },
);
