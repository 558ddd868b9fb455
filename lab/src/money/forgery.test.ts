import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { readSpendable } from "@karibu/cloud/money/receipts/told-credit";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import { statementCsv } from "../daraja/statement.ts";
import { eventually, type openChannel, proveAnswers } from "./payments-hub.ts";
import { initiator, startPayments } from "./test-payments-town.ts";

engineSuite("a perfect forgery: right path, right id, right amount, a receipt that nobody knows", (engine) => {
  const database = useDatabase(engine);
  /** A purchase that waits for its PIN, and an attacker who knows its callback's address. */
  async function begin(asksAs: Parameters<typeof openChannel>[3] = initiator) {
    let losing = true;
    const options = { loses: () => losing, confirmsPush: () => (losing ? "never" : "after"), resultMs: 20 } as const;
    const { daraja, hub, shop, channelId, register, books } = await startPayments(
      database.current(),
      options,
      {},
      asksAs,
    );
    await register();
    await proveAnswers(database.current(), shop.providerId, channelId);
    const msisdn = "254712000900";
    await hub.payments.purchases.start({ ...shop, phone: msisdn, idempotencyKey: msisdn });
    const prompt = daraja.prompts().find((each) => each.msisdn === msisdn);
    if (prompt === undefined) throw new Error("no prompt");
    const receipt = "UFK0000001";
    return {
      books,
      /** What its customer may spend as proved credit. */
      async provedCredit(): Promise<number> {
        const { providerId } = shop;
        const { phoneHash: party, currency } = (await books()).purchases[0] ?? { phoneHash: null, currency: "" };
        if (party === null) throw new Error("no purchase of a known customer");
        const credit = await database
          .current()
          .asProvider(providerId, (tx) => readSpendable(tx, { providerId, party, currency }));
        return credit.provedCents;
      },
      pull: () => hub.pull(shop.providerId, channelId),
      /** What the day's statement differs in. */
      async differences(layout: "portal" | "short") {
        const csv = statementCsv(layout, daraja.successes(), daraja.organisation);
        return (await hub.reconcile(shop.providerId, channelId, csv)).differences;
      },
      async forge() {
        const body = callbackBody(prompt, { code: "0", text: "ok", receipt });
        const headers = { "content-type": "application/json" };
        expect((await fetch(prompt.callbackUrl, { method: "POST", body, headers })).status).toBe(200);
        await eventually(books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid", receipt }]));
      },
      /** The real PIN. @returns the real receipt. @param isHeard false: callback and confirmation get lost */
      pay(isHeard: boolean): string {
        losing = !isHeard;
        daraja.act(msisdn, { kind: "pay", pin: "1234" });
        return prompt.result?.receipt as string;
      },
      /** Two hours later the hub queries unverified receipts. */
      async disprove() {
        await database.current().asProvider(shop.providerId, (tx) =>
          tx
            .updateTable("receipts")
            .set((set) => ({ bookedAtMs: set("bookedAtMs", "-", 2 * 3_600_000) }))
            .where("receipt", "=", receipt)
            .execute(),
        );
        await hub.sweep();
        await eventually(books, ({ receipts }) =>
          expect(receipts.find((row) => row.receipt === receipt)).toMatchObject({ state: "disproved" }),
        );
      },
    };
  }

  test("[PAY-02] nothing real follows: its entry is turned round, and the grant revoked", async () => {
    const { forge, disprove, books } = await begin();
    await forge();
    await disprove();
    const { purchases, grants, accounts } = await books();
    expect(purchases).toMatchObject([{ state: "disproved", review: "disproved" }]);
    expect(grants).toMatchObject([{ revokedAtMs: expect.any(Number) }]);
    expect(accounts).toEqual({});
  });

  test("[PAY-02] the real money follows by the list: the forged receipt goes, the real one pays, the grant stays", async () => {
    const { forge, pay, pull, disprove, books, differences } = await begin();
    await forge();
    const real = pay(false);
    await pull();
    await eventually(books, ({ receipts }) => expect(receipts.map(({ receipt }) => receipt)).toContain(real));
    await disprove();
    const { purchases, receipts, grants, accounts } = await books();
    expect(purchases).toMatchObject([{ state: "paid", receipt: real, corroborated: true, review: "disproved" }]);
    expect(receipts.find(({ receipt }) => receipt === real)).toMatchObject({
      state: "booked",
      planCents: 5000,
      creditCents: 0,
      corroborated: true,
    });
    expect(grants).toMatchObject([{ revokedAtMs: null }]);
    expect(accounts).toEqual({ clearing: 5000, revenue: -5000 });
    expect(await differences("portal")).toEqual([]);
  });

  test("[PAY-02] [PAY-04] nobody can be asked about the forged one: the proved money pays, and no proof is counted twice", async () => {
    const { forge, pay, pull, books, provedCredit } = await begin({});
    await forge();
    const real = pay(false);
    await pull();
    await eventually(books, ({ purchases }) =>
      expect(purchases).toMatchObject([{ receipt: real, corroborated: true }]),
    );
    const { purchases, receipts, grants } = await books();
    expect(purchases).toMatchObject([{ state: "paid", receipt: real }]);
    expect(receipts.map(({ receipt, planCents, corroborated }) => [receipt, planCents, corroborated])).toEqual([
      ["UFK0000001", 0, false],
      [real, 5000, true],
    ]);
    expect(grants).toMatchObject([{ revokedAtMs: null }]);
    expect(await provedCredit()).toBe(0);
  });

  test("[PAY-02] a question says that it is paid, and the receipt comes only after the forged one is disproved", async () => {
    const { forge, pay, pull, disprove, books } = await begin();
    const real = pay(false);
    await eventually(books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid_unreceipted" }]));
    await forge();
    await disprove();
    await pull();
    await eventually(books, ({ purchases }) => expect(purchases).toMatchObject([{ state: "paid", receipt: real }]));
    const { receipts, grants, accounts } = await books();
    expect(receipts.map(({ receipt, state }) => [receipt, state])).toContainEqual([real, "booked"]);
    expect(grants).toMatchObject([{ revokedAtMs: null }]);
    expect(accounts).toEqual({ clearing: 5000, revenue: -5000 });
  });

  test("[PAY-02] the real money's own callback and confirmation come after it: counted once, and the statement agrees", async () => {
    const { forge, pay, disprove, books, differences } = await begin();
    await forge();
    const real = pay(true);
    await eventually(books, ({ receipts }) => expect(receipts.map(({ receipt }) => receipt)).toContain(real));
    await disprove();
    const { purchases, grants, accounts } = await books();
    expect(purchases).toMatchObject([{ state: "paid", receipt: real }]);
    expect(grants).toMatchObject([{ revokedAtMs: null }]);
    expect(accounts).toEqual({ clearing: 5000, revenue: -5000 });
    expect(await differences("short")).toEqual([]);
  });
});
