/** Credit that only a callback told of is spent while its receipt is proved: whichever comes first, the purchase hears of the proof. */
import { cents } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { readReceipt } from "./receipt-rows.ts";
import { forgetToldUse, noteToldUse, readSpendable, toldCreditOf } from "./told-credit.ts";
import { bookUnapplied, proveUnapplied } from "./unapplied.ts";

const phone = "0712345678";
const receipt = "UKT1FZ8R00";

describe.skipIf(isAbsent("postgresql"))("told credit", () => {
  const hub = useHub("postgresql");

  /** A customer with a purchase, and with credit of this money. */
  async function openTold(name: string, money: readonly { readonly receipt: string; readonly amountCents: number }[]) {
    const day = { name: "Day", priceCents: 3000, terms: {} };
    const { providerId, post, sell, inDatabase: transact } = await openKiosk(hub, name, day);
    const { id: purchaseId } = (await sell({ phone, pay: "cash" })).body;
    const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100" };
    const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const { id: channelId } = (await post("/channels", { ...channel, ...secrets })).body;

    const { world } = hub;
    const ledger = createLedgerWriter({ world, onCredit: async () => {} });
    const { parties } = hub.hub();
    const owner = { providerId, party: parties.ofPhone(providerId, "254712345678"), currency: "KES" };
    await transact(async (tx) => {
      const hidden = { payer: { kind: "none" }, payerName: null, accountText: null, paidAtMs: null } as const;
      const told = { ...hidden, trust: "pushed", source: "c2b-confirmation", shortcode: "600100" } as const;
      const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
      const parts = { world, parties, ledger, emit: async () => {} };
      for (const { receipt, amountCents } of money) {
        const inflow = { ...told, receipt, amountCents: cents(amountCents) };
        await bookUnapplied(parts, tx, place, inflow, { ...owner, note: null });
      }
    });
    return { world, providerId, purchaseId: purchaseId as string, owner, transact };
  }

  test("[PAY-12] [BEY-06] of told credit that is spent in part the rest stays told, the oldest is spent first, and what is taken back is not spent", async () => {
    const money = [
      { receipt: "UKT1FZ8R01", amountCents: 2000 },
      { receipt: "UKT1FZ8R02", amountCents: 3000 },
    ];
    const { providerId, purchaseId, owner, transact } = await openTold("Parts", money);
    const usedOf = () =>
      transact(async (tx) => {
        const uses = await tx.selectFrom("told_credit_uses").select("amountCents").orderBy("receipt").execute();
        return [...uses.map(({ amountCents }) => Number(amountCents)), await toldCreditOf(tx, owner)];
      });
    await transact((tx) => noteToldUse(tx, owner, purchaseId, 2500));
    expect(await usedOf()).toEqual([2000, 500, 2500]);
    await transact((tx) => noteToldUse(tx, owner, purchaseId, 2500));
    expect(await usedOf()).toEqual([2000, 3000, 0]);
    await transact((tx) => forgetToldUse(tx, providerId, purchaseId));
    expect(await usedOf()).toEqual([5000]);
  });

  test("[PAY-12] [BEY-09] a proof waits for who spends the credit at the same moment, and the purchase hears of it", async () => {
    const opened = await openTold("Same", [{ receipt, amountCents: 5000 }]);
    const { world, providerId, purchaseId, owner, transact } = opened;
    const [spent, commits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const spending = transact(async (tx) => {
      expect(await readSpendable(tx, owner)).toEqual({ creditCents: 5000, provedCents: 0 });
      await noteToldUse(tx, owner, purchaseId, 3000);
      spent.resolve();
      await commits.promise;
    });
    await spent.promise;
    let isProved = false;
    const proving = transact(async (tx) => {
      const row = await readReceipt(tx, providerId, receipt);
      if (row === null) throw new Error("it is in no book");
      const parts = { world, envelope: hub.envelope, jobs: { send: sendToOutbox(world) } };
      await proveUnapplied(parts, tx, row, "pull");
    }).finally(() => {
      isProved = true;
    });
    const waiting = () =>
      hub.database().asPlatform("test", async (tx) => {
        const { rows } = await sql`select from pg_locks join pg_database on pg_database.oid = pg_locks.database
          where datname = current_database() and locktype = 'advisory' and not granted`.execute(tx);
        return rows.length;
      });
    await vi.waitFor(async () => expect(isProved || (await waiting()) > 0).toBe(true), { timeout: 60_000 });
    commits.resolve();
    await Promise.all([spending, proving]);

    const told = await transact((tx) =>
      tx.selectFrom("evidence").select("purchaseId").where("naturalKey", "=", `${purchaseId}/credit`).execute(),
    );
    expect(told).toEqual([{ purchaseId }]);
    const left = await transact((tx) => tx.selectFrom("told_credit_uses").select("receipt").execute());
    expect(left).toEqual([]);
  });
});
