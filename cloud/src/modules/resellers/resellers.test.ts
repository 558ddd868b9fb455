import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import type { IntakeQueue } from "../../fleet/journal/intake-queue.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { askerOf, balancesIn, keyedAskerOf } from "../../test-asking.ts";
import { ownerPassword, type TestHub, type TestProvider, useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { commissionOf, mayHandOver, soldEntry } from "./reseller-policy.ts";

test("[VOU-20] whatever is sold for whatever commission, each entry sums to zero and nobody gets a part of a cent", () => {
  const priceCents = fc.integer({ min: 0, max: 1_000_000_000_000 });
  fc.assert(
    fc.property(priceCents, fc.integer({ min: 0, max: 1000 }), fc.boolean(), (price, permille, isBooked) => {
      const commission = commissionOf(price, permille);
      expect(Number.isSafeInteger(commission) && commission >= 0 && commission <= price).toBe(true);
      const of = {
        resellerId: "r",
        handOverId: "h",
        batchId: "b",
        serial: 1,
        priceCents: price,
        commissionCents: commission,
      };
      const entry = soldEntry({ ...of, currency: "KES", isBooked, isInTill: isBooked && price % 2 === 0 });
      expect(entry === null).toBe(price === 0);
      expect(entry?.postings.reduce((sum, { amountCents }) => sum + amountCents, 0) ?? 0).toBe(0);
    }),
  );
});

test("[VOU-20] what is out and what is owed together stay below the limit; what was paid ahead is no credit", () => {
  expect(mayHandOver({ balanceCents: 0, outCents: 0, limitCents: null }, 1e9)).toBe(true);
  expect(mayHandOver({ balanceCents: -300, outCents: 500, limitCents: 1000 }, 200)).toBe(true);
  expect(mayHandOver({ balanceCents: -300, outCents: 500, limitCents: 1000 }, 201)).toBe(false);
  expect(mayHandOver({ balanceCents: 400, outCents: 0, limitCents: 0 }, 400)).toBe(true);
  expect(mayHandOver({ balanceCents: 400, outCents: 0, limitCents: 0 }, 401)).toBe(false);
});

engineSuite("resellers", (engine) => {
  const hub: TestHub = useHub(engine);
  let provider: TestProvider;
  let [siteId, planId, batchId] = ["", "", ""];
  let intake: IntakeQueue;
  let seq = 0;

  const call = keyedAskerOf(hub, () => provider.token);
  const makeBatch = async (quantity: number) =>
    (await call("POST", "/vouchers/batches", { planId, siteId, quantity })).body.batchId as string;
  const add = async (name: string, more: object = {}) =>
    (await call("POST", "/resellers", { name, commissionPermille: 100, ...more })).body.resellerId as string;
  const handOver = (resellerId: string, codes: number, key?: string) =>
    call("POST", `/resellers/${resellerId}/hand-overs`, { batchId, codes }, key);
  const standing = async (resellerId: string) => (await call("GET", `/resellers/${resellerId}`)).body.standings[0];
  const balances = async () => {
    const { items } = (await call("GET", "/ledger/accounts")).body;
    return balancesIn(items);
  };
  /** A customer at the site uses these for the first time. */
  const use = (...serials: number[]) => useAt(hub.world.clock.wall().atMs, "synced", ...serials);
  async function useAt(atMs: number, clock: "synced" | "estimated", ...serials: number[]) {
    const events = serials.map((serial): JournalEvent => {
      const times = { startedAtMs: unixMs(atMs), endsAtMs: null, revokedAtMs: null, unverified: false };
      const grant = { grantId: `v.${batchId}.${serial}`, origin: "voucher" as const, planName: "Hour", ...times };
      return { kind: "grant-started", grant: { ...grant, terms: unlimitedTerms }, voucher: { batchId, serial } };
    });
    const records = events.map((event) => ({
      seq: ++seq,
      atMs: unixMs(atMs),
      clock,
      upMs: 1,
      ...event,
    }));
    await intake.take(provider.providerId, { siteId, epoch: "e1", records } as never);
  }

  beforeAll(async () => {
    provider = await hub.makeProvider("Resold");
    siteId = (await call("POST", "/sites", { name: "Market" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Hour", priceCents: 1999, terms: {} })).body.planId;
    batchId = await makeBatch(40);
    intake = createTestIntake(hub.world, hub.database());
  }, 60_000);

  test("[VOU-20] a batch is handed over, used codes are owed, returned ones are not, and the books agree to the cent", async () => {
    const asha = await add("Asha");
    const handed = (await handOver(asha, 10)).body;
    expect(handed).toMatchObject({
      firstNumber: 1,
      lastNumber: 10,
      codes: 10,
      out: 10,
      sold: 0,
      commissionCents: 199,
    });
    expect(await standing(asha)).toMatchObject({ out: 10, outCents: 18_000, balanceCents: 0 });

    await use(0, 3, 4);
    await use(3);
    expect((await call("POST", `/resellers/${asha}/count`)).body.standings[0]).toMatchObject({
      out: 7,
      sold: 3,
      balanceCents: -5400,
    });
    await call("POST", `/resellers/${asha}/count`);
    expect(await balances()).toMatchObject({ [`float:${asha}`]: 5400, commission: 597, revenue: -5997 });

    const codes = (await call("GET", `/vouchers?batchId=${batchId}&limit=10`)).body.items;
    const codeOf = (serial: number) => codes.find((one: { serial: number }) => one.serial === serial).code;
    const { handOverId } = handed;
    const back = await call("POST", `/resellers/${asha}/return`, { handOverId, codes: [codeOf(1), codeOf(2)] });
    expect(back.body).toMatchObject({ out: 5, sold: 3, returned: 2 });
    expect((await call("GET", "/audit?limit=100")).text).not.toContain(codeOf(1));
    // A copy of a returned code is worth nothing.
    const off = (await call("GET", `/vouchers/${batchId}.1`)).body;
    expect(off.state).toBe("disabled");
    for (const code of [codeOf(0), codeOf(1), "0000000000"])
      expect(await call("POST", `/resellers/${asha}/return`, { handOverId, codes: [code] })).toMatchObject({
        status: 409,
        body: { code: "not-with-reseller", field: "codes" },
      });

    expect((await call("POST", `/resellers/${asha}/declare-sold`, { handOverId, codes: null })).body).toMatchObject({
      out: 0,
      sold: 8,
      declared: 5,
      returned: 2,
    });
    expect(await standing(asha)).toMatchObject({ balanceCents: -14_400, out: 0, sold: 8, returned: 2 });
    await use(5); // what was declared is used later: it was booked
    expect((await call("POST", `/resellers/${asha}/count`)).body.standings[0].balanceCents).toBe(-14_400);

    expect((await call("POST", `/resellers/${asha}/hand-in`, { amountCents: 15_000 })).body.balanceCents).toBe(600);
    const all = await Promise.all(
      [1, 2, 3].map(() => call("POST", `/resellers/${asha}/pay-out`, { amountCents: 600 })),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await standing(asha)).balanceCents).toBe(0);
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[VOU-20] one code never has two holders, also when many hand over at once; the same request hands over once", async () => {
    batchId = await makeBatch(12);
    const people = await Promise.all(["Kip", "Kim", "Kay", "Ken"].map((name) => add(name)));
    const all = await Promise.all(people.map((resellerId) => handOver(resellerId, 5)));
    const handed = all.filter(({ status }) => status === 201);
    for (const { status, body } of all) if (status !== 201) expect(body.code).toBe("too-few-codes");
    expect(handed.length).toBeGreaterThan(0);
    expect(handed.length).toBeLessThan(3);
    const rows = await hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("reseller_vouchers").select("serial").where("batchId", "=", batchId).execute(),
      );
    expect(new Set(rows.map(({ serial }) => serial)).size).toBe(5 * handed.length);
    const lea = await add("Lea");
    const twice = await Promise.all([handOver(lea, 2, "once"), handOver(lea, 2, "once")]);
    expect(new Set(twice.filter(({ status }) => status === 201).map(({ body }) => body.handOverId)).size).toBe(1);
    expect(await standing(lea)).toMatchObject({ out: 2 });
  });

  test("[VOU-20] beyond the limit nothing is handed over; who is switched off gets nothing", async () => {
    batchId = await makeBatch(10);
    const mary = await add("Mary", { creditLimitCents: 9000 });
    expect(await handOver(mary, 6)).toMatchObject({ status: 409, body: { code: "beyond-credit", field: "codes" } });
    expect((await handOver(mary, 5)).status).toBe(201);
    expect((await handOver(mary, 1)).status).toBe(409);
    await call("PATCH", `/resellers/${mary}`, { active: false, creditLimitCents: null });
    expect(await handOver(mary, 1)).toMatchObject({ status: 409, body: { code: "reseller-off" } });
  });

  test("[VOU-20] what is booked as sold while it is being returned stays sold", async () => {
    if (engine === "embedded") return; // one transaction at a time
    batchId = await makeBatch(3);
    const nuru = await add("Nuru");
    const { handOverId } = (await handOver(nuru, 3)).body;
    const returned = await hub.database().asProvider(provider.providerId, async (tx) => {
      await sql`update reseller_vouchers set sold_at_ms = 1, sold_how = 'used' where hand_over_id = ${handOverId} and serial = 1`.execute(
        tx,
      );
      const answer = call("POST", `/resellers/${nuru}/return`, { handOverId, codes: null });
      await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThan(0);
      return { answer };
    });
    expect((await returned.answer).body).toMatchObject({ out: 0, sold: 1, returned: 2 });
  });

  test("[VOU-20] what customers use after the hand-over is the reseller's, and after the return nobody's of them", async () => {
    batchId = await makeBatch(2);
    const juma = await add("Juma");
    const { handOverId } = (await handOver(juma, 2)).body;
    hub.moveClock(1000);
    await use(0);
    await call("POST", `/resellers/${juma}/count`);
    expect(await standing(juma)).toMatchObject({ out: 1, sold: 1, returned: 0, balanceCents: -1800 });
    await call("POST", `/resellers/${juma}/return`, { handOverId, codes: null, disable: false });
    hub.moveClock(1000);
    await use(1);
    await call("POST", `/resellers/${juma}/count`);
    expect(await standing(juma)).toMatchObject({ out: 0, sold: 1, returned: 1, balanceCents: -1800 });
  });

  test("[VOU-20] a voucher that was used before it came back is sold, also when its site tells so later", async () => {
    batchId = await makeBatch(3);
    const [siti, rafiki] = [await add("Siti"), await add("Rafiki")];
    const { handOverId } = (await handOver(siti, 3)).body;
    hub.moveClock(1000);
    const usedAtMs = hub.world.clock.wall().atMs;
    hub.moveClock(1000);
    await call("POST", `/resellers/${siti}/return`, { handOverId, codes: null, disable: false });
    await handOver(rafiki, 1);
    await useAt(usedAtMs, "synced", 0, 1);
    await call("POST", `/resellers/${siti}/count`);
    await call("POST", `/resellers/${siti}/count`);
    expect(await standing(siti)).toMatchObject({ out: 0, sold: 2, returned: 1, balanceCents: -3600 });
    expect(await standing(rafiki)).toMatchObject({ out: 0, sold: 0, balanceCents: 0 });
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[VOU-20] [PAY-15] what the office said was sold, and its reseller's customer had used before it came back, is the reseller's to pay, and not in the till", async () => {
    batchId = await makeBatch(1);
    const pendo = await add("Pendo");
    const { handOverId } = (await handOver(pendo, 1)).body;
    hub.moveClock(1000);
    const usedAtMs = hub.world.clock.wall().atMs;
    hub.moveClock(1000);
    await call("POST", `/resellers/${pendo}/return`, { handOverId, codes: null, disable: false });
    const before = await balances();
    expect((await call("POST", `/vouchers/${batchId}.0/declare-sold`)).status).toBe(201);
    expect((await balances()).cash).toBe((before.cash ?? 0) + 1999);
    await useAt(usedAtMs, "synced", 0);
    await call("POST", `/resellers/${pendo}/count`);
    const after = await balances();
    const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
    expect([grown("cash"), grown(`paper:${batchId}`), grown(`float:${pendo}`)]).toEqual([0, 0, 1800]);
    expect([grown("commission"), grown("revenue")]).toEqual([199, -1999]);
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  longTest(
    "[VOU-20] a use before the return that is told after the next reseller declared the code as sold is the first one's sale in the end",
    async () => {
      batchId = await makeBatch(1);
      const [first, next] = [await add("Amina"), await add("Baraka")];
      const { handOverId } = (await handOver(first, 1)).body;
      hub.moveClock(1000);
      const usedAtMs = hub.world.clock.wall().atMs;
      hub.moveClock(1000);
      await call("POST", `/resellers/${first}/return`, { handOverId, codes: null, disable: false });
      const again = (await handOver(next, 1)).body.handOverId;
      expect(
        (await call("POST", `/resellers/${next}/declare-sold`, { handOverId: again, codes: null })).status,
      ).toBeLessThan(300);
      await useAt(usedAtMs, "synced", 0);
      await call("POST", `/resellers/${first}/count`);
      await call("POST", `/resellers/${next}/count`);
      await call("POST", `/resellers/${first}/count`);
      expect(await standing(first)).toMatchObject({ out: 0, sold: 1, returned: 0, balanceCents: -1800 });
      expect(await standing(next)).toMatchObject({ out: 0, sold: 0, balanceCents: 0 });
      expect((await balances())[`paper:${batchId}`] ?? 0).toBe(0);
      expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
    },
  );

  test("[VOU-20] a voucher that was used before it was handed over is not the reseller's, as its site tells later: its batch answers for it, also where it was booked on the reseller", async () => {
    const noor = await add("Noor");
    for (const booking of ["first-use", "handed-out"]) {
      batchId = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 3, booking })).body.batchId;
      const before = await balances();
      const usedAtMs = hub.world.clock.wall().atMs;
      hub.moveClock(1000);
      await handOver(noor, 3);
      await useAt(usedAtMs, "synced", 0);
      await use(1);
      await call("POST", `/resellers/${noor}/count`);
      await call("POST", `/resellers/${noor}/count`);
      const after = await balances();
      const sold = booking === "first-use" ? 1 : 2;
      const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
      expect([grown(`paper:${batchId}`), grown(`float:${noor}`)]).toEqual([1999, sold * 1800]);
      expect([grown("commission"), grown("revenue")]).toEqual([sold * 199, -(sold + 1) * 1999]);
      const { items } = (await call("GET", `/resellers/${noor}/hand-overs`)).body;
      expect(items[0]).toMatchObject({ batchId, out: 2 - sold, sold, returned: 1 });
    }
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[VOU-20] vouchers that were handed over, or came back, while the hub's clock was years ahead are owed by who sold them, and by nobody else", async () => {
    const yearsMs = 3 * 365 * 86_400_000;
    const whileAhead = async (work: () => Promise<unknown>) => {
      for (const byMs of [yearsMs, -yearsMs]) {
        hub.moveClock(byMs);
        provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
        if (byMs > 0) await work();
      }
    };
    for (const booking of ["first-use", "handed-out"]) {
      batchId = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 2, booking })).body.batchId;
      const [first, next] = [await add(`First ${booking}`), await add(`Next ${booking}`)];
      await whileAhead(() => handOver(first, 1));
      const { handOverId } = (await handOver(next, 1)).body;
      await use(0);
      for (const one of [first, next, first]) await call("POST", `/resellers/${one}/count`);
      expect(await standing(first)).toMatchObject({ out: 0, sold: 1, returned: 0, balanceCents: -1800 });
      if (booking === "handed-out") continue;
      await whileAhead(() => call("POST", `/resellers/${next}/return`, { handOverId, codes: null, disable: false }));
      const last = await add("Last");
      await handOver(last, 1);
      hub.moveClock(1000);
      await use(1);
      for (const one of [last, next, last]) await call("POST", `/resellers/${one}/count`);
      expect(await standing(next)).toMatchObject({ out: 0, sold: 0, returned: 1, balanceCents: 0 });
      expect(await standing(last)).toMatchObject({ out: 0, sold: 1, returned: 0, balanceCents: -1800 });
    }
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  longTest("[VOU-20] a refunded voucher that was two resellers' is counted, and each owes what is theirs", async () => {
    batchId = await makeBatch(1);
    const [first, next] = [await add("Kamau"), await add("Lulu")];
    const { handOverId } = (await handOver(first, 1)).body;
    hub.moveClock(1000);
    const usedAtMs = hub.world.clock.wall().atMs;
    hub.moveClock(1000);
    await call("POST", `/resellers/${first}/return`, { handOverId, codes: null, disable: false });
    await handOver(next, 1);
    const before = await balances();
    const { items: handed } = (await call("GET", `/resellers/${next}/hand-overs`)).body;
    const declared = { handOverId: handed[0].handOverId, codes: null };
    expect((await call("POST", `/resellers/${next}/declare-sold`, declared)).status).toBe(200);
    const refund = { voucherId: `${batchId}.0`, reason: "the site was down", method: "cash" };
    expect((await call("POST", "/refunds", refund)).status).toBe(201);
    expect((await call("POST", `/resellers/${next}/count`)).status).toBeLessThan(300);
    await useAt(usedAtMs, "synced", 0);
    for (const one of [next, first, first, next])
      expect((await call("POST", `/resellers/${one}/count`)).status).toBeLessThan(300);
    expect((await standing(next))?.balanceCents ?? 0).toBe(0);
    // The price without commission: the sale was refunded to the customer.
    expect(await standing(first)).toMatchObject({ sold: 1, balanceCents: -1999 });
    expect((await balances())[`paper:${batchId}`] ?? 0).toBe(before[`paper:${batchId}`] ?? 0);
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  longTest("[VOU-20] a limit in the provider's currency is no credit in another one", async () => {
    const uganda = await hub.makeProvider("Uganda", "UGX");
    const ask = askerOf(hub, () => uganda.token);
    const site = (await ask("POST", "/sites", { name: "Busia" })).body.site.siteId;
    const channel = {
      kind: "mpesa-paybill",
      shortcode: "600100",
      passkey: "passkey",
      environment: "sandbox",
      consumerKey: "key",
      consumerSecret: "secret",
    };
    const made = await ask("POST", "/channels", channel);
    const plan = await ask("POST", "/plans", { name: "Hour", priceCents: 1999, currency: "KES", terms: {} });
    expect([made.status, plan.status]).toEqual([201, 201]);
    const batch = (await ask("POST", "/vouchers/batches", { planId: plan.body.planId, siteId: site, quantity: 5 }))
      .body;
    const reseller = (
      await ask("POST", "/resellers", { name: "Nakato", commissionPermille: 100, creditLimitCents: 1_000_000 })
    ).body.resellerId;
    const order = { batchId: batch.batchId, codes: 5 };
    expect(await ask("POST", `/resellers/${reseller}/hand-overs`, order)).toMatchObject({
      status: 409,
      body: { code: "beyond-credit" },
    });
    // So is a seller's: in KES they sell what they paid ahead.
    const { userId } = (await ask("GET", "/user")).body;
    await ask("PUT", `/floats/${userId}/limit`, { creditLimitCents: 1_000_000 });
    const cash = (currency: string) => ask("POST", "/credits", { phone: "0772123456", amountCents: 1000, currency });
    expect([(await cash("UGX")).status, (await cash("KES")).status]).toEqual([201, 409]);
  });

  test("[VOU-20] a customer's own voucher goes to no reseller", async () => {
    batchId = await makeBatch(2);
    const give = { name: "Zawadi", phone: "0712345678", sendSms: false };
    expect((await call("POST", `/vouchers/batches/${batchId}/give`, give)).status).toBe(201);
    const tatu = await add("Tatu");
    expect(await handOver(tatu, 2)).toMatchObject({ status: 409, body: { code: "too-few-codes" } });
    expect((await handOver(tatu, 1)).body).toMatchObject({ firstNumber: 2, lastNumber: 2 });
  });

  test("[VOU-08] who may not see codes finds none by returning guesses to a reseller's hand-over", async () => {
    batchId = await makeBatch(2);
    const juma = await add("Hasani");
    const { handOverId } = (await handOver(juma, 2)).body;
    const email = "accounts@resold.test";
    await call("POST", "/users", { email, name: "Accounts", role: "accountant", password: ownerPassword });
    const token = await hub.logIn(email, ownerPassword);
    const guess = (code: string) =>
      hub.call("POST", `/api/v1/resellers/${juma}/return`, {
        token,
        body: { handOverId, codes: [code], disable: false },
      });
    const statuses = [];
    for (let at = 0; at < 21; at++) statuses.push((await guess(`00000000${at + 10}`)).status);
    expect(statuses).toEqual([...Array(20).fill(409), 429]);
  });

  test("[VOU-20] a refunded voucher of a reseller is sold once in the books, whichever was told first, and earns no commission", async () => {
    batchId = await makeBatch(4);
    const musa = await add("Musa");
    expect((await call("PATCH", "/money-settings", { refundUsed: "any", twoPersonRefunds: false })).status).toBe(200);
    await handOver(musa, 4);
    const before = await balances();
    await use(0, 1);
    await call("POST", `/resellers/${musa}/count`);
    const refund = (serial: number, more: object = {}) =>
      call("POST", "/refunds", {
        voucherId: `${batchId}.${serial}`,
        method: "cash",
        reason: "no power",
        revoke: true,
        ...more,
      });
    const first = await refund(0);
    expect(first.status, first.text).toBe(201);
    await use(2);
    expect((await refund(2)).status, "before it is booked").toBe(201);
    await call("POST", `/resellers/${musa}/count`);
    const after = await balances();
    expect(after.revenue! - before.revenue!).toBe(-3 * 1999);
    // The reseller earns nothing by what was refunded.
    expect(after[`float:${musa}`]).toBe(3 * 1800 + 2 * 199);
    expect(after.commission! - before.commission!).toBe(199);
    await Promise.all([call("POST", `/resellers/${musa}/count`), call("POST", `/resellers/${musa}/count`)]);
    expect((await balances())[`float:${musa}`]).toBe(3 * 1800 + 2 * 199);
    // What is refunded in parts takes each part of the commission once, and all of it in the end.
    for (const [amountCents, backCents] of [
      [1000, 100],
      [999, 199],
    ] as const) {
      const part = await refund(1, { amountCents });
      expect(part.status, part.text).toBe(201);
      await call("POST", `/resellers/${musa}/count`);
      expect((await balances())[`float:${musa}`]).toBe(3 * 1800 + 2 * 199 + backCents);
    }
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  longTest(
    "[VOU-20] a returned code that a site uses by a clock that is behind is not booked on who gave it back",
    async () => {
      batchId = await makeBatch(1);
      const neema = await add("Neema");
      const { handOverId } = (await handOver(neema, 1)).body;
      const body = { handOverId, codes: null, disable: false };
      expect((await call("POST", `/resellers/${neema}/return`, body)).status).toBe(200);
      await useAt(1, "estimated", 0);
      await call("POST", `/resellers/${neema}/count`);
      expect(await standing(neema)).toMatchObject({ out: 0, sold: 0, returned: 1, balanceCents: 0 });
      expect((await balances())[`paper:${batchId}`]).toBe(1999);
    },
  );

  test("[VOU-20] a code that lies unsold with a reseller is not refunded; once he says that he sold it he owes its price, and can't give it back", async () => {
    batchId = await makeBatch(2);
    const zuri = await add("Zuri");
    const { handOverId } = (await handOver(zuri, 2)).body;
    const before = await balances();
    const order = { voucherId: `${batchId}.0`, method: "cash", reason: "no power", revoke: true };
    expect((await call("POST", "/refunds", order)).body.code).toBe("not-sold");
    const { items } = (await call("GET", `/vouchers?batchId=${batchId}`)).body;
    const { code } = items.find((one: { serial: number }) => one.serial === 0);
    expect((await call("POST", `/resellers/${zuri}/declare-sold`, { handOverId, codes: [code] })).status).toBe(200);
    expect((await call("POST", "/refunds", order)).status).toBe(201);
    const body = { handOverId, codes: null, disable: true };
    const { returned } = (await call("POST", `/resellers/${zuri}/return`, body)).body;
    expect([returned, await standing(zuri)]).toMatchObject([1, { out: 0, sold: 1, returned: 1 }]);
    await call("POST", `/resellers/${zuri}/count`);
    const after = await balances();
    expect([after[`float:${zuri}`], after[`paper:${batchId}`] ?? 0]).toEqual([1999, 0]);
    expect([after.cash! - (before.cash ?? 0), after.commission! - before.commission!]).toEqual([-1999, 0]);
  });
});
