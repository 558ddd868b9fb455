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
import { noteToldUse, readSpendable } from "./told-credit.ts";
import { bookUnapplied, proveUnapplied } from "./unapplied.ts";

const phone = "0712345678";
const receipt = "UKT1FZ8R00";

describe.skipIf(isAbsent("postgresql"))("told credit", () => {
  const hub = useHub("postgresql");

  test("[PAY-12] [BEY-09] a proof waits for who spends the credit at the same moment, and the purchase hears of it", async () => {
    const day = { name: "Day", priceCents: 3000, terms: {} };
    const { providerId, post, sell, inDatabase: transact } = await openKiosk(hub, "Same", day);
    const { id: purchaseId } = (await sell({ phone, pay: "cash" })).body;
    const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100" };
    const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const { id: channelId } = (await post("/channels", { ...channel, ...secrets })).body;

    const { world } = hub;
    const ledger = createLedgerWriter({ world, onCredit: async () => {} });
    const { parties } = hub.hub();
    const owner = { providerId, party: parties.ofPhone(providerId, "254712345678"), currency: "KES" };
    await transact(async (tx) => {
      const money = { receipt, amountCents: cents(5000), trust: "pushed", source: "c2b-confirmation" } as const;
      const hidden = { payer: { kind: "none" }, payerName: null, accountText: null, paidAtMs: null } as const;
      const place = { providerId, channelId, rail: "mpesa", currency: "KES" };
      const parts = { world, parties, ledger, emit: async () => {} };
      await bookUnapplied(parts, tx, place, { ...money, ...hidden, shortcode: "600100" }, { ...owner, note: null });
    });

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
