/** Statements that somebody made to hold the hub up, or to have a day closed that does not agree. */

import { newId } from "@karibu/protocol/identifiers";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { hubSuite } from "../../test-hub.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import { transferEntry } from "../ledger/entries.ts";
import { createLedgerWriter, type Ledger } from "../ledger/post-entry.ts";
import { compareAccount } from "./account-balance.ts";
import { bookCharges } from "./book-charges.ts";
import * as differences from "./differences.ts";
import { type Difference, keepDifferences, payoutsByHand, unreadRows } from "./differences.ts";
import { openPaybillOffice, stamp } from "./test-office.ts";
import { bookWithdrawals } from "./withdrawals.ts";

const dayMs = 86_400_000;

const lineOf = (row: number, more: Partial<StatementLine>): StatementLine => ({
  line: row + 1,
  receipt: `Q${String(row).padStart(9, "0")}`,
  kind: "outflow",
  amountCents: 100,
  completedAtMs: 1000,
  accountText: null,
  payer: null,
  linkedReceipt: null,
  ...more,
});

hubSuite("hostile statements", (hub) => {
  async function openOffice(name: string) {
    const { token, providerId, call, channelId, todayMs } = await openPaybillOffice(hub, name);
    const fromMs = todayMs - dayMs;
    /** Of yesterday: receipt, what happened, shillings (withdrawn: below zero), and what is held then, in all rows or in none. */
    const send = (rows: readonly (readonly [receipt: string, details: string, shillings: number, held?: number])[]) =>
      call("POST", "/reconciliation/statements", {
        channelId,
        csv: [
          "Short Code:,600100",
          `Time Period:,From ${stamp(fromMs)} To ${stamp(fromMs + dayMs - 1000)}`,
          `Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn${rows[0]?.[3] === undefined ? "" : ",Balance"}`,
          ...rows.map(
            ([receipt, details, shillings, held]) =>
              `${receipt},${stamp(fromMs + 3_600_000)},${details},Completed,${shillings > 0 ? shillings : ""},${shillings < 0 ? shillings : ""}${held === undefined ? "" : `,${held}`}`,
          ),
        ].join("\n"),
      });
    let keys = 0;
    const record = (path: string, body: object | null) =>
      hub.call("POST", `/api/v1/expenses${path}`, {
        token,
        headers: { "Idempotency-Key": `expense-${++keys}` },
        body,
      });
    const spend = (reference: string, amountCents: number) =>
      record("", { category: "power", amountCents, spentOn: stamp(fromMs).slice(0, 10), channelId, reference });
    const bookAsBank = (receipt: string) =>
      hub.call("POST", `/api/v1/reconciliation/differences/${channelId}/${receipt}/book`, {
        token,
        headers: { "Idempotency-Key": `book-${++keys}` },
        body: { as: "bank", note: "to the bank" },
      });
    const voidExpense = (id: string) => record(`/${id}/void`, null);
    const close = () =>
      call("POST", "/reconciliation/closed-days", { channelId, day: stamp(fromMs + dayMs / 2).slice(0, 10) });
    const open = async () => (await call("GET", "/reconciliation/differences?state=open")).body.items;
    const accounts = async () => (await call("GET", "/ledger/accounts")).body.items;
    const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
    const transact = <Result>(work: (tx: Tx) => Promise<Result>) => hub.database().asProvider(providerId, work);
    return { send, close, open, accounts, place, transact, spend, void: voidExpense, bookAsBank, endMs: todayMs };
  }

  const paid = "Pay Bill from 254712345678 - JUMA ALI Acc. x";

  test("[BEY-09] two rows of one receipt that left M-Pesa are one difference of both sums, and the day stays open", async () => {
    const office = await openOffice("Two rows");
    const answer = await office.send([
      ["QR12ABCDEF", paid, 1000],
      ["QR13ABCDEF", "Organization Settlement to 888888 - THE BANK", -900],
      ["QR13ABCDEF", "Excise duty to 888888 - THE BANK", -30],
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(await office.open()).toMatchObject([
      { receipt: "QR13ABCDEF", what: "withdrawn-unread", statementCents: 93_000 },
    ]);
    expect((await office.close()).status).toBe(409);
  });

  test("[BEY-09] two rows of one receipt whose money came in are one difference, where their sums are not the same; the same row twice is one", async () => {
    const office = await openOffice("Two inflows");
    const answer = await office.send([
      ["QV12ABCDEF", paid, 600],
      ["QV12ABCDEF", paid, 400],
      ["QV13ABCDEF", paid, 50],
      ["QV13ABCDEF", paid, 50],
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(await office.open()).toMatchObject([
      { receipt: "QV12ABCDEF", what: "amount-differs", statementCents: 100_000, bookedCents: 60_000 },
    ]);
    expect((await office.close()).status).toBe(409);
  });

  test("[BEY-09] a file whose amounts were mangled keeps a day open until a statement agrees again, and not for ever", async () => {
    const office = await openOffice("Mangled");
    const rows = [["QW21ABCDEF", paid, 1000] as const];
    expect((await office.send(rows)).body).toMatchObject({ differences: [] });
    expect((await office.send([["QW21ABCDEF", paid, 1500]])).status).toBe(200);
    expect((await office.close()).body).toMatchObject({ status: 409, rule: "receipts-differ" });
    expect((await office.send(rows)).body).toMatchObject({ differences: [] });
    expect(await office.open()).toEqual([]);
    expect(await office.close()).toMatchObject({
      status: 200,
      body: { bookedCents: 100_000, statementCents: 100_000 },
    });
  });

  test("[BEY-09] a file of which a row is missing keeps a day open until the whole one is sent again, also the very file that was sent before", async () => {
    const office = await openOffice("Missing row");
    const whole = [
      ["QW31ABCDEF", paid, 1000, 1000],
      ["QW32ABCDEF", paid, 500, 1500],
      ["QW33ABCDEF", paid, 200, 1700],
    ] as const;
    const send = async (rows: readonly (typeof whole)[number][]) => {
      hub.moveClock(1000);
      return (await office.send(rows)).body.balance;
    };
    expect(await send(whole)).toMatchObject({ state: "agrees" });
    expect(await send([whole[0], whole[2]])).toMatchObject({ state: "differs" });
    expect((await office.close()).body).toMatchObject({ status: 409 });
    expect(await send(whole)).toMatchObject({ state: "agrees" });
    expect(await office.open()).toEqual([]);
    expect(await office.close()).toMatchObject({ status: 200, body: { bookedCents: 170_000 } });
  });

  test("[BEY-09] a file whose day and month were taken for each other is put right by the same file, read the other way", async () => {
    const { token, providerId, call, channelId } = await openPaybillOffice(hub, "Taken for each other");
    const csv = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Account No.",
      `QW41ABCDEF,3/2/2025 9:05,${paid},Completed,1000.00,,x`,
    ].join("\n");
    const send = async (dateOrder: string) =>
      (await hub.call("POST", "/api/v1/reconciliation/statements", { token, body: { channelId, csv, dateOrder } }))
        .body;
    const lines = () =>
      hub
        .database()
        .asProvider(providerId, (tx) => tx.selectFrom("statement_lines").select(["line", "completedAtMs"]).execute());
    const paidAt = () =>
      hub.database().asProvider(providerId, (tx) => tx.selectFrom("receipts").select("paidAtMs").execute());
    const wrong = await send("month-first");
    const [march, february] = [Date.UTC(2025, 2, 2, 6, 5), Date.UTC(2025, 1, 3, 6, 5)];
    expect(await lines()).toMatchObject([{ completedAtMs: march }]);
    const right = await send("day-first");
    expect(right.statementId).toBe(wrong.statementId);
    expect(await lines()).toMatchObject([{ completedAtMs: february }]);
    expect(await paidAt()).toEqual([{ paidAtMs: february }]);
    expect((await call("GET", "/reconciliation/statements")).body.items).toMatchObject([
      { fromMs: february, toMs: february },
    ]);
  });

  test("[BEY-09] a day of a year that no calendar of ours has is refused by its field", async () => {
    const { call, channelId } = await openPaybillOffice(hub, "Year nought");
    const refused = { status: 400, field: "day", rule: "report-day" };
    const day = "0000-01-01";
    expect((await call("POST", "/reconciliation/closed-days", { channelId, day })).body).toMatchObject(refused);
    expect((await call("GET", `/reconciliation/late-lines?day=${day}`)).body).toMatchObject(refused);
  });

  test("[BEY-09] a withdrawal that stands on two rows is booked with both sums, once", async () => {
    const office = await openOffice("Two legs");
    const rows = [
      ["QS12ABCDEF", paid, 1000],
      ["QS13ABCDEF", "Withdrawal of funds to Bank", -600],
      ["QS13ABCDEF", "Withdrawal of funds to Bank", -300],
    ] as const;
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 90_000, differences: [] });
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 0, differences: [] });
    expect(await office.accounts()).toContainEqual(
      expect.objectContaining({ account: "to-bank", balanceCents: 90_000 }),
    );
  });

  test("[BEY-09] two exports that overlap, in one file: a row that left the same balance is the same row; what left twice, with a balance of its own each, is booked twice", async () => {
    const office = await openOffice("Overlap");
    const first = ["QX12ABCDEF", paid, 1000, 1000] as const;
    const toBank = "Withdrawal of funds to Bank";
    const charge = "Pay merchant Charge";
    const left = [
      ["QX13ABCDEF", toBank, -300, 700],
      ["QX12ABCDEF", charge, -20, 680],
    ] as const;
    const twice = await office.send([first, ...left, ...left]);
    expect(twice.body, twice.text).toMatchObject({
      ...{ toBankCents: 30_000, feesBookedCents: 2000, chargeCents: 2000, differences: [] },
      balance: { state: "agrees", closingCents: 68_000 },
    });
    const genuine = [
      ["QX14ABCDEF", toBank, -300, 380],
      ["QX14ABCDEF", toBank, -300, 80],
    ] as const;
    expect((await office.send([first, ...left, ...genuine])).body).toMatchObject({
      toBankCents: 60_000,
      feesBookedCents: 0,
      balance: { state: "agrees", closingCents: 8000 },
    });
  });

  test("[BEY-09] where a statement's balance does not follow, what left is booked by a person alone; the next statement that follows books its charges", async () => {
    const office = await openOffice("Doubled");
    const charge = "Pay merchant Charge";
    const rows = [
      ["QY12ABCDEF", paid, 1000, 1000],
      ["QY13ABCDEF", "Withdrawal of funds to Bank", -300, 700],
      ["QY12ABCDEF", charge, -20, 680],
    ] as const;
    expect((await office.send([...rows, ["QY12ABCDEF", charge, -20, 650]])).body).toMatchObject({
      ...{ toBankCents: 0, feesBookedCents: 0, balance: { state: "differs" } },
      differences: [{ receipt: "QY13ABCDEF", what: "withdrawn-unread", statementCents: 30_000 }],
    });
    expect((await office.send(rows)).body).toMatchObject({
      ...{ toBankCents: 30_000, feesBookedCents: 2000, balance: { state: "agrees" }, differences: [] },
    });
  });

  test("[BEY-08] [BEY-09] what a person recorded as an expense is not booked again as a withdrawal to the bank, until the expense is voided", async () => {
    const office = await openOffice("Spent first");
    const spent = await office.spend("QS23ABCDEF", 60_000);
    expect(spent.status, spent.text).toBe(201);
    const rows = [
      ["QS22ABCDEF", paid, 1000],
      ["QS23ABCDEF", "Withdrawal of funds to Bank", -600],
      ["QS24ABCDEF", "Withdrawal of funds to Bank", -300],
    ] as const;
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 30_000, differences: [] });
    const held = { account: `clearing:${office.place.channelId}`, balanceCents: 10_000 };
    expect(await office.accounts()).toContainEqual(expect.objectContaining(held));
    expect((await office.void(spent.body.id)).status).toBe(200);
    const unread = { receipt: "QS23ABCDEF", what: "withdrawn-unread", statementCents: 60_000, bookedCents: 0 };
    expect(await office.open(), "what the statement has said already waits for a person at once").toMatchObject([
      unread,
    ]);
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 60_000, differences: [] });
    expect(await office.open()).toEqual([]);
    expect(await office.accounts()).toContainEqual(expect.objectContaining(held));
  });

  test("[BEY-08] [BEY-09] an expense that agreed with a withdrawal is voided: a person may book it without its statement, or record it anew", async () => {
    const office = await openOffice("Spent twice");
    const [bank, bill] = [await office.spend("QS53ABCDEF", 60_000), await office.spend("QS54ABCDEF", 20_000)];
    const rows = [
      ["QS52ABCDEF", paid, 1000],
      ["QS53ABCDEF", "Withdrawal of funds to Bank", -600],
      ["QS54ABCDEF", "Withdrawal of funds to Bank", -200],
    ] as const;
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 0, differences: [] });
    for (const { body } of [bank, bill]) expect((await office.void(body.id)).status).toBe(200);
    expect(await office.open()).toHaveLength(2);
    expect((await office.close()).status, "the day is not whole").toBe(409);
    expect(await office.bookAsBank("QS53ABCDEF")).toMatchObject({ status: 200, body: { bookedCents: 60_000 } });
    expect((await office.spend("QS54ABCDEF", 20_000)).status).toBe(201);
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 0, differences: [] });
    const held = { account: `clearing:${office.place.channelId}`, balanceCents: 20_000 };
    expect(await office.accounts()).toContainEqual(expect.objectContaining(held));
  });

  test("[BEY-08] [BEY-09] an expense of another amount than the withdrawal is voided: the whole withdrawal can be booked", async () => {
    const office = await openOffice("Spent wrong");
    const spent = await office.spend("QS33ABCDEF", 50_000);
    const rows = [
      ["QS32ABCDEF", paid, 1000],
      ["QS33ABCDEF", "Withdrawal of funds to Bank", -600],
    ] as const;
    const differs = { receipt: "QS33ABCDEF", what: "withdrawn-unread", statementCents: 60_000, bookedCents: 50_000 };
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 0, differences: [differs] });
    expect(await office.bookAsBank("QS33ABCDEF")).toMatchObject({ body: { code: "not-bookable" } });
    expect((await office.void(spent.body.id)).status).toBe(200);
    expect(await office.bookAsBank("QS33ABCDEF")).toMatchObject({ status: 200 });
    const held = { account: `clearing:${office.place.channelId}`, balanceCents: 40_000 };
    expect(await office.accounts()).toContainEqual(expect.objectContaining(held));
    expect((await office.send(rows)).body).toMatchObject({ toBankCents: 0, differences: [] });
  });

  test("[BEY-09] a statement whose differences could not be written is not there: no day closes by it", async () => {
    const office = await openOffice("Cut off");
    const rows = [["QT13ABCDEF", "Organization Settlement to 888888 - THE BANK", -900]] as const;
    const keep = vi.spyOn(differences, "keepDifferences").mockRejectedValueOnce(new Error("the hub was killed"));
    expect((await office.send(rows)).status).toBe(500);
    keep.mockRestore();
    expect((await office.close()).body).toMatchObject({ status: 409, rule: "statement-gap" });
    expect((await office.send(rows)).status).toBe(200);
    expect((await office.close()).body).toMatchObject({ status: 409, rule: "receipts-differ" });
  });

  test("[BEY-09] thousands of rows that the books do not read are compared by looking at each a few times", async () => {
    const office = await openOffice("Many rows");
    let looks = 0;
    const counted = (line: StatementLine): StatementLine => ({
      ...line,
      get receipt() {
        looks++;
        return line.receipt;
      },
    });
    const rows = 2000;
    const lines = Array.from({ length: rows }, (_, row) => counted(lineOf(row, row % 2 ? { isToCustomer: true } : {})));
    const { statementId } = (await office.send([["QU11ABCDEF", paid, 1]])).body;
    await office.transact(async (tx) => {
      const all = [await payoutsByHand(tx, office.place, lines), await unreadRows(tx, office.place, lines)];
      const found = all.flatMap((one) => one.found).map((one) => counted(one as never) as never as Difference);
      expect(found).toHaveLength(rows);
      const compared = new Set(all.flatMap((one) => [...one.compared, "QU12ABCDEF"]));
      await keepDifferences(tx, office.place, found, { statementId, compared, nowMs: 1 });
    });
    expect(looks).toBeLessThan(rows * 20);
  });

  longTest(
    "[BEY-09] thousands of charges and withdrawals are booked in few statements of short transactions",
    async () => {
      const office = await openOffice("Many charges");
      const rows = 1200;
      const lines = Array.from({ length: rows }, (_, row) =>
        lineOf(row, row % 2 ? { isToBank: true } : { kind: "charge" }),
      );
      const writer = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
      let posts = 0;
      const ledger: Ledger = {
        ...writer,
        post: async (...given) => {
          posts++;
          return writer.post(...given);
        },
        postMany: async (...given) => {
          posts++;
          return writer.postMany(...given);
        },
      };
      const parts = { world: hub.world, ledger };
      const alone = async <Result>(_: string, work: () => Promise<Result>) => work();
      const way = { transact: office.transact, alone };
      for (const cents of [rows * 50, 0]) {
        expect(await bookCharges(parts, office.place, lines, way)).toBe(cents);
        expect(await bookWithdrawals(parts, office.place, lines, way)).toBe(cents);
      }
      expect(posts).toBeLessThan(10);
    },
  );

  test("[BEY-09] a withdrawal that the books refuse keeps no other one out, is named by its own receipt, and the same file books it later", async () => {
    const office = await openOffice("One refused");
    const receipts = ["QW13ABCDEF", "QW14ABCDEF", "QW15ABCDEF"];
    const rows = receipts.map((receipt) => [receipt, "Withdrawal of funds to Bank", -100] as const);
    const asOwner = (script: string) => hub.database().alone("write", (execute) => execute(script));
    await asOwner(`create function refuse_a_withdrawal() returns trigger language plpgsql as $$ begin
          if new.entry_key = 'withdrawn:mpesa:QW14ABCDEF' then raise exception 'refused by this test'; end if; return new; end $$;
        create trigger refuse_a_withdrawal before insert on ledger_entries for each row execute function refuse_a_withdrawal()`);
    const refused = await office.send([["QW12ABCDEF", paid, 1000], ...rows]);
    await asOwner("drop trigger refuse_a_withdrawal on ledger_entries; drop function refuse_a_withdrawal()");
    expect(refused.body).toMatchObject({
      toBankCents: 20_000,
      failures: [{ receipt: "QW14ABCDEF", why: "refused by this test" }],
      differences: [{ receipt: "QW14ABCDEF", what: "withdrawn-unread" }],
    });
    const again = await office.send([["QW12ABCDEF", paid, 1000], ...rows]);
    expect(again.body).toMatchObject({ toBankCents: 10_000, failures: [], differences: [] });
  });

  longTest(
    "[BEY-09] the channel's account at a statement's end is read in a time that grows with lines and entries, not with both together",
    async () => {
      const office = await openOffice("Old statement");
      const { statementId } = (await office.send([["QV11ABCDEF", paid, 1]])).body;
      const writer = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
      const soldLater = (fromRow: number, untilRow: number) =>
        office.transact(async (tx) => {
          const rows = Array.from({ length: untilRow - fromRow }, (_, row) => lineOf(fromRow + row, {}));
          await sql`
            insert into statement_lines (provider_id, statement_id, line, receipt, kind, amount_cents, completed_at_ms)
            select ${office.place.providerId}::text, ${statementId}::text, line + 100, receipt, 'inflow', 100, 9000000000000
            from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l(line integer, receipt text)`.execute(tx);
          const entries = rows.map(({ receipt, amountCents }) => ({
            entryId: newId(hub.world),
            entry: transferEntry(`receipt:mpesa:${receipt}`, "receipt", {
              from: "revenue",
              to: `clearing:${office.place.channelId}` as const,
              amountCents,
              currency: "KES",
            }),
          }));
          await writer.postMany(tx, office.place.providerId, entries, hub.world.clock.wall().atMs);
        });
      const tookMs = async () => {
        const startMs = performance.now();
        const compared = await office.transact((tx) =>
          compareAccount(tx, office.place, { closingCents: 100, toMs: office.endMs }),
        );
        const took = performance.now() - startMs;
        // All of it is of later days, as the lines say.
        expect(compared).toMatchObject({ heldCents: 100, bookedCents: 100 });
        return took;
      };
      await soldLater(0, 1000);
      const fewMs = Math.min(await tookMs(), await tookMs(), await tookMs());
      await soldLater(1000, 6000);
      // Six times as many of both: 6, or 36 where each entry reads all lines. Other work disturbs some tries, never all.
      let leastMs = Number.POSITIVE_INFINITY;
      for (let again = 0; again < 20 && leastMs >= 24 * fewMs; again++) leastMs = Math.min(leastMs, await tookMs());
      expect(leastMs / fewMs).toBeLessThan(24);
    },
  );
});
