/** Customers from another system: tried, taken over, and undone, by HTTP. */
import { beforeAll, expect, test, vi } from "vitest";
import { sendToOutbox } from "../../../ground/jobs/outbox.ts";
import { noteSpentCredit } from "../../../money/receipts/told-credit.ts";
import { askerOf, queryOf } from "../../../test-asking.ts";
import { hubSuite } from "../../../test-hub.ts";
import { lacksModules } from "../../test-lacks-modules.ts";

/** What, its name in the refusal, and how it is built. */
type Built = [string, string, () => Promise<unknown>];

const wait = { timeout: 20_000, interval: 50 };

hubSuite("a takeover of customers", (hub) => {
  let token = "";
  let providerId = "";
  let siteId = "";
  const call = askerOf(hub, () => token);
  const query = queryOf(hub, () => providerId);
  const balances = () =>
    query(
      "select account, sum(amount_cents)::text as cents from ledger_postings group by 1 having sum(amount_cents) <> 0 order by 1",
    );
  const dueMs = Date.UTC(2026, 11, 1, 21);
  const file = [
    "name,phone,username,password,plan,paid_until,balance",
    "Achieng Otieno,0711000001,achieng.home,her-password,Home 10,2026-12-01,1250",
    "Barasa Wekesa,0711000002,barasa.home,,home 10,,0",
    "Wanjiku,0711000003,,,,,300",
    "Omondi,0711000005,,,,,-450",
    "Nobody,0711000004,nobody.home,,Other plan,,",
  ].join("\n");
  const preview = async (text = file) => call("POST", "/customer-takeovers/preview", { file: text, siteId });

  const idOf = async (path: string, name: string, key: string): Promise<string> => {
    const { items } = (await call("GET", path)).body;
    return items.find((one: Record<string, string>) => one.name === name || one.username === name)[key];
  };

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const terms = { validitySeconds: 30 * 86_400 };
    await call("POST", "/plans", { name: "Home 10", priceCents: 250_000, terms });
  }, 120_000);

  test("[CUS-22] a preview tells what would be made, a line for each error, and changes nothing", async () => {
    const { status, body, text } = await preview();
    expect(status, text).toBe(200);
    expect(body.totals).toMatchObject({
      ...{ customers: 4, accounts: 2, newPasswords: 1, paid: 1, creditCents: 155_000, owesCents: 45_000 },
    });
    expect(body.errors).toEqual([{ line: 6, field: "plan", problem: "no-such-plan" }]);
    expect(body.lines[0]).toMatchObject({ name: "Achieng Otieno", does: "make", paidUntilMs: dueMs });
    expect(text).not.toContain("her-password");
    expect((await call("GET", "/customers")).body.items).toEqual([]);
    expect((await call("GET", "/customer-takeovers")).body.items).toEqual([]);
    const none = await preview("Market 10.0.0.1\nHarbour 10.0.0.2");
    expect([none.status, none.body.code]).toEqual([400, "not-a-customer-file"]);
  });

  test("[CUS-22] what was shown is done: customers, lines paid until their date, credit that is no revenue; another file is refused", async () => {
    const { seen } = (await preview()).body;
    const other = await call("POST", "/customer-takeovers", { file: file.replace("1250", "9999"), siteId, seen });
    expect([other.status, other.body.code]).toEqual([409, "total-changed"]);
    const done = await call("POST", "/customer-takeovers", { file, siteId, seen });
    expect(done.status, done.text).toBe(201);
    expect(done.body).toMatchObject({ state: "done", source: "karibu", totals: { customers: 4, left: 1 } });
    expect(done.body.passwords).toEqual([
      { username: "barasa.home", password: expect.stringMatching(/^[a-z2-9]{10}$/) },
    ]);
    const { items } = (await call("GET", "/accounts?sort=name")).body;
    expect(items).toMatchObject([
      {
        username: "achieng.home",
        customerName: "Achieng Otieno",
        state: "subscribed",
        paidUntilMs: dueMs,
        siteIds: [siteId],
      },
      { username: "barasa.home", billing: "subscription" },
    ]);
    expect((await call("GET", "/subscriptions?sort=due")).body.items).toHaveLength(2);
    expect(await balances()).toEqual([
      { account: "credit", cents: "-155000" },
      { account: "debts", cents: "45000" },
      { account: "taken-over", cents: "110000" },
    ]);
    // It stands where every debt stands: beside the credit, and on the statement of account.
    expect((await call("GET", "/credits?phone=0711000005")).body).toMatchObject({
      balanceCents: 0,
      owesCents: 45_000,
    });
    const statement = await call("GET", `/customers/${await idOf("/customers", "Omondi", "customerId")}/statement`);
    expect(statement.body.statements).toMatchObject([
      { closingCents: -45_000, rows: [{ kind: "taken-over", amountCents: -45_000, balanceCents: -45_000 }] },
    ]);
    expect((await call("GET", "/credits?phone=0711000001")).body.balanceCents).toBe(125_000);
    // Whoever was late over there pays no fee for it here.
    const fees = await query("select late_fee_for_ms as ms from subscriptions where late_fee_for_ms = paid_until_ms");
    expect(fees).toEqual([{ ms: dueMs }]);
    // She logs in with what she had: the site gets its hash, nobody the password.
    const told = await query<{ body: string }>(
      "select body::text as body from feed_rows where kind = 'customer-account'",
    );
    expect(told.length).toBe(2);
    expect(told.some(({ body }) => body.includes("her-password"))).toBe(false);
    const again = (await preview()).body;
    expect(again.errors.map(({ line, problem }: { line: number; problem: string }) => `${line} ${problem}`)).toEqual(
      expect.arrayContaining(["2 username-taken", "4 credited-before", "5 credited-before"]),
    );
  });

  test("[CUS-22] who may take over, and not sell or make customers, is refused: a file does not go round their rights", async () => {
    const role = { name: "Mover", permissions: ["takeovers.manage", "customers.manage"] };
    const { role: roleId } = (await call("POST", "/roles", role)).body;
    const user = { name: "Mover", email: "mover@mwangaza.test", role: roleId, password: "movers-password" };
    expect((await call("POST", "/users", user)).status).toBe(201);
    const mover = await hub.logIn(user.email, user.password);
    const as = (path: string, body?: object) => call("POST", `/customer-takeovers${path}`, body, mover);
    const rich = { file: "name,phone,balance\nMover,0711000099,50000", siteId };
    const { seen } = (await as("/preview", rich)).body;
    const refused = await as("", { ...rich, seen });
    expect([refused.status, refused.body.code]).toEqual([403, "not-allowed"]);
    const [{ customerTakeoverId: id }] = (await call("GET", "/customer-takeovers")).body.items;
    expect((await as(`/${id}/undo`)).status).toBe(403);
  });

  test("[CUS-22] it is undone as a whole: lines, customers, credit and debts go, the books balance, and the same file comes again", async () => {
    const [{ customerTakeoverId: id }] = (await call("GET", "/customer-takeovers")).body.items;
    const undone = await call("POST", `/customer-takeovers/${id}/undo`);
    expect(undone.status, undone.text).toBe(200);
    expect(undone.body).toMatchObject({ state: "undone", undoneAtMs: expect.any(Number) });
    expect(await balances()).toEqual([]);
    for (const path of ["/customers", "/accounts"]) expect((await call("GET", path)).body.items, path).toEqual([]);
    expect((await call("GET", "/subscriptions?ended=false")).body.items).toEqual([]);
    const told = await query<{ body: unknown }>("select body from feed_rows where kind = 'customer-account'");
    expect(told.map(({ body }) => body)).toEqual([null, null]);
    const twice = await call("POST", `/customer-takeovers/${id}/undo`);
    expect([twice.status, twice.body.code]).toEqual([409, "takeover-state"]);
    const { seen, totals } = (await preview()).body;
    expect(totals).toMatchObject({ customers: 4, accounts: 2 });
    expect((await call("POST", "/customer-takeovers", { file, siteId, seen })).status).toBe(201);
  });

  const accountId = () => idOf("/accounts", "achieng.home", "accountId");
  const customerId = () => idOf("/customers", "Achieng Otieno", "customerId");
  const asked = async (path: string, body: object) => {
    const answer = await call("POST", path, body);
    expect(answer.status, answer.text).toBeLessThan(300);
  };

  // The first that is built stays: what each of them is called stands in the refusal.
  test.each<Built>([
    [
      "a session",
      "sessions",
      async () => {
        const grantId = `a.${await accountId()}.2026-12`;
        await query(`insert into sessions (provider_id, site_id, session_key, grant_id, started_at_ms, received_at_ms, input_bytes, output_bytes)
            values ('${providerId}', '${siteId}', 'first', '${grantId}', 9000000000000, 9000000000000, 1, 1)`);
      },
    ],
    [
      "a line that a person suspended",
      "subscriptions",
      async () => {
        const { items } = (await call("GET", `/subscriptions?accountId=${await accountId()}`)).body;
        await asked(`/subscriptions/${items[0].subscriptionId}/suspend`, { why: "No answer" });
      },
    ],
    ...(lacksModules("tickets")
      ? []
      : [
          [
            "a ticket",
            "tickets",
            async () =>
              asked("/tickets", {
                subject: "Slow",
                kind: "connection",
                text: "Since noon",
                customerId: await customerId(),
              }),
          ] satisfies Built,
        ]),
    [
      "another account",
      "accounts",
      async () => {
        const { planId } = (await call("GET", "/plans")).body.items[0];
        await asked("/accounts", {
          customerId: await customerId(),
          username: "achieng.shop",
          planId,
          siteIds: [siteId],
        });
      },
    ],
    [
      "a debt that was paid in part",
      "debts",
      () => {
        const settled = { kind: "settle-debt", phone: "0711000005", amountCents: 10_000, reason: "At the office" };
        return asked("/corrections", settled);
      },
    ],
    ["money that came in", "credit", () => asked("/credits", { phone: "0711000001", amountCents: 1000 })],
  ])("[CUS-22] after %s it is not undone, and nothing is changed by trying", async (_what, kind, build) => {
    const [{ customerTakeoverId: id }] = (await call("GET", "/customer-takeovers?limit=1")).body.items;
    await build();
    // A job may look at a line meanwhile: what it writes there is not meant.
    const accounts = async () =>
      (await call("GET", "/accounts")).body.items.map(({ username, active, siteIds }: Record<string, unknown>) => [
        ...[username, active, siteIds],
      ]);
    const [books, before] = [await balances(), await accounts()];
    const refused = await call("POST", `/customer-takeovers/${id}/undo`);
    expect([refused.status, refused.body.code]).toEqual([409, "customers-used"]);
    expect(refused.body.value).toContain(kind);
    expect(await balances()).toEqual(books);
    expect(await accounts()).toEqual(before);
  });

  test("[CUS-22] a debt from before is settled by the next money that comes to the credit, to the cent, told, and not undone any more", async () => {
    const csv =
      "name,phone,username,password,plan,paid_until,balance\nChebet,0711000051,,,,,-450\nMueni,0711000052,,,,,-200";
    const shown = (await preview(csv)).body;
    const done = await call("POST", "/customer-takeovers", { file: csv, siteId, seen: shown.seen });
    expect(done.status, done.text).toBe(201);
    const credit = async (phone: string) => (await call("GET", `/credits?phone=${phone}`)).body;
    const owed = { balanceCents: 0, owesCents: 45_000, owesFromBeforeCents: 45_000 };
    expect(await credit("0711000051")).toMatchObject(owed);
    const before = await balances();
    const pay = (phone: string, amountCents: number) => call("POST", "/credits", { phone, amountCents });
    await pay("0711000051", 10_001);
    const partly = { balanceCents: 0, owesCents: 34_999 };
    await vi.waitFor(async () => expect(await credit("0711000051")).toMatchObject(partly), wait);
    // Two at once settle what is owed once.
    await Promise.all([pay("0711000051", 30_000), pay("0711000051", 30_000)]);
    const settled = { balanceCents: 60_000 - 34_999, owesCents: 0, owesFromBeforeCents: 0 };
    await vi.waitFor(async () => expect(await credit("0711000051")).toMatchObject(settled), wait);
    expect(await credit("0711000052")).toMatchObject({ owesCents: 20_000 });
    const after = await balances();
    const change = (account: string) => {
      const of = (rows: unknown[]) =>
        (rows as { account: string; cents: string }[]).find((row) => row.account === account);
      return Number(of(after)?.cents ?? 0) - Number(of(before)?.cents ?? 0);
    };
    expect(["debts", "cash", "revenue"].map(change)).toEqual([-45_000, 70_001, 0]);
    const lines = (await call("GET", "/credits/history?phone=0711000051")).body.items;
    const paid = lines.filter((line: { kind: string }) => line.kind === "debt-paid");
    expect(paid.reduce((sum: number, line: { amountCents: number }) => sum + line.amountCents, 0)).toBe(-45_000);
    const undone = await call("POST", `/customer-takeovers/${done.body.customerTakeoverId}/undo`);
    expect([undone.status, undone.body.code]).toEqual([409, "customers-used"]);
    expect(undone.body.value).toContain("debts");
  });

  test("[CUS-22] what was written off of a debt from before is settled: reversed money is no such debt; told money settles one as soon as it is proved, without a line too", async () => {
    const csv =
      "name,phone,username,password,plan,paid_until,balance\nJepkosgei,0711000071,,,,,-300\nKiptoo,0711000072,,,,,-300";
    const { seen } = (await preview(csv)).body;
    expect((await call("POST", "/customer-takeovers", { file: csv, siteId, seen })).status).toBe(201);
    const credit = async (phone: string) => (await call("GET", `/credits?phone=${phone}`)).body;
    const order = { kind: "write-off-debt", phone: "0711000071", amountCents: 30_000, reason: "Forgiven" };
    expect((await call("POST", "/corrections", order)).status).toBeLessThan(300);
    /** Straight into the books, so that nothing else hears of it. */
    const book = (kind: string, name: string, account: string, cents: number) =>
      query(`with entry as (
            insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
            select '${providerId}', 'straight-${kind}', '${kind}:straight', '${kind}', max(at_ms) + 1 from ledger_entries)
          insert into ledger_postings (provider_id, entry_id, line, account, party, currency, amount_cents)
          select '${providerId}', 'straight-${kind}', line, case line when 1 then '${account}' else 'cash' end,
            case line when 1 then c.phone_hash end, 'KES', case line when 1 then ${cents} else ${-cents} end
          from customers c, generate_series(1, 2) line where c.name = '${name}'`);
    await book("reversal", "Jepkosgei", "debts", 5000);
    expect(await credit("0711000071")).toMatchObject({ owesCents: 5000, owesFromBeforeCents: 0 });
    await book("top-up", "Kiptoo", "credit", -10_000);
    expect(await credit("0711000072")).toMatchObject({ balanceCents: 10_000, owesFromBeforeCents: 30_000 });
    await query(`insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, currency, entry_id,
          booked_at_ms, state, corroborated, proved_by, party)
        select '${providerId}', 'mpesa', 'TOLD10000', 'paybill', 10000, 0, 10000, 'KES', 'straight-top-up', 1, 'booked', true, 'pull', phone_hash
        from customers where name = 'Kiptoo'`);
    const id = { providerId, rail: "mpesa", receipt: "TOLD10000" };
    const parts = { world: hub.world, envelope: hub.envelope, jobs: { send: sendToOutbox(hub.world) } };
    await hub.database().asProvider(providerId, (tx) => noteSpentCredit(parts, tx, id, true));
    const settled = { balanceCents: 0, owesCents: 20_000, owesFromBeforeCents: 20_000 };
    await vi.waitFor(async () => expect(await credit("0711000072")).toMatchObject(settled), wait);
  });

  test("[CUS-22] two takeovers of one file at once: one is done, and nobody comes twice; two undoings are one", async () => {
    const csv = "name,phone,username,password,plan,paid_until,balance\nNafula,0711000061,,,,,-300";
    const shown = (await preview(csv)).body;
    const order = { file: csv, siteId, seen: shown.seen };
    const both = await Promise.all([1, 2].map(() => call("POST", "/customer-takeovers", order)));
    // The other one waits for its turn, or finds that what was shown has changed.
    const [, refused] = both.map(({ status }) => status).sort();
    expect(both.map(({ status }) => status)).toContain(201);
    expect([409, 429]).toContain(refused);
    expect((await call("POST", "/customer-takeovers", order)).status).toBe(409);
    expect(await query("select 1 from customers where name = 'Nafula'")).toHaveLength(1);
    expect((await call("GET", "/credits?phone=0711000061")).body.owesCents).toBe(30_000);
    const id = both.find(({ status }) => status === 201)?.body.customerTakeoverId;
    const undone = await Promise.all([1, 2].map(() => call("POST", `/customer-takeovers/${id}/undo`)));
    expect(undone.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await call("GET", "/credits?phone=0711000061")).body.owesCents).toBe(0);
  });

  test("[CUS-22] columns that nobody knows are chosen, remembered for the next file with the same first line, and another provider knows nothing of it", async () => {
    const csv = "Mteja wetu;Namba;Deni lake;Mwisho\nKerubo;0711000091;(1.250,50);05/12/2026";
    const asked = (await preview(csv)).body;
    expect(asked).toMatchObject({ source: "csv", seen: null, columns: { from: "known" } });
    expect(asked.errors).toEqual([{ line: 1, field: "name", problem: "no-name-column" }]);
    const say = (more: object) => call("POST", "/customer-takeovers/preview", { file: csv, siteId, ...more });
    const twice = (await say({ mapping: ["name", "name", null, null] })).body;
    expect(twice.errors).toEqual([{ line: 1, field: "name", problem: "column-twice" }]);
    expect((await say({ mapping: ["name"] })).body.errors[0]).toMatchObject({ problem: "columns-differ" });
    // None of these is kept.
    expect((await preview(csv)).body.columns).toMatchObject({ from: "known" });
    expect((await say({ mapping: ["name", "phone", "owes", "wealth"] })).status).toBe(400);
    const mapping = ["name", "phone", "owes", "paid_until"];
    expect((await say({ mapping })).body.errors).toEqual([
      { line: 2, field: "paid_until", problem: "which-date-order" },
    ]);
    const shown = (await say({ mapping, dateOrder: "day-first" })).body;
    expect(shown.errors).toEqual([]);
    expect(shown.totals).toMatchObject({ customers: 1, creditCents: 125_050, left: 0 });
    const next = (await preview(csv.replace("Kerubo", "Moraa"))).body;
    expect(next).toMatchObject({
      columns: { from: "remembered", dateOrder: "day-first", hasTwoWayDates: true },
      lines: [{ name: "Moraa", creditCents: 125_050 }],
    });
    const other = await hub.makeProvider("Upendo");
    const site = await hub.call("POST", "/api/v1/sites", { token: other.token, body: { name: "Hill" } });
    const theirs = await hub.call("POST", "/api/v1/customer-takeovers/preview", {
      token: other.token,
      body: { file: csv, siteId: site.body.site.siteId },
    });
    expect(theirs.body.columns.from).toBe("known");
    const done = await call("POST", "/customer-takeovers", { file: csv, siteId, seen: shown.seen });
    expect(done.status, done.text).toBe(201);
    expect((await call("GET", "/credits?phone=0711000091")).body.balanceCents).toBe(125_050);
  });

  test("[CUS-22] of a landlord's lines one is off: it is off here, and not renewed; her others are on", async () => {
    const csv = [
      "name,phone,username,password,plan,active",
      "Landlady,0711000081,flat.1,her-password,Home 10,no",
      "Landlady,0711000081,flat.2,her-password,Home 10,yes",
    ].join("\n");
    const shown = (await preview(csv)).body;
    expect((await call("POST", "/customer-takeovers", { file: csv, siteId, seen: shown.seen })).status).toBe(201);
    const rows = await query(
      `select username, accounts.active, customers.active as customer_active, auto_renew from accounts
         join customers using (provider_id, customer_id) join subscriptions using (provider_id, account_id)
         where username like 'flat.%' order by username`,
    );
    expect(rows).toEqual([
      { username: "flat.1", active: false, customerActive: true, autoRenew: false },
      { username: "flat.2", active: true, customerActive: true, autoRenew: true },
    ]);
  });

  test("[CUS-22] the same file once more makes nobody twice, also who has neither a phone nor a log-in", async () => {
    const csv = "name,phone,email\nChama cha Wakulima,,\nWaweru,0711000082,\nNgugi & Sons,,ngugi@example.com";
    const { seen } = (await preview(csv)).body;
    expect((await call("POST", "/customer-takeovers", { file: csv, siteId, seen })).status).toBe(201);
    const again = (await preview(`${csv}\nCHAMA cha wakulima (2),,\nNgugi and Sons,,`)).body;
    expect(again.errors).toEqual([2, 4].map((line) => ({ line, field: "name", problem: "name-here" })));
    expect(again.totals).toMatchObject({ customers: 2, joined: 1, left: 2 });
  });

  test("[CUS-22] the example file is a file that can be read", async () => {
    const { text } = await call("GET", "/customer-takeovers/example");
    const { planId } = (await call("GET", "/plans")).body.items[0];
    const shown = (await call("POST", "/customer-takeovers/preview", { file: text, siteId, planId })).body;
    expect(shown.source).toBe("karibu");
    expect(shown.errors.map(({ problem }: { problem: string }) => problem)).toEqual([
      "username-taken",
      "credited-before",
      "username-taken",
    ]);
  });
});
