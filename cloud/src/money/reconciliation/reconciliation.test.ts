/** Statements against the books, through the API on both engines: differences that stay, days that close, fees, late lines. */

import { utils, write } from "@e965/xlsx";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { lacksModules } from "../../modules/test-lacks-modules.ts";
import { hubSuite } from "../../test-hub.ts";
import { openPaybillOffice } from "./test-office.ts";

const dayMs = 86_400_000;
const eastAfricaMs = 3 * 3_600_000;

interface Row {
  readonly receipt: string;
  readonly atMs: number;
  readonly paidIn?: number;
  readonly charge?: number;
  /** Withdrawn: sent to a customer's phone. */
  readonly sent?: number;
  /** Withdrawn; the receipt of the inflow that it turns round, or nothing that could be read. */
  readonly reversed?: { readonly shillings: number; readonly of: string };
  /** Withdrawn: to the bank. */
  readonly banked?: number;
  /** Paid in: a payout that came back; the receipt of the payout. */
  readonly returned?: { readonly shillings: number; readonly of: string };
  /** The statement's own balance after this row; left out in all rows: it has no such column. */
  readonly balance?: number | string;
}

/** Of the head of the long layout. */
interface Head {
  readonly shortcode: string;
  readonly fromMs: number;
  readonly toMs: number;
}

hubSuite("reconciliation", (hub) => {
  async function openOffice(name: string) {
    const { token, providerId, call, channelId, secrets, todayMs } = await openPaybillOffice(hub, name);
    const read = async (path: string) => (await call("GET", path)).body;
    const send = (rows: readonly Row[], head?: Head, to = channelId) =>
      call("POST", "/reconciliation/statements", { channelId: to, csv: statement(rows, head) });
    const importRows = async (rows: readonly Row[], head?: Head) => {
      const answer = await send(rows, head);
      expect(answer.status, answer.text).toBe(200);
      return answer.body;
    };
    const balances = async () => {
      const { items } = await read("/ledger/accounts");
      return Object.fromEntries(
        items.map((one: { account: string; balanceCents: number }) => [one.account.split(":")[0], one.balanceCents]),
      );
    };
    const open = async () => (await read("/reconciliation/differences?state=open")).items as { receipt: string }[];
    const headOf = (fromMs: number, toMs = fromMs + dayMs - 1000) => ({ shortcode: "600100", fromMs, toMs });
    const other = (body: object) => call("POST", "/channels", { environment: "sandbox", ...secrets, ...body });
    return { token, call, read, send, importRows, headOf, other, balances, open, channelId, providerId, todayMs };
  }

  const dayOf = (atMs: number) => new Date(atMs + eastAfricaMs).toISOString().slice(0, 10);

  test("[BEY-09] a day is closed when it is over and agrees; what comes in for it afterwards is listed as late", async () => {
    const office = await openOffice("Closing");
    const noonMs = office.todayMs - dayMs / 2;
    const close = (atMs: number) =>
      office.call("POST", "/reconciliation/closed-days", { channelId: office.channelId, day: dayOf(atMs) });
    expect(await close(office.todayMs)).toMatchObject({ status: 409, body: { code: "day-not-over", field: "day" } });
    expect(await close(noonMs)).toMatchObject({ status: 409, body: { code: "not-reconciled" } });
    const first = { receipt: "QK12ABCDEF", atMs: noonMs, paidIn: 50 };
    const second = { receipt: "QK13ABCDEF", atMs: noonMs + 1000, paidIn: 20 };
    const [midnightMs, half] = [office.todayMs - dayMs, dayMs / 2];
    const morning = office.headOf(midnightMs, midnightMs + half + 5000);
    expect(await office.importRows([first, second], morning)).toMatchObject({
      found: 2,
      differences: [],
      late: 0,
      foundReceipts: [
        { receipt: first.receipt, paymentId: null },
        { receipt: second.receipt, paymentId: null },
      ],
    });
    const detail = expect.stringContaining("no statement covers it from 12:00:06 on");
    expect(await close(noonMs)).toMatchObject({ status: 409, body: { code: "not-reconciled", detail } });
    await office.importRows([], office.headOf(morning.toMs + 1000, midnightMs + dayMs - 1000));
    expect(await close(noonMs)).toMatchObject({ status: 200, body: { bookedCents: 7000, statementCents: 7000 } });
    const closed = async () => (await office.read("/reconciliation/closed-days")).items;
    expect(await closed()).toMatchObject([{ day: dayOf(noonMs), bookedCents: 7000, lateCount: 0, lateCents: 0 }]);
    const late = { receipt: "QK14ABCDEF", atMs: noonMs + 2000, paidIn: 10 };
    expect(await office.importRows([first, second, late])).toMatchObject({ found: 1, late: 1 });
    expect(await closed()).toMatchObject([{ bookedCents: 7000, lateCount: 1, lateCents: 1000 }]);
    expect((await office.read("/reconciliation/late-lines")).items).toMatchObject([
      { receipt: "QK14ABCDEF", day: dayOf(noonMs), amountCents: 1000 },
    ]);
    expect(await close(noonMs)).toMatchObject({ status: 200, body: { bookedCents: 7000 } });
    // Amounts are in what the channel moves, whatever its provider counts in.
    await hub
      .database()
      .asProvider(office.providerId, (tx) => tx.updateTable("providers").set({ currency: "TZS" }).execute());
    const ofWrong = { receipt: "QK15ABCDEF", atMs: noonMs + 3000, banked: 5 };
    expect(await office.importRows([ofWrong])).toMatchObject({ currency: "KES" });
    expect(await closed()).toMatchObject([{ currency: "KES" }]);
    expect(await office.open()).toMatchObject([{ currency: "KES" }]);
    expect((await office.read("/reconciliation/statements")).items[0]).toMatchObject({ currency: "KES" });
  });

  test("[BEY-09] money that was proved without a time gets the statement's, and counts for the day of that", async () => {
    const office = await openOffice("Timeless");
    const row = { receipt: "QK72ABCDEF", atMs: office.todayMs - dayMs / 2, paidIn: 50 };
    await office.importRows([row]);
    const inBooks = hub.database();
    await inBooks.asProvider(office.providerId, (tx) => tx.updateTable("receipts").set({ paidAtMs: null }).execute());
    expect(await office.importRows([row], office.headOf(office.todayMs - dayMs))).toMatchObject({ found: 0 });
    const times = inBooks.asProvider(office.providerId, (tx) => tx.selectFrom("receipts").select("paidAtMs").execute());
    expect(await times).toEqual([{ paidAtMs: Math.floor(row.atMs / 1000) * 1000 }]);
  });

  test("[BEY-08] [PAY-15] money that somebody sent to a customer in M-Pesa's own portal is listed until it is explained", async () => {
    const office = await openOffice("Portal");
    const atMs = office.todayMs - dayMs / 2;
    const ours = { receipt: "QK92ABCDEF", atMs, sent: 50 };
    const theirs = { receipt: "QK93ABCDEF", atMs, sent: 30 };
    await hub.database().asProvider(office.providerId, (tx) => {
      const of = { providerId: office.providerId, channelId: office.channelId, currency: "KES" };
      const what = { method: "payout", amountCents: 5000, reason: "slow", state: "done", askedBy: "me" } as const;
      const named = { refundId: "r1", idempotencyKey: "r1", resultReceipt: ours.receipt };
      return tx
        .insertInto("refunds")
        .values({ ...of, ...what, ...named, createdAtMs: 1, changedAtMs: 1 } as never)
        .execute();
    });
    const found = { receipt: theirs.receipt, what: "payout-not-in-books", statementCents: 3000, bookedCents: 0 };
    expect((await office.importRows([ours, theirs])).differences).toEqual([found]);
    expect(await office.open()).toMatchObject([found]);
    const path = `/reconciliation/differences/${office.channelId}/${theirs.receipt}/resolve`;
    expect(await office.call("POST", path, { note: "refund by hand" })).toMatchObject({ status: 200 });
    await office.importRows([ours, theirs]);
    expect(await office.open()).toEqual([]);
  });

  test("[BEY-08] [PAY-15] a refund that somebody settled with the receipt of another sum differs by it", async () => {
    const office = await openOffice("Mistaken");
    const atMs = office.todayMs - dayMs / 2;
    await hub.database().asProvider(office.providerId, (tx) => {
      const of = { providerId: office.providerId, channelId: office.channelId, currency: "KES" };
      const what = { method: "payout", amountCents: 5000, reason: "slow", state: "done", askedBy: "me" } as const;
      const named = { refundId: "r1", idempotencyKey: "r1", resultReceipt: "QK94ABCDEF" };
      return tx
        .insertInto("refunds")
        .values({ ...of, ...what, ...named, createdAtMs: 1, changedAtMs: 1 } as never)
        .execute();
    });
    const found = { receipt: "QK94ABCDEF", what: "amount-differs", statementCents: 3000, bookedCents: 5000 };
    expect((await office.importRows([{ receipt: "QK94ABCDEF", atMs, sent: 30 }])).differences).toEqual([found]);
    expect(await office.open()).toMatchObject([found]);
  });

  longTest.skipIf(lacksModules("venues"))(
    "[BEY-08] [TEN-16] what a venue's owner was paid by M-Pesa is in the books under its receipt: no difference, and not booked a second time as gone to the bank",
    async () => {
      const office = await openOffice("Host");
      const { token } = office;
      let keys = 0;
      const post = async (path: string, body: object) => {
        const headers = { "Idempotency-Key": `host-${++keys}` };
        return hub.call("POST", `/api/v1${path}`, { token, headers, body });
      };
      const { siteId } = (await post("/sites", { name: "Hotel" })).body.site;
      const { planId } = (await post("/plans", { name: "Week", priceCents: 1_000_000, terms: {} })).body;
      const { venueId } = (await post("/venues", { name: "Hotel" })).body;
      const shares = [{ siteId, planId: null, permille: 500 }];
      expect((await office.call("PUT", `/venues/${venueId}/shares`, { shares })).status).toBe(200);
      hub.moveClock(1000);
      expect((await post("/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" })).status).toBe(201);
      const atMs = office.todayMs - dayMs / 2;
      const rows: Row[] = [
        { receipt: "QL30ABCDEF", atMs, paidIn: 5000, balance: 5000 },
        { receipt: "QL31ABCDEF", atMs: atMs + 1000, sent: 1000, balance: 4000 },
        { receipt: "QL32ABCDEF", atMs: atMs + 2000, banked: 2000, balance: 2000 },
      ];
      const pay = (reference: string, amountCents: number) =>
        post(`/venues/${venueId}/pay-outs`, { amountCents, method: "mpesa", reference, channelId: office.channelId });
      expect((await office.importRows(rows)).differences).toHaveLength(3);
      expect((await pay("ql31abcdef", 100_000)).status).toBe(201);
      expect((await pay("ql32abcdef", 200_000)).status).toBe(201);
      const asBank = `/reconciliation/differences/${office.channelId}/QL32ABCDEF/book`;
      expect(await post(asBank, { as: "bank", note: "to the bank" })).toMatchObject({
        body: { code: "not-bookable" },
      });
      expect((await office.importRows(rows, office.headOf(office.todayMs - dayMs))).differences).toEqual([]);
      expect(await office.open()).toEqual([]);
      const { items } = await office.read("/ledger/accounts");
      const held = { account: `clearing:${office.channelId}`, balanceCents: 200_000 };
      expect(items).toContainEqual(expect.objectContaining(held));

      // Two people, one receipt, one moment.
      const spend = (reference: string) =>
        post("/expenses", {
          category: "rent",
          amountCents: 100,
          spentOn: dayOf(atMs),
          channelId: office.channelId,
          reference,
        });
      for (let number = 41; number < 51; number++) {
        const both = await Promise.all([pay(`QL${number}ABCDEF`, 100), spend(`QL${number}ABCDEF`)]);
        expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
      }
    },
  );

  longTest(
    "[BEY-08] [BEY-09] an expense that a channel paid is in the books under its receipt: no difference, and no second time as another expense or as gone to the bank",
    async () => {
      const office = await openOffice("Spent");
      const { token, channelId } = office;
      let keys = 0;
      const post = (path: string, body: object | null) =>
        hub.call("POST", `/api/v1${path}`, { token, headers: { "Idempotency-Key": `spent-${++keys}` }, body });
      const atMs = office.todayMs - dayMs / 2;
      const rows: Row[] = [
        { receipt: "QM30ABCDEF", atMs, paidIn: 5000, balance: 5000 },
        { receipt: "QM31ABCDEF", atMs: atMs + 1000, sent: 1000, balance: 4000 },
        { receipt: "QM32ABCDEF", atMs: atMs + 2000, banked: 2000, balance: 2000 },
      ];
      const spend = (reference: string | undefined, amountCents: number) =>
        post("/expenses", { category: "power", amountCents, spentOn: dayOf(atMs), channelId, reference });
      expect((await office.importRows(rows)).differences).toHaveLength(3);
      expect(await spend(undefined, 100_000)).toMatchObject({ status: 400, body: { field: "reference" } });
      const first = await spend("qm31abcdef", 100_000);
      expect(first.status, first.text).toBe(201);
      expect(await spend("QM31ABCDEF", 100_000)).toMatchObject({ status: 409, body: { code: "reference-taken" } });
      expect((await post(`/expenses/${first.body.id}/void`, null)).status).toBe(200);
      expect((await spend("QM31ABCDEF", 100_000)).body).toMatchObject({ reference: "QM31ABCDEF" });
      expect((await spend("QM32ABCDEF", 200_000)).status).toBe(201);
      const asBank = `/reconciliation/differences/${channelId}/QM32ABCDEF/book`;
      expect((await post(asBank, { as: "bank", note: "to the bank" })).body).toMatchObject({ code: "not-bookable" });
      expect((await office.importRows(rows, office.headOf(office.todayMs - dayMs))).differences).toEqual([]);
      expect(await office.open()).toEqual([]);
    },
  );

  test("[BEY-09] money that left for the bank and a payout that came back stand as differences, and the day stays open", async () => {
    const office = await openOffice("Banking");
    const atMs = office.todayMs - dayMs / 2;
    const rows: Row[] = [
      { receipt: "QL12ABCDEF", atMs, paidIn: 1000, balance: 1000 },
      { receipt: "QL13ABCDEF", atMs: atMs + 1000, banked: 900, balance: 100 },
      { receipt: "QL14ABCDEF", atMs: atMs + 2000, returned: { shillings: 70, of: "QL09ABCDEF" }, balance: 170 },
    ];
    const read = await office.importRows(rows, office.headOf(office.todayMs - dayMs));
    expect(read.differences).toEqual([
      { receipt: "QL13ABCDEF", what: "withdrawn-unread", statementCents: 90_000, bookedCents: 0 },
      { receipt: "QL14ABCDEF", what: "payout-returned-unread", statementCents: 7000, bookedCents: 0 },
      { receipt: "closing-balance", what: "balance-differs", statementCents: 17_000, bookedCents: 100_000 },
    ]);
    const close = () =>
      office.call("POST", "/reconciliation/closed-days", {
        channelId: office.channelId,
        day: dayOf(atMs),
      });
    const detail = expect.stringContaining("QL13ABCDEF, QL14ABCDEF");
    expect(await close()).toMatchObject({ status: 409, body: { code: "not-reconciled", detail } });
    for (const receipt of ["QL13ABCDEF", "QL14ABCDEF", "closing-balance"]) {
      const path = `/reconciliation/differences/${office.channelId}/${receipt}/resolve`;
      expect((await office.call("POST", path, { note: "booked by the accountant" })).status).toBe(200);
    }
    expect(await close()).toMatchObject({ status: 200, body: { bookedCents: 100_000, statementCents: 100_000 } });
  });

  test.each(inLongRunAll(["payout", "reversal", "channel"] as const, (way) => way === "payout"))(
    "[BEY-09] a refund (%s) that came back is not done: it says so, somebody is told, and its money is in the books again, once",
    async (method) => {
      const office = await openOffice(`Boomerang by ${method}`);
      const atMs = office.todayMs - dayMs / 2;
      await hub.database().asProvider(office.providerId, async (tx) => {
        const providerId = office.providerId;
        const entry = {
          providerId,
          entryId: "e1",
          entryKey: "refund:r1",
          kind: "refund",
          purchaseId: null,
          atMs,
        };
        await tx.insertInto("ledger_entries").values(entry).execute();
        const posting = { providerId, entryId: "e1", currency: "KES", party: null };
        await tx
          .insertInto("ledger_postings")
          .values([
            { ...posting, line: 1, account: `clearing:${office.channelId}`, amountCents: -7000 },
            { ...posting, line: 2, account: "refunds", amountCents: 7000 },
          ])
          .execute();
        const of = { providerId, channelId: office.channelId, currency: "KES", entryId: "e1" };
        const what = { method, amountCents: 7000, reason: "slow", state: "done", askedBy: "me" } as const;
        const named = { refundId: "r1", idempotencyKey: "r1", resultReceipt: "QL09ABCDEF" };
        await tx
          .insertInto("refunds")
          .values({ ...of, ...what, ...named, createdAtMs: 1, changedAtMs: 1 } as never)
          .execute();
      });
      const back = { receipt: "QL34ABCDEF", atMs, returned: { shillings: 70, of: "QL09ABCDEF" } };
      expect(await office.importRows([back])).toMatchObject({ returned: 1, differences: [], failures: [] });
      const { items } = await office.read("/refunds");
      expect(items).toMatchObject([{ state: "returned", problem: "it came back to us as QL34ABCDEF" }]);
      expect(await office.balances()).toEqual({ clearing: 0, refunds: 0 });
      const told = {
        kind: "refund-returned",
        severity: "wrong",
        channelId: office.channelId,
        fields: { cents: 7000 },
      };
      expect((await office.read("/alarms")).items).toMatchObject([told]);
      expect((await office.read("/review?kind=refund")).items).toMatchObject([
        { id: "r1", what: "returned: it came back to us as QL34ABCDEF" },
      ]);
      const inflow = { receipt: "QL35ABCDEF", atMs: atMs + 1000, paidIn: 10 };
      expect(await office.importRows([back, inflow])).toMatchObject({ returned: 0, differences: [] });
      expect((await office.balances()).refunds).toBe(0);
    },
  );

  test("[BEY-09] the statement's own balance is followed from row to row; where it can't be read, that is said", async () => {
    const office = await openOffice("Balances");
    const atMs = office.todayMs - dayMs / 2;
    const rows: Row[] = [
      { receipt: "QL22ABCDEF", atMs, paidIn: 1000, balance: 1500 },
      { receipt: "QL23ABCDEF", atMs: atMs + 1000, paidIn: 50, balance: 1550 },
    ];
    const sums = { state: "agrees", openingCents: 50_000, closingCents: 155_000 };
    expect((await office.importRows(rows)).balance).toMatchObject(sums);
    const [first, second] = rows as [Row, Row];
    const lost = await office.importRows([first, { ...second, balance: 1950 }]);
    expect(lost.balance).toMatchObject({ state: "differs", offCents: 40_000, receipt: "QL23ABCDEF" });
    expect((await office.importRows([first, { ...second, balance: "?" }])).balance).toMatchObject({
      state: "unreadable",
    });
    expect((await office.importRows([{ receipt: first.receipt, atMs, paidIn: 1000 }])).balance).toEqual({
      state: "absent",
    });
  });

  test("[BEY-09] a day on which nothing came in is closed too, when a statement says so", async () => {
    const office = await openOffice("Quiet");
    const day = { channelId: office.channelId, day: dayOf(office.todayMs - dayMs) };
    await office.importRows([], office.headOf(office.todayMs - dayMs));
    const closed = await office.call("POST", "/reconciliation/closed-days", day);
    expect(closed).toMatchObject({ status: 200, body: { bookedCents: 0, statementCents: 0 } });
  });

  test("[BEY-08] the statement of another short code or another kind of channel is refused, and books nothing", async () => {
    const office = await openOffice("Whose");
    const row = { receipt: "QK52ABCDEF", atMs: office.todayMs - dayMs / 2, paidIn: 50 };
    const head = office.headOf(office.todayMs - dayMs);
    const refused = (field: string) => ({ status: 422, body: { field } });
    expect(await office.send([row], { ...head, shortcode: "600999" })).toMatchObject(refused("csv"));
    const stripe = { kind: "stripe", secretKey: "sk_x", webhookSecret: "whsec_x" };
    const { id: stripeId } = (await office.call("POST", "/channels", { environment: "sandbox", ...stripe })).body;
    expect(await office.send([row], undefined, stripeId)).toMatchObject(refused("channelId"));
    expect(await office.balances()).toEqual({});
    await office.importRows([row], head);
    const { id } = (await office.other({ kind: "mpesa-paybill", shortcode: "600200" })).body;
    const again = { receipt: "QK53ABCDEF", atMs: row.atMs + 1000, paidIn: 20 };
    expect(await office.send([row, again], undefined, id)).toMatchObject(refused("csv"));
    expect((await office.balances()).suspense).toBe(-5000);
  });

  test("[BEY-08] the workbook that the portal exports is imported as it is; a file that is too large or none is refused", async () => {
    const office = await openOffice("Workbooks");
    const csv = statement([{ receipt: "QK92ABCDEF", atMs: office.todayMs - dayMs / 2, paidIn: 50 }]);
    const book = utils.book_new();
    const rows = csv.split("\n").map((line) => line.split(","));
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), "Statement");
    const sendFile = (bytes: Uint8Array) =>
      office.call("POST", "/reconciliation/statements", {
        channelId: office.channelId,
        file: Buffer.from(bytes).toString("base64"),
      });
    const asXls = new Uint8Array(write(book, { bookType: "biff8", type: "array" }) as ArrayBuffer);
    expect(await sendFile(asXls)).toMatchObject({ status: 200, body: { inflows: 1, found: 1, failures: [] } });
    const asXlsx = new Uint8Array(write(book, { bookType: "xlsx", type: "array" }) as ArrayBuffer);
    expect(await sendFile(asXlsx)).toMatchObject({ status: 200, body: { inflows: 1, found: 0 } });
    expect(await sendFile(Buffer.from(csv))).toMatchObject({ status: 200, body: { inflows: 1, found: 0 } });
    for (const bad of [asXlsx.subarray(0, 2000), Buffer.from("no statement")])
      expect(await sendFile(bad)).toMatchObject({ status: 422, body: { field: "file" } });
    expect((await sendFile(Buffer.alloc(21 * 1024 * 1024, "a"))).status).toBe(413);
    expect(await office.balances()).toEqual({ clearing: 5000, suspense: -5000 });
  });

  test("[BEY-08] a reversal that came before its money, by an earlier file, is applied when the money is booked", async () => {
    const office = await openOffice("Reversed");
    const atMs = office.todayMs - dayMs / 2;
    const reversal = { receipt: "QK62ABCDEF", atMs, reversed: { shillings: 50, of: "QK61ABCDEF" } };
    const unreadable = { receipt: "QK63ABCDEF", atMs: atMs + 1000, reversed: { shillings: 7, of: "?" } };
    const kinds = (all: { receipt: string; what?: string }[]) => all.map(({ receipt, what }) => [receipt, what]);
    const { differences } = await office.importRows([reversal, unreadable]);
    const lost = ["QK63ABCDEF", "reversal-unmatched"];
    expect(kinds(differences)).toEqual([["QK62ABCDEF", "reversal-unmatched"], lost]);
    const inflow = { receipt: "QK61ABCDEF", atMs: atMs - 1000, paidIn: 50 };
    expect(await office.importRows([inflow])).toMatchObject({ found: 1, reversed: 1, differences: [] });
    expect(kinds(await office.open())).toEqual([lost]);
    expect((await office.balances()).clearing).toBe(0);
  });

  test("charges of the statement are fees in the books, each once, whatever statement has them", async () => {
    const office = await openOffice("Fees");
    const atMs = office.todayMs - dayMs / 2;
    const inflow = { receipt: "QK22ABCDEF", atMs, paidIn: 500 };
    const charge = { receipt: "QK22ABCDEF", atMs, charge: 5 };
    expect(await office.importRows([inflow, charge, charge])).toMatchObject({
      chargeCents: 1000,
      feesBookedCents: 1000,
    });
    expect(await office.balances()).toEqual({ clearing: 49_000, fees: 1000, suspense: -50_000 });
    const other = { receipt: "QK23ABCDEF", atMs: atMs + 1000, charge: 7 };
    expect(await office.importRows([inflow, charge, charge, other])).toMatchObject({ feesBookedCents: 700 });
    expect(await office.balances()).toEqual({ clearing: 48_300, fees: 1700, suspense: -50_000 });
  });

  test("a difference stays listed until a later statement agrees, or a person has explained it", async () => {
    const office = await openOffice("Differing");
    const atMs = office.todayMs - dayMs / 2;
    const rows = [0, 1, 2].map((n) => ({ receipt: `QK3${n}ABCDEF`, atMs: atMs + n * 1000, paidIn: 10 }));
    const [first, missing, last] = rows as [Row, Row, Row];
    const extra = (n: number) => ({ receipt: `QK4${n}ABCDEF`, atMs: atMs + n, charge: 1 });
    await office.importRows(rows);
    expect(await office.open()).toEqual([]);
    const gap = { receipt: missing.receipt, what: "not-on-statement", statementCents: 0, bookedCents: 1000 };
    expect((await office.importRows([first, last])).differences).toEqual([gap]);
    expect(await office.open()).toMatchObject([{ ...gap, resolvedAtMs: null }]);
    await office.importRows([...rows, extra(1)]);
    expect(await office.open()).toEqual([]);
    await office.importRows([first, last, extra(2)]);
    expect(await office.open()).toMatchObject([gap]);
    const path = `/reconciliation/differences/${office.channelId}/${missing.receipt}/resolve`;
    expect((await office.call("POST", path, { note: "the portal's filter cut it off" })).status).toBe(200);
    expect((await office.call("POST", path, { note: "again" })).body.code).toBe("resolved");
    await office.importRows([first, last, extra(3)]);
    expect(await office.open()).toEqual([]);
    const { items } = await office.read("/reconciliation/differences?state=resolved");
    expect(items).toMatchObject([{ receipt: missing.receipt, note: "the portal's filter cut it off" }]);
  });
});

function detailsOf({ paidIn, charge, sent, banked, returned, reversed }: Row): string {
  if (paidIn !== undefined) return "Pay Bill from 254712345678 - JUMA ALI Acc. x";
  if (returned !== undefined) return `Reversal of ${returned.of}`;
  if (charge !== undefined) return "Pay Bill Charge";
  if (banked !== undefined) return "Organization Settlement to 888888 - THE BANK";
  return sent === undefined ? `Reversal of ${reversed?.of}` : "Business Payment to 254712***678 - JUMA ALI";
}

/** The short layout of the portal; with a head, as far as it is read, the long one. */
function statement(rows: readonly Row[], head?: Head): string {
  const stamp = (atMs: number) => new Date(atMs + eastAfricaMs).toISOString().slice(0, 19).replace("T", " ");
  const withBalance = rows.some(({ balance }) => balance !== undefined);
  const names = `Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn${withBalance ? ",Balance" : ""}`;
  const lines = rows.map((row) => {
    const paidIn = row.paidIn ?? row.returned?.shillings ?? "";
    const withdrawn = row.charge ?? row.sent ?? row.banked ?? row.reversed?.shillings ?? "";
    const cells = [row.receipt, stamp(row.atMs), detailsOf(row), "Completed", paidIn, withdrawn];
    return [...cells, ...(withBalance ? [row.balance ?? ""] : [])].join(",");
  });
  const above =
    head === undefined
      ? []
      : [`Short Code:,${head.shortcode}`, `Time Period:,From ${stamp(head.fromMs)} To ${stamp(head.toMs)}`];
  return [...above, names, ...lines].join("\n");
}
