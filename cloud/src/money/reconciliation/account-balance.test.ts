/** The statement's closing balance against the channel's account in the books, through the API. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openPaybillOffice, stamp } from "./test-office.ts";

const dayMs = 86_400_000;
const eastAfricaMs = 3 * 3_600_000;

/** Receipt, seconds into the day, what happened, paid in (withdrawn: below zero), and the statement's balance after it. */
type Row = readonly [
  receipt: string,
  atS: number,
  details: string,
  shillings: number,
  balance: number | string,
  linked?: string,
];
const paid = "Pay Bill from 254712345678 - JUMA ALI Acc. x";
const toBank = "Organization Settlement to 888888 - THE BANK";

hubSuite("closing balance and books", (hub) => {
  async function openOffice(name: string) {
    const { providerId, call, channelId, todayMs } = await openPaybillOffice(hub, name);
    /** @param daysAgo whose day the statement is */
    const send = async (daysAgo: number, rows: readonly Row[], account?: string) => {
      const fromMs = todayMs - daysAgo * dayMs;
      const csv = [
        "Short Code:,600100",
        ...(account === undefined ? [] : [`Account:,${account}`]),
        `Time Period:,From ${stamp(fromMs)} To ${stamp(fromMs + dayMs - 1000)}`,
        "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Linked Transaction ID",
        ...rows.map(([receipt, atS, details, shillings, balance, linked = ""]) =>
          [
            receipt,
            stamp(fromMs + atS * 1000),
            details,
            "Completed",
            shillings > 0 ? shillings : "",
            shillings < 0 ? shillings : "",
            balance,
            linked,
          ].join(","),
        ),
      ].join("\n");
      const answer = await call("POST", "/reconciliation/statements", { channelId, csv });
      expect(answer.status, answer.text).toBe(200);
      return answer.body;
    };
    const close = (daysAgo: number) => {
      const day = new Date(todayMs - daysAgo * dayMs + eastAfricaMs).toISOString().slice(0, 10);
      return call("POST", "/reconciliation/closed-days", { channelId, day });
    };
    const book = (receipt: string, as: string) =>
      call("POST", `/reconciliation/differences/${channelId}/${receipt}/book`, {
        as,
        note: "seen in M-Pesa's portal",
      });
    const resolve = (receipt: string) =>
      call("POST", `/reconciliation/differences/${channelId}/${receipt}/resolve`, { note: "M-Pesa looks into it" });
    const balances = async () => {
      const { items } = (await call("GET", "/ledger/accounts")).body;
      return Object.fromEntries(
        items.map((one: { account: string; balanceCents: number }) => [one.account.split(":")[0], one.balanceCents]),
      );
    };
    const open = async () => (await call("GET", "/reconciliation/differences?state=open")).body.items;
    const closedDays = async () => (await call("GET", "/reconciliation/closed-days")).body.items;
    return { call, send, close, book, resolve, balances, open, closedDays, providerId, channelId, todayMs };
  }

  test("[BEY-09] 1000 came in, 900 went to the bank, 70 came back: M-Pesa holds 170, and the day stays open until the books do too", async () => {
    const office = await openOffice("Following");
    const read = await office.send(1, [
      ["QL12ABCDEF", 3600, paid, 1000, 1000],
      ["QL13ABCDEF", 3700, toBank, -900, 100],
      ["QL14ABCDEF", 3800, "Reversal of QL09ABCDEF", 70, 170, "QL09ABCDEF"],
    ]);
    expect(read.balance).toEqual({ state: "agrees", openingCents: 0, closingCents: 17_000 });
    expect(read.account).toMatchObject({ heldCents: 17_000, bookedCents: 100_000 });
    expect(read.differences).toContainEqual({
      receipt: "closing-balance",
      what: "balance-differs",
      statementCents: 17_000,
      bookedCents: 100_000,
    });
    // What somebody has explained with words alone is in no book: both figures are said.
    await office.resolve("QL14ABCDEF");
    expect((await office.book("QL13ABCDEF", "bank")).status).toBe(200);
    expect(await office.balances()).toMatchObject({ clearing: 10_000, "to-bank": 90_000 });
    const refused = await office.close(1);
    expect(refused).toMatchObject({ status: 409, body: { code: "not-reconciled", rule: "account-differs" } });
    expect(refused.body.detail).toMatch(/170.*100/);
    expect(await office.open()).toMatchObject([
      { receipt: "closing-balance", statementCents: 17_000, bookedCents: 10_000 },
    ]);
    expect((await office.resolve("closing-balance")).status).toBe(200);
    expect((await office.close(1)).status).toBe(200);
    expect(await office.closedDays()).toMatchObject([{ closingCents: 17_000, accountCents: 10_000 }]);
  });

  test("[BEY-09] [PAY-21] money that was entered and never came: where the statement is whole, a person takes it out, and the day can be closed", async () => {
    const office = await openOffice("Never came");
    const enter = (receipt: string, paidAtMs: number) =>
      office.call("POST", "/payments/entered", { channelId: office.channelId, receipt, amountCents: 2000, paidAtMs });
    const neverCame = (receipt: string) =>
      office.call("POST", `/reconciliation/differences/${office.channelId}/${receipt}/never-came`, {
        note: "the till's phone shows nothing",
      });
    const [missing, there] = ["QN12ABCDEF", "QN13ABCDEF"];
    for (const receipt of [missing, there]) await enter(receipt, office.todayMs - dayMs + 4_000_000);
    const there1: Row = [there, 4000, paid, 20, 120];
    await office.send(1, [["QN11ABCDEF", 3600, paid, 100, 100], there1]);
    expect(await office.open()).toContainEqual(expect.objectContaining({ receipt: missing, what: "not-on-statement" }));
    expect((await office.close(1)).body).toMatchObject({ code: "not-reconciled", rule: "receipts-differ" });
    // The statement of yesterday ends before it was reported.
    expect(await neverCame(missing)).toMatchObject({ status: 409, body: { code: "may-have-come" } });
    await office.send(0, [["QN14ABCDEF", 1, paid, 10, 130]]);
    expect(await neverCame(there)).toMatchObject({ status: 404 });
    expect(await neverCame(missing)).toMatchObject({ status: 200 });
    expect(await office.balances()).toMatchObject({ clearing: 13_000, suspense: -13_000 });
    expect((await office.call("GET", "/receipts?state=disproved")).body.items).toMatchObject([{ receipt: missing }]);
    expect(await neverCame(missing)).toMatchObject({ status: 409 });
    expect((await office.close(1)).status).toBe(200);
    // It was late: it is there after all.
    await office.send(0, [
      ["QN14ABCDEF", 1, paid, 10, 130],
      [missing, 2, paid, 20, 150],
    ]);
    expect(await office.balances()).toMatchObject({ clearing: 15_000, suspense: -15_000 });
  });

  test("[BEY-09] money that was on its way into the books while a day was closed is late; what was counted is not", async () => {
    const office = await openOffice("On its way");
    await office.send(1, [["QP11ABCDEF", 3600, paid, 100, 100]]);
    expect((await office.close(1)).status).toBe(200);
    const late = async () => (await office.call("GET", "/reconciliation/late-lines")).body.items;
    expect(await late()).toEqual([]);
    const onItsWay = { receipt: "QP12ABCDEF", amountCents: 2000, paidAtMs: office.todayMs - dayMs + 4_000_000 };
    await office.call("POST", "/payments/entered", { channelId: office.channelId, ...onItsWay });
    const [day] = await office.closedDays();
    await hub.database().asProvider(office.providerId, (tx) =>
      tx
        .updateTable("receipts")
        .set({ bookedAtMs: day.closedAtMs - 500 })
        .execute(),
    );
    expect(await late()).toMatchObject([{ receipt: "QP12ABCDEF", amountCents: 2000 }]);
    expect(await office.closedDays()).toMatchObject([{ lateCount: 1, lateCents: 2000 }]);
  });

  test("[BEY-09] a bank withdrawal that M-Pesa names so is booked by itself, once; a difference that was explained is not asked again as long as it stays as large", async () => {
    const office = await openOffice("Withdrawing");
    const first: Row[] = [
      ["QM12ABCDEF", 3600, paid, 1000, 1500],
      ["QM13ABCDEF", 3700, "Agency Withdrawal of funds to Bank", -900, 600],
    ];
    const read = await office.send(2, first);
    expect(read).toMatchObject({ toBankCents: 90_000, account: { heldCents: 60_000, bookedCents: 10_000 } });
    expect(await office.balances()).toMatchObject({ clearing: 10_000, "to-bank": 90_000 });
    expect(await office.send(2, first)).toMatchObject({ toBankCents: 0 });
    expect((await office.balances())["to-bank"]).toBe(90_000);
    await office.resolve("closing-balance");
    expect((await office.close(2)).status).toBe(200);
    const second = await office.send(1, [["QM14ABCDEF", 60, paid, 50, 650]]);
    expect(second.differences).toMatchObject([
      { what: "balance-differs", statementCents: 65_000, bookedCents: 15_000 },
    ]);
    expect(await office.open()).toEqual([]);
    expect((await office.close(1)).status).toBe(200);
  });

  test("[BEY-09] what M-Pesa held before the first statement is booked once as the opening balance, by a person who says so", async () => {
    const office = await openOffice("Opening");
    await office.send(2, [["QN12ABCDEF", 3600, paid, 1000, 1500]]);
    expect((await office.close(2)).body.rule).toBe("account-differs");
    expect(await office.book("QN12ABCDEF", "bank")).toMatchObject({ status: 404 });
    expect((await office.book("closing-balance", "bank")).body.code).toBe("not-bookable");
    expect((await office.book("closing-balance", "opening")).status).toBe(200);
    expect(await office.balances()).toMatchObject({ clearing: 150_000, opening: -50_000 });
    expect((await office.close(2)).status).toBe(200);
    await office.send(1, [["QN13ABCDEF", 3600, paid, 10, 1520]]);
    expect((await office.close(1)).body.rule).toBe("account-differs");
    const again = await office.book("closing-balance", "opening");
    expect([again.status, again.body.code]).toEqual([409, "opening-booked"]);
  });

  test("[BEY-09] money that moved to the organisation's other accounts at M-Pesa is still held there, and what was booked after the statement's end is not counted", async () => {
    const office = await openOffice("Sweeping");
    const main = "Utility Account to Organization Settlement Account";
    const read = await office.send(
      2,
      [
        ["QP12ABCDEF", 3600, paid, 1000, 1000],
        ["QP12ABCDEF", 3600, "Pay Bill Charge", -5, 995],
        ["QP13ABCDEF", 3700, main, -995, "0.00"],
      ],
      "Utility Account",
    );
    expect(read).toMatchObject({ differences: [], account: { heldCents: 99_500, bookedCents: 99_500 } });
    // The other layout mixes accounts, with a balance of each.
    const mixed = await office.send(1, [
      ["QP15ABCDEF", 3800, "Organization Settlement Account to Organization MMF Account", -1095, 0],
      ["QP14ABCDEF", 3700, main, 100, 1095],
      ["QP14ABCDEF", 3700, main, -100, 0],
      ["QP16ABCDEF", 3600, paid, 100, 100],
    ]);
    expect(mixed).toMatchObject({
      balance: { state: "agrees", openingCents: 0, closingCents: 0 },
      differences: [],
      account: { heldCents: 109_500, bookedCents: 109_500 },
    });
    const older = await office.send(3, [["QP17ABCDEF", 3600, paid, 0.01, 0.01]]);
    expect(older).toMatchObject({ account: { heldCents: 1, bookedCents: 1 } });
  });

  longTest(
    "[BEY-09] the statement of the Working account says nothing about what customers paid: it makes no difference of it, covers no day and compares no balance",
    async () => {
      const office = await openOffice("Working");
      const own = "Organization Settlement Account to Organization MMF Account";
      const working: Row[] = [
        ["QR13ABCDEF", 3700, own, 995, 995],
        ["QR14ABCDEF", 3800, "Agency Withdrawal of funds to Bank", -900, "95.00"],
      ];
      // Alone it closes no day, not even one of which the books know nothing.
      await office.send(2, working, "Working Account");
      expect((await office.close(2)).body).toMatchObject({ code: "not-reconciled", rule: "statement-gap" });
      const utility: Row[] = [
        ["QR12ABCDEF", 3600, paid, 1000, 1000],
        ["QR12ABCDEF", 3600, "Pay Bill Charge", -5, 995],
        ["QR13ABCDEF", 3700, "Utility Account to Organization Settlement Account", -995, "0.00"],
      ];
      const account = { heldCents: 9500, bookedCents: 9500 };
      expect(await office.send(2, utility, "Utility Account")).toMatchObject({ differences: [], account });
      expect(
        await office.send(2, [...working, ["QR15ABCDEF", 3900, own, 1, 96]], "Organization MMF Account"),
      ).toMatchObject({
        ...{ differences: [], balance: { state: "absent" }, account: null, toBankCents: 0 },
      });
      expect(await office.open()).toEqual([]);
      expect((await office.close(2)).status).toBe(200);
      expect(await office.closedDays()).toMatchObject([{ closingCents: 9500, accountCents: 9500 }]);
      // A balance that differs is not forgotten because another account's statement came last.
      await office.send(1, [["QR16ABCDEF", 3600, paid, 50, 150]], "Utility Account");
      await office.send(1, [["QR17ABCDEF", 3700, own, 10, 105]], "Working Account");
      expect((await office.close(1)).body).toMatchObject({ code: "not-reconciled", rule: "account-differs" });
    },
  );
});
