/** One row that can't be booked: it is kept, listed and tried again. Other rows are not affected. */

import { randomBytes } from "node:crypto";
import type { Party } from "@karibu/cloud/ground/amounts/parties";
import { json } from "@karibu/cloud/ground/db/json";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, onTestFinished, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { eventually, proveAnswers } from "./payments-hub.ts";
import { initiator, startPayments } from "./test-payments-town.ts";

engineSuite("one row that fails", (engine) => {
  const database = useDatabase(engine);

  /** The database refuses inserts (or updates) of a table where the SQL condition `refused` is true. @returns removes the trigger */
  async function refuse(table: string, refused: string, on: "insert" | "update" = "insert") {
    const name = `refuse_${randomBytes(4).toString("hex")}`;
    const run = (script: string) => database.current().alone("write", (execute) => execute(script));
    await run(`create function ${name}() returns trigger language plpgsql as $$ begin
          if ${refused} then raise exception 'refused by this test' using errcode = '22023'; end if; return new; end $$;
        create trigger ${name} before ${on} on ${table} for each row execute function ${name}()`);
    let isLifted = false;
    const lift = async () => {
      if (!isLifted) await run(`drop trigger ${name} on ${table}; drop function ${name}()`);
      isLifted = true;
    };
    onTestFinished(lift);
    return lift;
  }

  async function openTown({ asks = false, unverifiedCentsMax = 5_000_000 } = {}) {
    const options = { msisdnForm: "full", resultMs: 20 } as const;
    const channelKeys = asks ? initiator : {};
    const town = await startPayments(database.current(), options, { unverifiedCentsMax }, channelKeys);
    const { daraja, hub, shop, providerId, channelId, register, books } = town;
    await register();
    if (asks) {
      // The channel has no list: only its status answers prove a payment.
      const settings = json({ initiatorName: initiator.initiatorName, registered: true, pulls: false }) as never;
      await database.current().asProvider(providerId, (tx) => tx.updateTable("channels").set({ settings }).execute());
    }
    const place = { providerId, siteId: shop.siteId, planId: shop.planId, createdAtMs: 1 };
    await database.current().asProvider(providerId, (tx) =>
      tx
        .insertInto("pay_accounts")
        .values({
          ...place,
          accountKey: "JUMA1",
          accountNumber: "juma 1",
          kind: "customer",
          party: "juma" as Party,
        })
        .execute(),
    );
    const { organisation, successes } = daraja;
    let phones = 0;
    const pay = async (account: string, confirmation: "once" | "never" = "never") => {
      const msisdn = `2547110002${String(++phones).padStart(2, "0")}`;
      return (await organisation.payBill({
        shortcode: sampleApp.shortcode,
        msisdn,
        amount: 50,
        account,
        confirmation,
      }))!.receipt;
    };
    const statesBy = async () =>
      Object.fromEntries((await books()).receipts.map(({ receipt, state }) => [receipt, state]));
    const statement = () => hub.reconcile(providerId, channelId, statementCsv("portal", successes(), organisation));
    const pull = () => hub.pull(providerId, channelId);
    return { ...shop, daraja, hub, channelId, pay, books, statesBy, statement, pull };
  }

  test("[PAY-04] of a list: the rows after it are booked, it is on the review list, and the next list books it", async () => {
    const town = await openTown();
    const [first, bad, last] = [await town.pay("a"), await town.pay("b"), await town.pay("c")];
    const lift = await refuse("receipts", `new.receipt = '${bad}'`);
    await town.pull();
    await eventually(town.statesBy, (now) => expect(now).toEqual({ [first]: "suspense", [last]: "suspense" }));
    const listed = await eventually(
      () => town.hub.review(town.providerId),
      (items) => expect(items.filter(({ kind }) => kind === "unmatched")).toHaveLength(1),
    );
    expect(listed.find(({ kind }) => kind === "unmatched")?.what).toBe(
      "pull: could not be booked: refused by this test",
    );
    await lift();
    await town.pull();
    await eventually(town.statesBy, (now) =>
      expect(now).toEqual({ [first]: "suspense", [bad]: "suspense", [last]: "suspense" }),
    );
    expect((await town.hub.review(town.providerId)).filter(({ kind }) => kind === "unmatched")).toEqual([]);
    expect((await town.books()).accounts).toEqual({ clearing: 15_000, suspense: -15_000 });
  });

  test("[PAY-04] of a list: the sweep tries it again, and the span of the list disproves no receipt in it", async () => {
    const town = await openTown();
    await proveAnswers(database.current(), town.providerId, town.channelId);
    const bad = await town.pay("b", "once");
    await eventually(town.statesBy, (now) => expect(now).toEqual({ [bad]: "suspense" }));
    const lift = await refuse("receipts", `new.receipt = '${bad}' and new.corroborated`, "update");
    await town.pull();
    await eventually(
      () => town.hub.review(town.providerId),
      (items) => expect(items.filter(({ kind }) => kind === "unmatched")).toHaveLength(1),
    );
    // The receipt was booked two hours ago, and the list of that time was read later.
    await database.current().asProvider(town.providerId, async (tx) => {
      const agoMs = Date.now() - 7_200_000;
      await tx.updateTable("receipts").set({ bookedAtMs: agoMs }).execute();
      await tx
        .updateTable("pull_spans")
        .set({ fromMs: agoMs - 3_600_000, toMs: agoMs + 3_600_000 })
        .execute();
    });
    await town.hub.sweep();
    await eventually(town.books, ({ evidence }) => expect(evidence.every(({ state }) => state !== "new")).toBe(true));
    expect(await town.statesBy()).toEqual({ [bad]: "suspense" });
    await lift();
    await town.hub.sweep();
    await eventually(town.books, ({ receipts }) =>
      expect(receipts).toMatchObject([{ state: "suspense", corroborated: true }]),
    );
  });

  test("[PAY-04] [BEY-08] [BEY-09] of a statement: every other line is booked, the answer and the day's close name it, and the same file books it later", async () => {
    const town = await openTown();
    const [first, bad, last] = [await town.pay("a"), await town.pay("b"), await town.pay("c")];
    const lift = await refuse("receipts", `new.receipt = '${bad}'`);
    expect(await town.statement()).toMatchObject({
      found: 2,
      differences: [
        { receipt: bad, what: "not-in-books" },
        { receipt: "closing-balance", what: "balance-differs", statementCents: 14_850, bookedCents: 9850 },
      ],
      failures: [{ receipt: bad, why: "refused by this test" }],
    });
    expect(await town.statesBy()).toEqual({ [first]: "suspense", [last]: "suspense" });
    await lift();
    expect(await town.statement()).toMatchObject({ found: 1, differences: [], failures: [] });
    expect(await town.statesBy()).toEqual({ [first]: "suspense", [bad]: "suspense", [last]: "suspense" });
  });

  test("[BEY-08] of a statement: a reversal or a charge that can't be booked keeps nothing else out of the books", async () => {
    const town = await openTown();
    const [first, bad, last] = [await town.pay("a"), await town.pay("b"), await town.pay("c")];
    for (const receipt of [first, bad, last]) town.daraja.organisation.reverse(receipt);
    const lifts = [
      await refuse("receipts", `new.receipt = '${bad}' and new.state = 'reversed'`, "update"),
      await refuse("ledger_entries", `new.entry_key like 'charge:%${last}%'`),
    ];
    const { failures } = await town.statement();
    expect(failures.map(({ receipt }) => receipt).sort()).toEqual([bad, last].sort());
    expect(await town.statesBy()).toEqual({ [first]: "reversed", [bad]: "suspense", [last]: "reversed" });
    expect((await town.books()).accounts).toEqual({ clearing: 4900, fees: 100, suspense: -5000 });
    for (const lift of lifts) await lift();
    expect(await town.statement()).toMatchObject({ failures: [], differences: [] });
    expect((await town.books()).accounts).toEqual({ clearing: -150, fees: 150 });
  });

  test.each(inLongRunAll(["confirmation", "list", "statement"] as const, (source) => source === "list"))(
    "[BEY-06] [BEY-09] money whose owner can't be given it (reported by a %s) is in suspense with the reason, and is given when it is proved",
    async (source) => {
      const town = await openTown();
      const lift = await refuse("purchases", "new.idempotency_key like 'inflow/%'");
      const receipt = await town.pay("juma 1", source === "confirmation" ? "once" : "never");
      if (source === "list") await town.pull();
      if (source === "statement") expect(await town.statement()).toMatchObject({ found: 1, failures: [] });
      await eventually(
        () => town.hub.review(town.providerId),
        (items) => expect(items).toMatchObject([{ kind: "suspense", id: receipt, reason: "it could not be given" }]),
      );
      expect((await town.books()).accounts).toMatchObject({ suspense: -5000 });
      await lift();
      if (source === "confirmation") await town.pull();
      else await town.hub.assign(town.providerId, receipt, { accountNumber: "juma 1" });
      const { accounts, grants } = await eventually(town.books, ({ receipts }) =>
        expect(receipts).toMatchObject([{ receipt, state: "booked", corroborated: true, planCents: 5000 }]),
      );
      expect(grants).toHaveLength(1);
      expect(accounts).toMatchObject({ revenue: -5000 });
    },
  );

  test("[PAY-04] [BEY-06] an answer about a receipt that can't be assigned: the money is verified, in suspense with the reason, and there is no second query", async () => {
    const town = await openTown({ asks: true, unverifiedCentsMax: 0 });
    await refuse("purchases", "new.idempotency_key like 'inflow/%'");
    const receipt = await town.pay("juma 1", "once");
    await eventually(town.statesBy, (now) => expect(now).toEqual({ [receipt]: "suspense" }));
    await town.hub.sweep();
    await eventually(town.books, ({ receipts }) =>
      expect(receipts).toMatchObject([{ state: "suspense", corroborated: true, note: "it could not be given" }]),
    );
    const calls = await database
      .current()
      .asProvider(town.providerId, (tx) => tx.selectFrom("channel_calls").select(["state", "resultCode"]).execute());
    expect(calls).toEqual([{ state: "done", resultCode: "0" }]);
    expect((await town.books()).accounts).toEqual({ clearing: 5000, suspense: -5000 });
  });

  test("[BEY-07] a claim that fails does not keep its money out of the books", async () => {
    const town = await openTown();
    const receipt = await town.pay("juma 1");
    await refuse("payment_claims", "new.state <> 'asked'", "update");
    // The claim makes the hub read the channel's list: whether that or the statement comes first, the claim fails.
    // Where the list is quicker than the claim's own answer, the site is told of the failure.
    await town.hub.rpc("claim-payment", town, { receipt, phone: "0711000201" }).catch(() => {});
    expect(await town.statement()).toMatchObject({ failures: [] });
    expect(await town.statesBy()).toEqual({ [receipt]: "booked" });
  });

  test("[BEY-06] the character that the database can't store keeps no money out of the books", async () => {
    const town = await openTown();
    const accounts = ["one\0two", "a\u2028b", "\ud800", "x".repeat(5000)];
    const receipts: string[] = [];
    for (const account of accounts) receipts.push(await town.pay(account, "once"));
    for (const account of accounts) receipts.push(await town.pay(account));
    await town.statement();
    await town.pull();
    await eventually(town.books, ({ receipts: now, evidence }) => {
      expect(now.map(({ receipt }) => receipt).sort()).toEqual([...receipts].sort());
      expect(evidence.filter(({ state }) => state !== "done")).toEqual([]);
    });
    expect((await town.books()).accounts).toMatchObject({ suspense: -40_000 });
  });
});
