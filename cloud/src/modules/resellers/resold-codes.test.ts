/** Codes that lie with a reseller, as the rest of the hub sees them: what the office may do with them, and how their sales are booked. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { beforeAll, expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { balancesIn, keyedAskerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

engineSuite("codes of resellers", { timeout: 60_000 }, (engine) => {
  const hub = useHub(engine);
  let provider: TestProvider;
  let [planId, siteId] = ["", ""];
  let seq = 0;

  const call = keyedAskerOf(hub, () => provider.token);
  const read = async (path: string) => (await call("GET", path)).body;
  const makeBatch = async (more: object = {}) => {
    const made = await call("POST", "/vouchers/batches", { planId, siteId, quantity: 20, ...more });
    expect(made.status, made.text).toBe(201);
    return made.body.batchId as string;
  };
  const add = async (name: string, commissionPermille: number) =>
    (await call("POST", "/resellers", { name, commissionPermille })).body.resellerId as string;
  const balances = async (): Promise<Record<string, number>> => {
    const { items } = await read("/ledger/accounts");
    return balancesIn(items);
  };
  const revenue = async () => 0 - ((await balances()).revenue ?? 0);
  const nowMs = () => hub.world.clock.wall().atMs;
  const grantOf = (grantId: string) => ({
    ...{ grantId, planName: "Hour", unverified: false, terms: unlimitedTerms },
    ...{ startedAtMs: unixMs(nowMs()), endsAtMs: null, revokedAtMs: null },
  });
  const used = (batchId: string, serial: number): JournalEvent => ({
    kind: "grant-started",
    grant: { ...grantOf(`v.${batchId}.${serial}`), origin: "voucher" },
    voucher: { batchId, serial },
  });
  const tell = async (events: readonly JournalEvent[]) => {
    const intake = createTestIntake(hub.world, hub.database());
    const records = events.map((event) => ({
      ...{ seq: ++seq, atMs: unixMs(nowMs()), clock: "synced" as const, upMs: 1 },
      ...event,
    }));
    const told = { siteId, epoch: "e1", records } as never;
    expect(await intake.take(provider.providerId, told)).toMatchObject({ kind: "ack" });
  };

  beforeAll(async () => {
    provider = await hub.makeProvider("Resold");
    siteId = (await call("POST", "/sites", { name: "Market" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} })).body.planId;
  }, 60_000);

  test("[VOU-03] [VOU-20] one that lies with a reseller is given to no customer", async () => {
    const batchId = await makeBatch({ quantity: 2 });
    await call("POST", `/resellers/${await add("Neema", 100)}/hand-overs`, { batchId, codes: 1 });
    expect(await call("POST", `/vouchers/${batchId}.0/transfer`, { name: "Juma", phone: "0711000222" })).toMatchObject({
      status: 409,
      body: { code: "with-reseller" },
    });
    const give = (name: string, phone: string) =>
      call("POST", `/vouchers/batches/${batchId}/give`, { name, phone, sendSms: false });
    expect((await give("Last", "0711000666")).body.voucher.serial).toBe(1);
    expect(await give("Late", "0711000777")).toMatchObject({ status: 409, body: { code: "batch-empty" } });
  });

  test("[VOU-04] [VOU-21] [VOU-20] one that lies with a reseller is nobody's sale of the office; what was said to be sold goes to no reseller", async () => {
    const sold = async (voucherId: string) => (await call("POST", `/vouchers/${voucherId}/declare-sold`)).body.code;
    const reseller = await add("Wema", 0);
    const batchId = await makeBatch();
    const { handOverId } = (await call("POST", `/resellers/${reseller}/hand-overs`, { batchId, codes: 2 })).body;
    expect(await sold(`${batchId}.0`)).toBe("book-at-reseller");
    expect(await read(`/refunds/options?voucherId=${batchId}.0`)).toMatchObject({ sale: "with-reseller" });
    expect(await read(`/vouchers/batches/${batchId}/money`)).toMatchObject({ sold: 0, mayChange: false });
    const refund = { voucherId: `${batchId}.0`, method: "cash", reason: "brought back" };
    expect((await call("POST", "/refunds", refund)).body.code).toBe("not-sold");
    // The reseller, or who counts with him, says so: then he owes its price, and the till can give it back.
    await call("POST", `/resellers/${reseller}/declare-sold`, { handOverId, codes: null });
    expect((await call("POST", "/refunds", refund)).status).toBe(201);

    const few = await makeBatch({ quantity: 1 });
    expect(await sold(`${few}.0`)).toBeUndefined();
    expect((await call("POST", `/resellers/${reseller}/hand-overs`, { batchId: few, codes: 1 })).body.code).toBe(
      "too-few-codes",
    );
  });

  test("[VOU-21] [VOU-20] a reseller's voucher is booked once, with the reseller; one who buys what is handed out owes it then", async () => {
    const reseller = await add("Asha", 100);
    const owes = async () => (await read(`/resellers/${reseller}`)).standings[0]?.balanceCents ?? 0;
    const before = await revenue();
    const batchId = await makeBatch();
    await tell([used(batchId, 9)]);
    await call("POST", `/resellers/${reseller}/hand-overs`, { batchId, codes: 4 });
    await tell([used(batchId, 0), used(batchId, 10)]);
    await call("POST", `/resellers/${reseller}/count`);
    expect([(await revenue()) - before, await owes()]).toEqual([3 * 2000, -1800]);

    const bought = await makeBatch({ booking: "handed-out" });
    const handed = await call("POST", `/resellers/${reseller}/hand-overs`, { batchId: bought, codes: 3 });
    expect(handed.body).toMatchObject({ out: 0, sold: 3 });
    expect([(await revenue()) - before, await owes()]).toEqual([6 * 2000, -1800 - 3 * 1800]);
    await tell([used(bought, 0), used(bought, 2), used(bought, 15)]); // the last one was handed to nobody
    await call("POST", `/resellers/${reseller}/count`);
    expect([(await revenue()) - before, await owes()]).toEqual([7 * 2000, -1800 - 3 * 1800]);
    expect((await balances())[`paper:${bought}`]).toBe(2000);
    const { debit, credit } = (await read("/ledger/trial-balance")).rows.reduce(
      (sum: { debit: number; credit: number }, row: { debitCents: number; creditCents: number }) => ({
        debit: sum.debit + row.debitCents,
        credit: sum.credit + row.creditCents,
      }),
      { debit: 0, credit: 0 },
    );
    expect(debit).toBe(credit);
  });

  test("[BEY-19] [VOU-20] a site's own file that names a reseller makes no seller of them: they hand in where resellers do", async () => {
    const resellerId = await add("Duka la Asha", 100);
    const saleId = "97".padStart(32, "0");
    const what = { sellerId: resellerId, planId: null, priceCents: cents(100), currency: "KES", code: "1234100097" };
    await tell([{ kind: "cash-sale", saleId, ...what, grant: { ...grantOf(`c.${saleId}`), origin: "voucher" } }]);
    const { items } = await read("/floats");
    expect(items.filter(({ userId }: { userId: string }) => userId === resellerId)).toEqual([]);
    expect(await call("POST", `/floats/${resellerId}/top-up`, { amountCents: 100 })).toMatchObject({ status: 404 });
    // What he took is named by him, in the list of money received and among who sold.
    expect((await read("/money-received?kind=purchase")).items).toMatchObject([{ takenBy: "Duka la Asha" }]);
    const { rows } = await read("/reports/figures?report=revenue&by=seller");
    expect(rows.map(([name]: [string]) => name)).toContain("Duka la Asha");
  });

  test.skipIf(engine !== "postgresql")(
    "[VOU-21] codes that are handed to a reseller while somebody changes how their batch is booked are owed as the batch says then",
    async () => {
      const reseller = await add("Zawadi", 0);
      const batchId = await makeBatch({ booking: "given-away" });
      const held = Promise.withResolvers<void>();
      const isChanged = Promise.withResolvers<void>();
      const changed = hub.database().asProvider(provider.providerId, async (tx) => {
        await tx.updateTable("voucher_batches").set({ booking: "first-use" }).where("batchId", "=", batchId).execute();
        isChanged.resolve();
        await held.promise;
      });
      await isChanged.promise;
      let isAnswered = false;
      const handed = call("POST", `/resellers/${reseller}/hand-overs`, { batchId, codes: 2 }).then((answer) => {
        isAnswered = true;
        return answer;
      });
      const waiting = async () => (await lockWaits(hub.database())) > 0 || isAnswered;
      await expect.poll(waiting, { timeout: 30_000 }).toBe(true);
      held.resolve();
      await changed;
      expect(await handed).toMatchObject({ status: 201, body: { priceCents: 2000 } });
    },
  );
});
