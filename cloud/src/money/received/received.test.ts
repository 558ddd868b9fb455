/** The one list of money received: each shilling in it once, with all that is known of it; and its sums are those of the books, whatever was played. */
import { isLongRun, longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { createEmit } from "../../ground/events/record.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { type EntryKind, type LedgerEntry, transferEntry } from "../ledger/entries.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { undoUnapplied } from "../receipts/unapplied.ts";

interface Row {
  readonly id: string;
  readonly bookedAtMs: number;
  readonly movement: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly channelId: string;
  readonly kind: string;
  readonly state: string;
  readonly receipt: string | null;
}

const dayMs = 86_400_000;
const offsetMs = 3 * 3_600_000;
const anna = "0712000111";

/** Where the money is, or what it was paid out for; every other part says what it is called. */
const places = new Set(
  ["channels", "till", "sellers", "commission", "fees", "expenses", "venues"].map((name) => `${name}Cents`),
);

hubSuite("money received", { timeout: 120_000 }, (hub) => {
  async function openShop(name: string) {
    const shop = await openClaimShop(hub, name);
    const { providerId, inDatabase } = shop;
    let { token } = shop;
    const send = (method: string, path: string, body?: object) => shop.send(method, path, body, token);
    const read = async (path: string) => (await send("GET", path)).body;
    const post = async (path: string, body: object = {}) => {
      const answer = await send("POST", path, body);
      expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
      return answer.body;
    };
    const { userId } = ((await read("/users")).items as { userId: string }[])[0] as { userId: string };
    async function rows(query = ""): Promise<Row[]> {
      const all: Row[] = [];
      for (let cursor = ""; ; ) {
        const page = await read(`/money-received?limit=100${cursor}${query}`);
        expect(page.items, JSON.stringify(page).slice(0, 300)).toBeDefined();
        all.push(...page.items);
        if (page.nextCursor === null) return all;
        cursor = `&cursor=${page.nextCursor}`;
      }
    }
    const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    return {
      ...shop,
      read,
      send,
      post,
      logInAnew: async () => {
        token = await hub.logIn(shop.ownerEmail, ownerPassword);
      },
      userId,
      rows,
      sums: async (query = "") => (await read(`/money-received/sums?${query}`)).items,
      sell: (pay: "cash" | "credit" = "cash") =>
        post("/payments/purchase", { siteId: shop.siteId, planId: shop.planId, phone: anna, pay }).then(
          ({ payment }) => payment as { id: string; reference: string },
        ),
      enter: (receipt: string, amountCents: number, more: object = {}) =>
        post("/payments/entered", { channelId: shop.paybill, receipt, amountCents, ...more }),
      /** The channel says that a receipt of nobody's purchase went back, or was never there. */
      undo: (receipt: string, because: "reversed" | "disproved") =>
        inDatabase(async (tx) => {
          const row = await tx
            .selectFrom("receipts")
            .selectAll()
            .where("receipt", "=", receipt)
            .executeTakeFirstOrThrow();
          const parts = {
            world: hub.world,
            envelope: hub.envelope,
            parties: hub.hub().parties,
            ledger,
            emit: createEmit(hub.world),
            jobs: { send: sendToOutbox(hub.world) },
          };
          await undoUnapplied(parts as never, tx, row, because);
        }),
      /** Straight into the books: what else rooms post there. */
      book: (
        entryKey: string,
        kind: EntryKind,
        move: { from: LedgerAccount; to: LedgerAccount; currency: string; amountCents: number },
      ) =>
        inDatabase((tx) =>
          ledger.post(tx, { providerId, purchaseId: null, party: null }, transferEntry(entryKey, kind, move)),
        ),
      enterBooks: (tx: Tx, entry: LedgerEntry) => ledger.post(tx, { providerId, purchaseId: null, party: null }, entry),
      /** By the books alone: what channels, till and sellers have more of each currency and day, and what was paid out of it. */
      books: () =>
        inDatabase(async (tx) => {
          const { rows: sums } = await sql<{ key: string; cents: string }>`
              select p.currency || ' ' || to_char(to_timestamp((e.at_ms + ${offsetMs}::bigint) / 1000) at time zone 'UTC', 'YYYY-MM-DD') as key,
                sum(case
                  when p.account like 'clearing:%' or p.account like 'unreceipted:%' or p.account like 'float:%' then p.amount_cents
                  when p.account = 'cash' then p.amount_cents
                  when p.account in ('expenses', 'commission', 'fees', 'venue-shares') or p.account like 'venue:%' then p.amount_cents
                  else 0 end) as cents
              from ledger_entries e join ledger_postings p using (provider_id, entry_id)
              where e.provider_id = ${providerId} group by 1`.execute(tx);
          return Object.fromEntries(
            sums.map(({ key, cents }) => [key, Number(cents)]).filter(([, cents]) => cents !== 0),
          );
        }),
    };
  }

  const day = (atMs: number) => new Date(atMs + offsetMs).toISOString().slice(0, 10);
  function byDay(all: readonly Row[]): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const row of all) {
      const key = `${row.currency} ${day(row.bookedAtMs)}`;
      sums[key] = (sums[key] ?? 0) + row.amountCents;
    }
    return Object.fromEntries(Object.entries(sums).filter(([, cents]) => cents !== 0));
  }

  describe("of one shop", () => {
    let shop: Awaited<ReturnType<typeof openShop>>;
    beforeAll(async () => {
      shop = await openShop("Everything");
    }, 60_000);

    test("[PAY-18] a sale for cash is one row, though the books have several entries; its refunds are rows below zero", async () => {
      const { id, reference } = await shop.sell();
      await shop.post("/refunds", { paymentId: id, method: "cash", amountCents: 700, reason: "slow" });
      await shop.post("/refunds", { paymentId: id, method: "credit", amountCents: 300, reason: "slow" });
      expect(await shop.rows()).toMatchObject([
        {
          movement: "refunded",
          amountCents: -700,
          kind: "purchase",
          channelId: "cash",
          thing: { kind: "payment", id },
        },
        {
          movement: "received",
          amountCents: 2000,
          currency: "KES",
          channelId: "cash",
          takenBy: "Owner",
          phone: "2547***111",
          kind: "purchase",
          state: "entered",
          siteId: shop.siteId,
          siteName: "Kiosk",
          receipt: reference,
          paymentReference: reference,
          thing: { kind: "payment", id },
        },
      ]);
      expect(await shop.sums()).toEqual([
        { currency: "KES", amountCents: 1300, inCents: 2000, backCents: -700, rows: 2 },
      ]);
      // The till gave it back: who took the cash still answers for all of it.
      expect(await shop.sums(`takenBy=${shop.userId}`)).toEqual([
        { currency: "KES", amountCents: 2000, inCents: 2000, backCents: 0, rows: 1 },
      ]);
    });

    test("[PAY-18] money without an owner is unmatched and told; once it is somebody's credit, and proved, the same row says so", async () => {
      await shop.confirm("UKL70ZDR4F", { TransAmount: "12.50", MSISDN: "254712000222", FirstName: "BEN" });
      const find = () => shop.rows("&q=ukl70");
      const [before] = await find();
      expect(before).toMatchObject({ amountCents: 1250, kind: "unmatched", state: "told", receipt: "UKL70ZDR4F" });
      expect(await shop.rows("&kind=unmatched&state=told")).toEqual([before]);
      await shop.statement({ receipt: "UKL70ZDR4F", atMs: hub.world.clock.wall().atMs, shillings: 12.5 as number });
      const row = await shop.receiptRow("UKL70ZDR4F");
      expect((await find())[0]).toMatchObject({ id: before?.id, state: row.verified ? "proved" : "told" });
      await shop.post(`/receipts/UKL70ZDR4F/assign`, { phone: "0712000222" });
      expect(await find()).toMatchObject([{ id: before?.id, amountCents: 1250, kind: "credit" }]);
      expect(await shop.rows("&kind=unmatched")).toEqual([]);
      // By the whole number, as by the receipt.
      expect(await shop.rows("&q=0712000222")).toMatchObject([{ id: before?.id }]);
    });

    test("[PAY-18] credit, deposits, invoices and debts each say what they are for; what is spent of credit is no second row", async () => {
      const before = new Set((await shop.rows()).map(({ id }) => id));
      await shop.post("/credits", { phone: anna, amountCents: 5000 });
      await shop.sell("credit");
      const invoice = await shop.post("/invoices", {
        customerName: "Guest house",
        dueOn: "2999-01-01",
        lines: [{ text: "Internet", quantity: 1, unitCents: 12_345 }],
      });
      await shop.post(`/invoices/${invoice.id}/pay`, { with: "cash" });
      await shop.post(`/invoices/${invoice.id}/credit-note`, { reason: "moved away" });
      const fresh = (await shop.rows()).filter(({ id }) => !before.has(id));
      expect(fresh).toMatchObject([
        { kind: "invoice", movement: "refunded", amountCents: -12_345, thing: null },
        {
          kind: "invoice",
          movement: "received",
          amountCents: 12_345,
          payerName: "Guest house",
          thing: { kind: "invoice" },
        },
        { kind: "credit", movement: "received", amountCents: 5000, phone: "2547***111" },
      ]);
    });

    test("[PAY-18] what a channel calls a refund, and that a person settled it, comes after its entry: the row has it then", async () => {
      await shop.inDatabase(async (tx) => {
        const id = { providerId: shop.providerId, refundId: "refund-late" };
        const asked = {
          idempotencyKey: "late",
          amountCents: 900,
          currency: "KES",
          reason: "slow",
          askedBy: shop.userId,
        };
        const times = { createdAtMs: 1, changedAtMs: 1 };
        await tx
          .insertInto("refunds")
          .values({ ...id, ...asked, ...times, method: "payout", state: "sent" } as never)
          .execute();
        const move = { from: `clearing:${shop.paybill}`, to: "refunds", currency: "KES", amountCents: 900 } as const;
        const entryId = await shop.enterBooks(tx, transferEntry("refund:refund-late", "refund", move));
        const done = { state: "done", entryId, resultReceipt: "UKL71PAYOUT", resolution: "paid" } as const;
        await tx.updateTable("refunds").set(done).where("refundId", "=", "refund-late").execute();
      });
      expect(await shop.rows("&q=UKL71PAYOUT")).toMatchObject([
        { movement: "refunded", amountCents: -900, receipt: "UKL71PAYOUT", state: "entered" },
      ]);
    });

    test("[PAY-18] who may read payments alone is told no customer's name and page, and nobody's invoice; in the file neither", async () => {
      await shop.post("/customers", { name: "Amina Yusuf", phone: anna });
      const { role } = await shop.post("/roles", { name: "Till", permissions: ["payments.read"] });
      const password = "some-long-password";
      await shop.post("/users", { email: "till@received.test", name: "Till", role, password });
      const token = await hub.logIn("till@received.test", password);
      const told = async (by?: string) => {
        const read = async (path: string) =>
          by === undefined
            ? shop.send("GET", `/money-received${path}`)
            : hub.call("GET", `/api/v1/money-received${path}`, { token: by });
        const [list, file] = [await read("?limit=100"), await read("/export")];
        expect([list.status, file.status]).toEqual([200, 200]);
        return { items: list.body.items as { thing: { kind: string } | null }[], text: list.text + file.text };
      };
      const [owner, till] = [await told(), await told(token)];
      for (const name of ["Amina Yusuf", "Guest house"]) {
        expect([name, owner.text.includes(name)]).toEqual([name, true]);
        expect([name, till.text.includes(name)]).toEqual([name, false]);
      }
      const kinds = ({ items }: typeof owner) => items.map(({ thing }) => thing?.kind);
      expect(kinds(owner)).toContain("customer");
      expect(kinds(till)).not.toContain("customer");
      // What the channel itself says of who paid stands with the payment.
      expect(till.text).toContain("BEN");
    });

    test("[PAY-18] filters narrow rows and sums alike; another provider's list is its own", async () => {
      const all = await shop.rows();
      const { siteId, paybill } = shop;
      for (const [query, fits] of [
        [`channelId=cash`, (row: Row) => row.channelId === "cash"],
        [`channelId=${paybill}`, (row: Row) => row.channelId === paybill],
        [`siteId=${siteId}&movement=received`, (row: Row) => row.kind === "purchase" && row.movement === "received"],
        ["state=entered", (row: Row) => row.state === "entered"],
        ["kind=invoice", (row: Row) => row.kind === "invoice"],
        [`untilMs=${all[1]?.bookedAtMs}`, (row: Row) => row.bookedAtMs < (all[1]?.bookedAtMs ?? 0)],
      ] as const) {
        const wanted = all.filter(fits);
        expect(
          (await shop.rows(`&${query}`)).map(({ id }) => id),
          query,
        ).toEqual(wanted.map(({ id }) => id));
        expect(await shop.sums(query), query).toMatchObject([
          { amountCents: wanted.reduce((sum, { amountCents }) => sum + amountCents, 0), rows: wanted.length },
        ]);
      }
      const other = await hub.makeProvider("Next door");
      const { body } = await hub.call("GET", "/api/v1/money-received?q=UKL70ZDR4F", { token: other.token });
      expect(body.items).toEqual([]);
    });

    test("[PAY-18] [SYS-16] the file has a line for each row, in the reader's language, and no whole phone number", async () => {
      const all = await shop.rows();
      const file = await shop.send("GET", "/money-received/export?language=sw");
      const [head, ...lines] = file.text.trimEnd().split("\r\n");
      expect(head).toBe(
        "Iliwekwa (UTC),Iliwekwa (saa za hapa),Iliuzwa kituoni (UTC),Iliuzwa kituoni (saa za hapa),Kilichotokea,Kiasi,Sarafu,Njia,Aliyepokea taslimu,Simu,Kutoka kwa,Kwa ajili ya,Chanzo,Kituo,Risiti,Rejeleo la malipo",
      );
      expect(lines).toHaveLength(all.length);
      expect(file.text).toContain("Zimerudishwa kwa mteja,-7.00,KES,Taslimu");
      expect(file.text).not.toMatch(/2547120001|07120001/);
    });
  });

  test("[PAY-18] which accounts are what customers' money is called is said once, in the database: the list's two sides follow it", async () => {
    const shop = await openShop("One source");
    const writer = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    const money = { from: "cash", to: "fees", amountCents: 500, currency: "KES" } as const;
    await shop.inDatabase((tx) =>
      writer.postMany(tx, shop.providerId, [{ entryId: "e", entry: transferEntry("e", "charge", money) }], 1),
    );
    const sides = async () => (await shop.read("/money-received/books")).items[0];
    expect(await sides()).toMatchObject({ tillCents: -500, feesCents: 500 });
    const asOwner = (script: string) => hub.database().alone("write", (execute) => execute(script));
    const [was] = (await asOwner(
      "select pg_get_functiondef('karibu_names_money'::regproc) as definition",
    )) as unknown as { definition: string }[];
    await asOwner(`create or replace function karibu_names_money(account text) returns boolean language sql immutable as
        $$ select account = 'fees' $$`);
    const turned = await sides();
    await asOwner(was?.definition ?? "");
    expect(turned).toMatchObject({ tillCents: -500, feesCents: -500 });
  });

  test("[PAY-18] whatever is sold, entered, corrected, refunded and undone: the list adds up to the books by currency and day, and its two sides to the report of revenue", async () => {
    /** From which account to which one, and the currency. */
    const pairs = [
      ["suspense", "clearing:airtel-ug", "UGX"] as const, // another country's channel
      ["revenue", "clearing:airtel-ug", "UGX"] as const,
      ["deposits", "cash"] as const,
      ["clearing:mpesa", "debts"] as const, // it went back, and had been spent
      ["debts", "cash"] as const,
      ["debts", "write-offs"] as const,
      ["credit", "taken-over"] as const,
      ["clearing:mpesa", "fees"] as const,
      ["revenue", "unreceipted:mpesa"] as const,
      ["unreceipted:mpesa", "clearing:mpesa"] as const,
      ["venue:v1", "venue-shares"] as const,
      ["cash", "venue:v1"] as const,
    ];
    const amount = fc.integer({ min: 1, max: 500_000 });
    const act = fc.oneof(
      fc.record({ do: fc.constant("sell" as const), pay: fc.constantFrom("cash" as const, "credit" as const) }),
      fc.record({
        do: fc.constant("refund" as const),
        amount,
        pick: fc.nat(20),
        method: fc.constantFrom("cash", "credit"),
      }),
      fc.record({ do: fc.constant("top-up" as const), amount }),
      fc.record({
        do: fc.constant("correct" as const),
        amount,
        kind: fc.constantFrom("pay-out-credit", "settle-debt"),
      }),
      fc.record({ do: fc.constant("float" as const), amount, verb: fc.constantFrom("top-up", "settle") }),
      fc.record({ do: fc.constant("enter" as const), amount }),
      fc.record({ do: fc.constant("assign" as const), pick: fc.nat(20) }),
      fc.record({
        do: fc.constant("undo" as const),
        pick: fc.nat(20),
        because: fc.constantFrom("reversed" as const, "disproved" as const),
      }),
      fc.record({ do: fc.constant("invoice" as const), amount, back: fc.boolean() }),
      fc.record({ do: fc.constant("expense" as const), amount }),
      fc.record({
        do: fc.constant("book" as const),
        amount,
        kind: fc.constantFrom("receipt", "subscription", "correction"),
        pair: fc.constantFrom(...pairs),
      }),
      fc.record({ do: fc.constant("sleep" as const), hours: fc.integer({ min: 1, max: 30 }) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 25, maxLength: 40 }), async (acts) => {
        const shop = await openShop(`Random${++run}`);
        const payments: string[] = [];
        const loose: string[] = [];
        let n = 0;
        /** What is refused moves no money. */
        const tried = async (path: string, body: object) => (await shop.send("POST", path, body)).body;
        // Each of them once at least, whatever is drawn.
        const each = pairs.map((pair, at) => ({ do: "book" as const, amount: 1001 + at, kind: "receipt", pair }));
        for (const one of [...each, ...acts]) {
          const receipt = `UKL${run}A${String(++n).padStart(4, "0")}Z`;
          if (one.do === "sell") {
            const sale = { siteId: shop.siteId, planId: shop.planId, phone: anna, pay: one.pay };
            const { id } = await tried("/payments/purchase", sale);
            if (id !== undefined) payments.push(id);
          } else if (one.do === "refund") {
            const paymentId = payments[one.pick % Math.max(1, payments.length)] ?? "none";
            const part = { amountCents: 1 + (one.amount % 1500) };
            await tried("/refunds", { paymentId, method: one.method, reason: "slow", ...part });
          } else if (one.do === "top-up") await tried("/credits", { phone: anna, amountCents: one.amount });
          else if (one.do === "correct")
            await tried("/corrections", {
              kind: one.kind,
              phone: anna,
              amountCents: one.amount % 3000,
              reason: "typed wrongly",
            });
          else if (one.do === "float") await tried(`/floats/${shop.userId}/${one.verb}`, { amountCents: one.amount });
          else if (one.do === "enter") {
            await shop.enter(receipt, (1 + (one.amount % 200_000)) * 100);
            loose.push(receipt);
          } else if (one.do === "assign") {
            const which = loose[one.pick % Math.max(1, loose.length)] ?? "none";
            await tried(`/receipts/${which}/assign`, { phone: anna });
          } else if (one.do === "undo") {
            const which = loose.splice(one.pick % Math.max(1, loose.length), 1)[0];
            if (which !== undefined) await shop.undo(which, one.because);
          } else if (one.do === "invoice") {
            const lines = [{ text: "Internet", quantity: 1, unitCents: one.amount }];
            const { id } = await shop.post("/invoices", { customerName: "Guest house", dueOn: "2999-01-01", lines });
            await tried(`/invoices/${id}/pay`, { with: "cash" });
            if (one.back) await tried(`/invoices/${id}/credit-note`, { reason: "moved" });
          } else if (one.do === "expense") {
            const spentOn = day(hub.world.clock.wall().atMs);
            await tried("/expenses", {
              spentOn,
              category: "rent",
              amountCents: one.amount,
              currency: "KES",
              note: "stall",
            });
          } else if (one.do === "book") {
            const currency = one.pair.at(2) ?? "KES";
            const [from, to] = one.pair as unknown as [LedgerAccount, LedgerAccount];
            await shop.book(`${one.kind}:airtel:${receipt}`, "receipt", {
              from,
              to,
              currency,
              amountCents: one.amount,
            });
          } else {
            hub.moveClock(one.hours * 3_600_000);
            await shop.logInAnew();
          }
        }
        const all = await shop.rows();
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(byDay(all)).toEqual(await shop.books());
        const sumOf = (currency: string) =>
          all.filter((row) => row.currency === currency).reduce((sum, row) => sum + row.amountCents, 0);
        for (const { currency, amountCents, inCents, backCents } of await shop.sums()) {
          expect(amountCents).toBe(sumOf(currency));
          expect(inCents + backCents).toBe(amountCents);
        }
        // A day of the list is the same day of the books.
        const [first = "KES 2000-01-01"] = Object.keys(byDay(all));
        const fromMs = Date.parse(`${first.slice(4)}T00:00:00Z`) - offsetMs;
        expect(byDay(await shop.rows(`&fromMs=${fromMs}&untilMs=${fromMs + dayMs}`))[first]).toBe(byDay(all)[first]);
        for (const side of (await shop.read("/money-received/books")).items) {
          const { currency, receivedCents, ...parts } = side as Record<string, number> & { currency: string };
          expect(receivedCents).toBe(sumOf(currency));
          const named = Object.entries(parts as Record<string, number>);
          const total = (isPlace: boolean) =>
            named.reduce((sum, [name, cents]) => (places.has(name) === isPlace ? sum + cents : sum), 0);
          expect([total(true), total(false)]).toEqual([receivedCents, receivedCents]);
          if (currency !== "KES") continue;
          const { items } = await shop.read("/reports/revenue");
          const months = items.filter((month: { currency: string }) => month.currency === currency);
          const taken = months.reduce((sum: number, month: { takenCents: number }) => sum + month.takenCents, 0);
          expect(Object.fromEntries(named).revenueCents).toBe(taken);
        }
      }),
      { numRuns: isLongRun ? 3 : 1, seed: 19, endOnFailure: true },
    );
  });

  longTest("[PAY-18] pages, sums of a month and each search read an index, however many rows there are", async () => {
    const { providerId, token } = await hub.makeProvider("Large");
    const rows = 10_000;
    await hub.database().alone("write", async (run) => {
      await run("set local karibu.restoring = 'yes'"); // the rows are written below
      await run(`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
          select '${providerId}', 'e' || n, 'top-up:' || n, 'top-up', n * 1000 from generate_series(1, ${rows}) n`);
      await run(`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
          select '${providerId}', 'e' || n, l, case l when 1 then 'cash' else 'credit' end, 'KES', case l when 1 then 100 else -100 end
          from generate_series(1, ${rows}) n, generate_series(1, 2) l`);
      await run(`insert into money_received (provider_id, entry_id, currency, at_ms, amount_cents, channel_id, kind, movement, state, site_id, receipt)
          select '${providerId}', 'e' || n, 'KES', n * 1000, 100, case when n % 500 = 0 then 'till' else 'cash' end,
            case when n % 700 = 0 then 'deposit' else 'credit' end, 'received', 'entered', case when n % 300 = 0 then 's1' else '' end, 'R' || n
          from generate_series(1, ${rows}) n`);
      await run("analyze money_received");
    });
    const plans = await hub.database().asProvider(providerId, async (tx) => {
      const explain = async (condition: string, what = "*") => {
        const { rows: lines } = await sql<{
          "QUERY PLAN": string;
        }>`explain select ${sql.raw(what)} from money_received m
            where m.provider_id = ${sql.lit(providerId)} and ${sql.raw(condition)}`.execute(tx);
        return lines.map((line) => line["QUERY PLAN"]).join("\n");
      };
      // What each payment looks for while it is booked and proved, as the trigger says it.
      const { rows: written } = await sql<{ source: string }>`
          select prosrc as source from pg_proc where proname = 'karibu_note_received_receipt'`.execute(tx);
      const asked = [
        ...(written[0]?.source ?? "").matchAll(/where m\.provider_id = new\.provider_id and (.*?m\.rail = new\.rail)/g),
      ].map(([, condition]) => condition?.replace("new.receipt", "'R77'").replace("new.rail", "'airtel'"));
      expect(asked).toHaveLength(2);
      const order = "order by at_ms desc, entry_id desc, currency desc limit 51";
      return {
        page: await explain(`true ${order}`),
        further: await explain(`(at_ms, entry_id, currency) < (2000, 'e', 'K') ${order}`),
        sums: await explain("at_ms >= 1000 and at_ms < 900000", "sum(amount_cents)"),
        site: await explain(`site_id <> '' and site_id = 's1' ${order}`),
        channel: await explain(`channel_id = 'till' ${order}`),
        kind: await explain(`kind = 'deposit' ${order}`),
        receipt: await explain(`receipt is not null and receipt collate "C" >= 'R77' and receipt collate "C" < 'R78'`),
        proof: await explain(asked[0] as string, "entry_id"),
        booking: await explain(asked[1] as string, "entry_id"),
      };
    });
    const index = (name: string) => plans[name as keyof typeof plans].match(/money_received_\w+/)?.[0];
    expect(Object.fromEntries(Object.keys(plans).map((name) => [name, index(name)]))).toEqual({
      page: "money_received_time",
      further: "money_received_time",
      sums: "money_received_time",
      site: "money_received_site",
      channel: "money_received_channel",
      kind: "money_received_kind",
      receipt: "money_received_receipt",
      proof: "money_received_receipt",
      booking: "money_received_receipt",
    });
    for (const plan of Object.values(plans)) expect(plan).not.toContain("Seq Scan");
    const answer = await hub.call("GET", "/api/v1/money-received/sums", { token });
    expect(answer.body.items).toEqual([
      { currency: "KES", amountCents: rows * 100, inCents: rows * 100, backCents: 0, rows },
    ]);
  });
});
