/** The hub is restored from a back-up that is older than what its sites were told: they give back what it lost, and lose nothing. */
import { createPurchaseGrants } from "@karibu/cloud/catalogue/grants/purchase-grant";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { withMark } from "@karibu/cloud/ground/feed/row-mark";
import { ownerPassword } from "@karibu/cloud/test-hub";
import type { FeedRow } from "@karibu/protocol/feed";
import { newId } from "@karibu/protocol/identifiers";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { giveBack } from "@karibu/protocol/rpc/give-back";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite, phone, startSite, typeCode, use } from "./test-drill-sites.ts";
import { useRestoredHub } from "./test-restore.ts";
import { openTestShop } from "./test-shop.ts";

const waitMs = 60_000;
type Shop = Awaited<ReturnType<typeof openTestShop>>;
let shop: Shop;
let oldBatch: { batchId: string; codes: string[] };
let oldSale: { id: string; code: string };
/** Rows as the hub signed them last, by their keys: what a thief of the router has. */
const signed = new Map<string, FeedRow>();

const { lab, lost } = useRestoredHub({
  async live(lab) {
    const withholds = (text: string) => {
      const frame = JSON.parse(text);
      if (frame.type === "feed")
        for (const row of frame.rows)
          if (row.body?.mark !== undefined) signed.set(row.kind === "follow" ? `follow ${row.key}` : row.key, row);
      return false;
    };
    shop = await openTestShop(lab, (of) => startSite(lab, { ...of, withholds }), "Given back", null);
    oldBatch = await makeBatch("Old hour");
    oldSale = await sell("Old day");
  },
  async lose() {
    const batch = await makeBatch("Lost hour");
    const off = await makeBatch("Lost and off");
    const sale = await sell("Lost day");
    const used = await sell("Lost and begun");
    const twice = await sell("Lost, and paid again to be known");
    const over = await sell("Lost, and another begun");
    await typeCode(shop.site, twice.code, 6);
    await typeCode(shop.site, batch.codes[0] as string, 1);
    await typeCode(shop.site, used.code, 2);
    await use(shop.site, `v.${batch.batchId}.0`, 1, { bytes: 1000, seconds: 60 });
    // Revoked after the back-up: a batch, a code of an old batch, and a purchase.
    await shop.call("POST", `/vouchers/batches/${off.batchId}/disable`);
    await shop.call("POST", `/vouchers/${oldBatch.batchId}.3/disable`);
    await until("the site knows that the code is off", () => shop.site.heardOf(3), waitMs);
    await until("the site knows that the batch is off", () => refusal(off.codes[0] as string), waitMs);
    return { batch, off, sale, used, twice, over };
  },
});

async function refusal(code: string): Promise<boolean> {
  return !/^v\./.test(await typeCode(shop.site, code, 9));
}

async function makeBatch(name: string, quantity = 5): Promise<{ batchId: string; codes: string[] }> {
  const codes = await shop.codesOf(name, { validitySeconds: 3600 }, quantity);
  const { items } = await shop.call("GET", "/vouchers/batches?limit=50");
  const made = items.find(({ planName }: { planName: string }) => planName === name);
  return { batchId: made.batchId, codes };
}

/** Over the counter, for cash. */
async function sell(name: string): Promise<{ id: string; code: string }> {
  const { site, token, call } = shop;
  const { planId } = await call("POST", "/plans", { name, priceCents: 7000, terms: { validitySeconds: 86_400 } });
  const order = { siteId: site.siteId, planId, phone: "0722000111", pay: "cash" };
  const headers = { "Idempotency-Key": newId(lab.world) };
  const answer = await lab.call("POST", "/api/v1/payments/purchase", { token, headers, body: order });
  expect(answer.status, answer.text).toBeLessThan(300);
  const sale = answer.body.payment as { id: string; code: string };
  const isHere = async () => (await site.agent.portalAccess.claimPurchase(sale.id, phone(7))).kind === "granted";
  await until("the site has it", isHere, waitMs);
  return sale;
}

/** The restored hub hears of the payment before the site gives its grant back. @returns the new grant */
async function openAgain(purchaseId: string): Promise<string> {
  return lab.database().asPlatform("test", async (tx) => {
    const { providerId } = await tx.selectFrom("sites").select("providerId").executeTakeFirstOrThrow();
    const parts = {
      world: lab.world,
      parties: lab.hub().parties,
      publish: createPublish(lab.world, lab.envelope),
      emit: async () => {},
    };
    const place = { providerId, purchaseId, siteId: shop.site.siteId };
    const sold = {
      planName: "Day",
      terms: { ...unlimitedTerms, validitySeconds: seconds(86_400) },
      party: null,
      code: null,
    };
    expect(await createPurchaseGrants(parts).open(tx, { ...place, ...sold }, false)).toBe(true);
    const row = await tx
      .selectFrom("grants")
      .select("grantId")
      .where("purchaseId", "=", purchaseId)
      .executeTakeFirstOrThrow();
    return row.grantId;
  });
}

const others: DrillSite[] = [];
afterAll(async () => {
  for (const { agent } of [shop.site, ...others]) await agent.stop();
});

describe("a hub that was restored", () => {
  let owner = "";
  const call = async (path: string) => (await lab.call("GET", `/api/v1${path}`, { token: owner })).body;
  /** Grants that the restored hub opened by itself, by their purchases. */
  const opened = new Map<string, string>();
  beforeAll(async () => {
    shop.site.cut(true);
    for (const { id } of [lost().twice, lost().over]) opened.set(id, await openAgain(id));
    await lab.database().asPlatform("test", async (tx) => {
      const { providerId, siteId } = await tx
        .selectFrom("sites")
        .select(["providerId", "siteId"])
        .executeTakeFirstOrThrow();
      const place = { providerId, siteId, grantId: opened.get(lost().over.id) as string };
      const at = { startedAtMs: lab.world.clock.wall().atMs, endsAtMs: null, validUntilMs: null };
      const seen = { epoch: "e", seq: 1, receivedAtMs: at.startedAtMs };
      await tx
        .insertInto("grant_starts")
        .values({ ...place, ...at, ...seen, origin: "purchase", planName: "Day" })
        .execute();
    });
    shop.site.cut(false);
    owner = await lab.logIn("given-back@provider.test", ownerPassword);
    await until("all is given back", async () => (await call("/restores")).items[0]?.sites.done === 1, waitMs);
  }, 120_000);

  test("[BEY-29] has the batch again, with its codes, its price and what was used of it", async () => {
    const { batch } = lost();
    const list = await call(`/vouchers?batchId=${batch.batchId}&limit=10`);
    expect(list.items.map(({ code }: { code: string }) => code).sort()).toEqual([...batch.codes].sort());
    expect(list.items.map(({ priceCents }: { priceCents: number }) => priceCents)).toEqual(Array(5).fill(5000));
    const states = list.items.map(({ state }: { state: string }) => state).sort();
    expect(states).toEqual(["active", "active", "active", "active", "used"]);
  });

  test("[BEY-29] NO-THEFT: every code that was sold is honoured at the site, before and after", async () => {
    const { batch, sale } = lost();
    expect(await typeCode(shop.site, batch.codes[1] as string, 3)).toMatch(/^v\./);
    expect(await typeCode(shop.site, sale.code, 4)).not.toMatch(/unknown|expired|revoked/);
    expect(await typeCode(shop.site, oldSale.code, 5)).not.toMatch(/unknown|expired|revoked/);
  });

  test("[BEY-29] NO-THEFT: a payment that the hub heard of before its site came back has one grant: the lost one, or the one that was begun", async () => {
    const { items } = await call("/grants?limit=50");
    const stateOf = (id: string | undefined) => items.find(({ grantId }: { grantId: string }) => grantId === id)?.state;
    const ofPayment = (id: string) => items.filter(({ paymentId }: { paymentId: string }) => paymentId === id);
    const { twice, over } = lost();
    expect(stateOf(opened.get(twice.id))).toBe("revoked");
    expect(ofPayment(twice.id)).toHaveLength(1);
    expect(ofPayment(twice.id)[0].state).not.toBe("revoked");
    expect(await typeCode(shop.site, twice.code, 6)).not.toMatch(/unknown|expired|revoked/);
    expect(ofPayment(over.id).map(({ grantId }: { grantId: string }) => grantId)).toEqual([opened.get(over.id)]);
    expect(await typeCode(shop.site, over.code, 8)).toMatch(/unknown/);
  });

  test("[BEY-29] nothing that was revoked lives: a batch, and a code of a batch that the back-up has", async () => {
    const { off } = lost();
    expect(await refusal(off.codes[0] as string)).toBe(true);
    expect(await refusal(oldBatch.codes[3] as string)).toBe(true);
    expect((await call(`/vouchers/batches/${off.batchId}`)).active).toBe(false);
    expect((await call(`/vouchers/${oldBatch.batchId}.3`)).state).toBe("disabled");
  });

  test("[BEY-29] PROVED-ONLY: purchases that came back book nothing; each is an open item", async () => {
    const { sale, used } = lost();
    const payments = await call("/payments?limit=50");
    const states = Object.fromEntries(payments.items.map((one: { id: string; state: string }) => [one.id, one.state]));
    expect([states[sale.id], states[used.id], states[oldSale.id]]).toEqual(["unknown", "unknown", "paid"]);
    const [restore] = (await call("/restores")).items;
    expect(restore.purchases).toEqual({ found: 0, open: 3, failed: 0 });
    const entries = await lab.database().asPlatform("test", (tx) =>
      tx
        .selectFrom("ledger_postings as p")
        .innerJoin("ledger_entries as e", (on) =>
          on.onRef("e.providerId", "=", "p.providerId").onRef("e.entryId", "=", "p.entryId"),
        )
        .select(["p.account", "p.amountCents", "e.kind"])
        .execute(),
    );
    // Of the sale that the back-up has. Printed codes that were used book their own cash: that is no purchase.
    const revenue = entries.filter(({ account, kind }) => account.startsWith("revenue") && kind !== "voucher-sale");
    expect(revenue.map(({ amountCents }) => Number(amountCents))).toEqual([-7000]);
  });

  test("[BEY-29] what a restore undid is listed, for the provider and for the platform", async () => {
    const [restore] = (await call("/restores")).items;
    expect(restore.rows.kept).toBe(0);
    expect(restore.journalRecords).toBeGreaterThan(2);
    expect(restore.backUpAtMs).toBeLessThan(restore.restoredAtMs);
    const { items } = await call("/restores/rows?limit=50");
    const kinds = items.map(({ kind, reason }: { kind: string; reason: string }) => `${kind} ${reason}`).sort();
    expect(kinds).toEqual([
      ...["batch lost", "batch lost", "follow lost", "follow lost"],
      ...["grant lost", "grant lost", "grant lost", "grant older", "voucher revoked-again"],
    ]);
    const platform = await lab.call("GET", "/api/v1/platform/restores", { token: await lab.adminToken() });
    expect(platform.body.items[0].rows.taken).toBe(8);
  });

  test("[BEY-29] a batch that is off stays off, whichever site speaks first and whatever is replayed; a person may switch it on", async () => {
    const second = await openSite(lab, owner, "Second");
    others.push(second);
    const [restore] = (await call("/restores")).items;
    const sample = signed.get(lost().batch.batchId) as Extract<FeedRow, { kind: "batch" }>;
    const { providerId } = await lab
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("sites").select("providerId").limit(1).executeTakeFirstOrThrow());
    const rowOf = (batchId: string, active: boolean, version: number) => {
      const { mark: _, ...bare } = {
        ...sample.body,
        batchId,
        active,
        keyHex: Buffer.from(lab.world.random.bytes(16)).toString("hex"),
      };
      const place = { providerId, scope: `batch:${batchId}`, kind: "batch", key: batchId } as const;
      return { ...sample, key: batchId, body: withMark(lab.envelope, place, version, bare) } as FeedRow;
    };
    const offer = async (site: DrillSite, row: FeedRow) => {
      const params = { generation: restore.id as string, batchId: row.key, rows: [row], left: 0 };
      return (await site.agent.hub.call(giveBack, params, waitMs)).verdicts;
    };
    const isOn = async (batchId: string) => (await call(`/vouchers/batches/${batchId}`)).active;

    expect(await offer(second, rowOf("b-on-first", true, 110))).toEqual(["taken"]);
    expect(await isOn("b-on-first")).toBe(true);
    expect(await offer(shop.site, rowOf("b-on-first", false, 120))).toEqual(["taken"]);
    expect(await isOn("b-on-first")).toBe(false);

    expect(await offer(shop.site, rowOf("b-off-first", false, 120))).toEqual(["taken"]);
    expect(await offer(second, rowOf("b-off-first", true, 110))).toEqual(["taken"]);
    expect(await isOn("b-off-first")).toBe(false);

    // The back-up has this one: a replay makes the hub publish it again, and that is no decision.
    const { batchId } = oldBatch;
    expect(await offer(second, signed.get(batchId) as FeedRow)).toEqual(["taken"]);
    expect(await isOn(batchId)).toBe(true);
    const off = rowOf(batchId, false, 100_000);
    expect(await offer(shop.site, off)).toEqual(["taken"]);
    expect(await isOn(batchId)).toBe(false);
    const answer = await lab.call("POST", `/api/v1/vouchers/batches/${batchId}/enable`, { token: owner });
    expect(answer.status, answer.text).toBe(200);
    await offer(shop.site, off);
    expect(await isOn(batchId)).toBe(true);
  });

  test("[BEY-29] a stolen router invents nothing: rows that are forged, changed, replayed or another's are refused", async () => {
    const { batch, sale } = lost();
    const [restore] = (await call("/restores")).items;
    const offer = async (site: DrillSite, rows: readonly FeedRow[], batchId: string | null = null) => {
      const params = { generation: restore.id as string, batchId, rows: [...rows], left: 0 };
      return (await site.agent.hub.call(giveBack, params, waitMs)).verdicts;
    };
    const good = signed.get(batch.batchId) as FeedRow;
    expect(good.kind).toBe("batch");
    const invented = { ...good, key: "b-mine", body: { ...good.body, batchId: "b-mine" } } as FeedRow;
    const larger = { ...good, body: { ...good.body, quantity: 100_000 } } as FeedRow;
    const { mark: _, ...bare } = good.body as { mark: string };
    const unsigned = { ...invented, body: { ...bare, batchId: "b-mine" } } as FeedRow;
    expect(await offer(shop.site, [invented, larger, unsigned], batch.batchId)).toEqual(["kept", "kept", "kept"]);
    expect((await call(`/vouchers?batchId=${batch.batchId}&limit=10`)).items).toHaveLength(5);

    // Its own purchase is taken back by the hub; the row of before that is a replay.
    const grantRow = [...signed.values()].find((one) => one.kind === "grant" && one.body?.purchaseId === sale.id);
    const { items } = await call("/grants?limit=50");
    const grant = items.find(({ paymentId }: { paymentId: string }) => paymentId === sale.id);
    expect(grantRow?.key).toBe(grant?.grantId);
    const parts = {
      world: lab.world,
      parties: lab.hub().parties,
      publish: createPublish(lab.world, lab.envelope),
      emit: async () => {},
    };
    await lab.database().asPlatform("test", async (tx) => {
      const { providerId } = await tx
        .selectFrom("grants")
        .select("providerId")
        .where("grantId", "=", grant.grantId)
        .executeTakeFirstOrThrow();
      await createPurchaseGrants(parts).revoke(tx, providerId, sale.id);
    });
    await offer(shop.site, [grantRow as FeedRow]);
    expect((await call(`/grants/${grant.grantId}`)).state).toBe("revoked");

    const neighbour = await openSite(lab, owner, "Neighbour");
    others.push(neighbour);
    const stranger = await lab.makeProvider("Stranger");
    const far = await openSite(lab, stranger.token, "Far");
    others.push(far);
    const batches = async () => Number((await call("/vouchers/batches?limit=1&count=true")).total.count);
    const before = await batches();
    for (const site of [neighbour, far]) {
      expect(await offer(site, [grantRow as FeedRow])).toEqual(["kept"]);
      expect(await offer(site, [signed.get(`follow ${batch.batchId}`) ?? invented], batch.batchId)).toEqual(["kept"]);
    }
    expect(await offer(far, [good], batch.batchId)).toEqual(["kept"]);
    // Signed by another provider's hub key it is not; the neighbour's copy of a batch that is here changes nothing.
    expect(await offer(neighbour, [good], batch.batchId)).toEqual(["taken"]);
    expect(await batches()).toBe(before);
    const strangers = await lab.call("GET", "/api/v1/vouchers/batches?limit=1&count=true", { token: stranger.token });
    expect(strangers.body.total.count).toBe(0);
    const disabled = {
      kind: "voucher",
      key: "2",
      version: 1,
      body: { state: "disabled", atMs: 1 },
    } as unknown as FeedRow;
    expect(await offer(neighbour, [disabled], batch.batchId)).toEqual(["kept"]);
    expect((await call(`/vouchers/${batch.batchId}.2`)).state).toBe("active");
  });
});
