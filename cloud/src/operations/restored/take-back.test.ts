/** What a site can make a restored hub write down, and for how long it may give back. */
import type { FeedRow } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { noHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { withMark } from "../../ground/feed/row-mark.ts";
import { openSealed } from "../../ground/secrets/test-open-sealed.ts";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { sealPhone } from "../../money/purchases/purchase-rows.ts";
import { soldNote } from "../../money/purchases/sold-note.ts";
import { useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { repeatFound } from "../back-ups/repeat-revocations.ts";
import type { Revocation } from "../back-ups/revocation.ts";
import { retentionJob } from "../maintenance/retention.ts";
import { createRestored } from "./create-restored.ts";
import { type TakeBackParts, takeBackHandler } from "./take-back.ts";

const dayMs = 86_400_000;
const generation = "restored-once";

describe("[BEY-29] what a site gives back", () => {
  const masterKeys = [realWorld().random.bytes(32)];
  const hub = useHub("embedded", { masterKeys });
  let token: string;
  let providerId: string;
  let siteIds: string[] = [];

  beforeAll(async () => {
    const made = await hub.makeProvider("Given back");
    [token, providerId] = [made.token, made.providerId];
    const site = async (name: string) =>
      (await hub.call("POST", "/api/v1/sites", { token: made.token, body: { name } })).body.site.siteId as string;
    siteIds = [await site("Flood"), await site("Forger"), await site("Late")];
    const restoredAtMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("restores")
        .values({ generation, backUpAtMs: restoredAtMs - dayMs, restoredAtMs })
        .execute(),
    );
  });

  const parts = (): TakeBackParts =>
    ({
      world: hub.world,
      database: hub.database(),
      envelope: hub.envelope,
      parties: hub.hub().parties,
      publish: createPublish(hub.world, hub.envelope),
      emit: async () => {},
      jobs: { send: async () => {} },
      ledger: createLedgerWriter({ world: hub.world, onCredit: async () => {} }),
      heldCodes: noHeldCodes,
      limits: { rows: 10, bytes: 1e6, kept: 2 },
    }) as unknown as TakeBackParts;
  const offer = async (siteId: string, rows: readonly FeedRow[]): Promise<string[]> => {
    const params = { generation, batchId: null, rows, left: 0 };
    const answer = await takeBackHandler(parts()).answer({ providerId, siteId }, params, AbortSignal.timeout(60_000));
    return (answer as { verdicts: string[] }).verdicts;
  };
  const noted = (siteId: string) =>
    hub.database().asPlatform("test", async (tx) => {
      const counted = tx.selectFrom("restored_sites").select(["offered", "taken", "kept"]);
      return {
        rows: await tx.selectFrom("restored_rows").select(["key", "verdict"]).where("siteId", "=", siteId).execute(),
        counts: await counted.where("siteId", "=", siteId).executeTakeFirst(),
      };
    });
  const bare = (batchId: string, homeSiteId: string) => ({
    batchId,
    keyHex: "00112233445566778899aabbccddeeff",
    prefix: "",
    length: 10,
    alphabet: "digits",
    quantity: 5,
    holes: [],
    planName: "1 hour",
    terms: unlimitedTerms,
    expiresAtMs: null,
    active: true,
    homeSiteId,
    sold: { planId: "plan-lost", priceCents: 5000, currency: "KES", madeAtMs: 1 },
  });
  const batch = (key: string, body: object) => ({ kind: "batch", key, version: 1, body }) as unknown as FeedRow;
  const signed = (key: string, siteId: string) =>
    batch(
      key,
      withMark(hub.envelope, { providerId, scope: `batch:${key}`, kind: "batch", key }, 7, bare(key, siteId)) as object,
    );

  test("fills no table: few rows that could not be taken are written down, and none beyond the limit", async () => {
    const siteId = siteIds[0] as string;
    const forged = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        batch(`forged-${from + index}`, bare(`forged-${from + index}`, siteId)),
      );
    expect(await offer(siteId, forged(0, 3))).toEqual(["kept", "kept", "kept"]);
    expect((await noted(siteId)).rows).toHaveLength(2);
    expect(await offer(siteId, forged(3, 8))).toEqual(Array(8).fill("kept"));
    expect(await offer(siteId, [signed("beyond", siteId)]), "the limit counts").toEqual(["kept"]);
    const { rows, counts } = await noted(siteId);
    expect(rows).toHaveLength(2);
    expect(counts).toEqual({ offered: 12, taken: 0, kept: 12 });
  });

  test("a forged row that was offered first does not hide that the true one was taken", async () => {
    const siteId = siteIds[1] as string;
    expect(await offer(siteId, [batch("lost", bare("lost", siteId))])).toEqual(["kept"]);
    expect((await noted(siteId)).rows).toEqual([{ key: "lost", verdict: "kept" }]);
    expect(await offer(siteId, [signed("lost", siteId)])).toEqual(["taken"]);
    expect(await offer(siteId, [batch("lost", bare("lost", siteId))])).toEqual(["kept"]);
    const { rows, counts } = await noted(siteId);
    expect(rows).toEqual([{ key: "lost", verdict: "taken" }]);
    expect(counts).toEqual({ offered: 3, taken: 1, kept: 0 });
  });

  test("[VOU-21] a lost batch's codes whose uses were told before it was given back are sold: once, at the time of their use", async () => {
    const siteId = siteIds[1] as string;
    const usedAtMs = hub.world.clock.wall().atMs - 60_000;
    const use = (serial: number, seq: number) => ({
      ...{ seq, atMs: unixMs(usedAtMs), clock: "synced", upMs: 1, kind: "grant-started" },
      grant: {
        ...{ grantId: `v.told-before.${serial}`, origin: "voucher", planName: "1 hour", unverified: false },
        ...{ startedAtMs: unixMs(usedAtMs), endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms },
      },
      voucher: { batchId: "told-before", serial },
    });
    const intake = createTestIntake(hub.world, hub.database());
    const tell = async (...records: object[]) =>
      expect(await intake.take(providerId, { siteId, epoch: "told", records } as never)).toMatchObject({ kind: "ack" });
    const sold = () =>
      hub.database().asProvider(providerId, async (tx) => {
        const sales = tx.selectFrom("voucher_sales").select(["serial", "priceCents", "soldAtMs"]).orderBy("serial");
        const { rows } = await sql<{ cents: number }>`
          select coalesce(sum(amount_cents), 0)::int as cents from ledger_postings where account = 'revenue'`.execute(
          tx,
        );
        return { sales: await sales.execute(), revenueCents: rows[0]?.cents };
      });
    const sale = (serial: number) => ({ serial, priceCents: 5000, soldAtMs: usedAtMs });

    await tell(use(0, 1), use(3, 2));
    expect(await sold()).toEqual({ sales: [], revenueCents: 0 });
    expect(await offer(siteId, [signed("told-before", siteId)])).toEqual(["taken"]);
    expect(await sold()).toEqual({ sales: [sale(0), sale(3)], revenueCents: -10_000 });
    // Given back once more, told once more, and a use of after it.
    await offer(siteId, [signed("told-before", siteId)]);
    await tell(use(3, 2), use(4, 3));
    expect(await sold()).toEqual({ sales: [sale(0), sale(3), sale(4)], revenueCents: -15_000 });
  });

  test("a payment's other grant of before the restore gives way too: one payment never has two, and the site is not refused for ever", async () => {
    const siteId = siteIds[1] as string;
    const query = (text: string) =>
      hub.database().asProvider(providerId, async (tx) => (await sql.raw<object>(text).execute(tx)).rows);
    await query(`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, created_at_ms)
      values ('${providerId}', 'opened-between', '${siteId}', 'paid-once', 'purchase', '1 hour', '${JSON.stringify(unlimitedTerms)}', false, 1)`);
    const place = { providerId, scope: `site:${siteId}`, kind: "grant", key: "opened-first" } as const;
    const grant = {
      ...{ grantId: "opened-first", origin: "purchase", planName: "1 hour", terms: unlimitedTerms },
      ...notBegun,
    };
    const body = withMark(hub.envelope, place, 7, { grant, purchaseId: "paid-once", phoneHash: null } as never);
    expect(
      await offer(siteId, [{ kind: "grant", key: "opened-first", version: 1, body } as unknown as FeedRow]),
    ).toEqual(["taken"]);
    expect(
      await query("select grant_id, purchase_id, revoked_at_ms is not null as revoked from grants order by grant_id"),
    ).toEqual([
      { grantId: "opened-between", purchaseId: null, revoked: true },
      { grantId: "opened-first", purchaseId: "paid-once", revoked: false },
    ]);
  });

  test("a payment's other grant that was begun at another site, under its lease's name, stands: the lost one is over", async () => {
    const siteId = siteIds[1] as string;
    const query = (text: string) =>
      hub.database().asProvider(providerId, async (tx) => (await sql.raw<object>(text).execute(tx)).rows);
    await query(`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, created_at_ms)
      values ('${providerId}', 'begun-away', '${siteId}', 'paid-away', 'purchase', '1 hour', '${JSON.stringify(unlimitedTerms)}', false, 1)`);
    await query(`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
      values ('${providerId}', 'begun-away', 'begun-away.1', 1, '${siteIds[2]}', '${siteId}', 1, '${JSON.stringify(unlimitedTerms)}')`);
    await query(`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, epoch, seq, received_at_ms)
      values ('${providerId}', 'begun-away.1', '${siteIds[2]}', 'purchase', '1 hour', 1, 'e', 1, 1)`);
    const place = { providerId, scope: `site:${siteId}`, kind: "grant", key: "lost-away" } as const;
    const grant = {
      ...{ grantId: "lost-away", origin: "purchase", planName: "1 hour", terms: unlimitedTerms },
      ...notBegun,
    };
    const body = withMark(hub.envelope, place, 7, { grant, purchaseId: "paid-away", phoneHash: null } as never);
    await offer(siteId, [{ kind: "grant", key: "lost-away", version: 1, body } as unknown as FeedRow]);
    expect(
      await query(
        "select grant_id, purchase_id, revoked_at_ms is not null as revoked from grants where grant_id like '%-away' order by grant_id",
      ),
    ).toContainEqual({ grantId: "begun-away", purchaseId: "paid-away", revoked: false });
  });

  test("[CUS-17] a site that has not heard of an erasure which the restore repeated brings the right and asks for its money, and not the person; what was bought after it is the person's", async () => {
    const siteId = siteIds[1] as string;
    const query = (text: string) =>
      hub.database().asProvider(providerId, async (tx) => (await sql.raw<object>(text).execute(tx)).rows);
    const boughtAtMs = hub.world.clock.wall().atMs - 3_600_000;
    const phone = "254711000001";
    const party = hub.hub().parties.ofPhone(providerId, phone);
    await hub.database().alone("write", (run) =>
      repeatFound(run, [
        {
          ...{ seq: 1, target: "person_erasures", atMs: boughtAtMs + 1 },
          key: { provider_id: providerId, erasure_id: "erasure" },
          now: {
            ...{ customer_id: "gone", party, pseudonym: "0".repeat(64), asked_by: "u" },
            ...{ at_ms: boughtAtMs + 1, counts: {} },
          },
        },
      ] as readonly Revocation[]),
    );
    await query(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash, notice_token_hash, active,
      created_at_ms, updated_at_ms) values ('${providerId}', 'till', 'cash', 'Till', 'x', 'sandbox', '\\x01', 'h', 'n', true, 1, 1)`);
    for (const [key, atMs] of [
      ["hers", boughtAtMs],
      ["anew", boughtAtMs + 2],
    ] as const) {
      const place = { providerId, scope: `site:${siteId}`, kind: "grant", key } as const;
      const grant = {
        ...{ grantId: key, origin: "purchase", planName: "1 hour", terms: unlimitedTerms },
        ...notBegun,
      };
      const sold = soldNote(hub.envelope, {
        ...{ providerId, purchaseId: `of-${key}`, channelId: "till", planId: "plan-erased" },
        ...{ amountCents: 5000, currency: "KES", reference: `REF${key}`, requestId: null, createdAtMs: atMs },
        idempotencyKey: `asked-${key}`,
        phoneSealed: sealPhone(hub.envelope, { providerId, purchaseId: `of-${key}` }, phone),
        promotionId: null,
      } as never);
      const body = withMark(hub.envelope, place, 7, { grant, purchaseId: `of-${key}`, phoneHash: "f", sold } as never);
      expect(await offer(siteId, [{ kind: "grant", key, version: 1, body } as unknown as FeedRow])).toEqual(["taken"]);
    }
    expect(
      await query(`select g.grant_id, g.phone_hash, g.sold is null as unsold, p.phone_hash as payer, p.phone_masked, p.state
        from grants g join purchases p using (purchase_id) order by grant_id`),
    ).toMatchObject([
      { grantId: "anew", phoneHash: party, unsold: false, payer: party, state: "unknown" },
      { grantId: "hers", phoneHash: null, unsold: true, payer: null, phoneMasked: null, state: "unknown" },
    ]);
    const purchases = await query("select to_jsonb(p) as row from purchases p where purchase_id = 'of-hers'");
    expect(openSealed(masterKeys, JSON.stringify(purchases))).not.toContain(phone);
    const told = await query(
      "select key, body ? 'sold' as sold from feed_rows where key in ('hers', 'anew') order by 1",
    );
    expect(told).toEqual([
      { key: "anew", sold: true },
      { key: "hers", sold: false },
    ]);
  });

  test("what a customer bought who is switched off by the back-up comes back switched off", async () => {
    const siteId = siteIds[1] as string;
    const phone = "254711000009";
    const customer = { name: "Off", phone, active: false };
    expect((await hub.call("POST", "/api/v1/customers", { token, body: customer })).status).toBe(201);
    const key = "of-one-off";
    const place = { providerId, scope: `site:${siteId}`, kind: "grant", key } as const;
    const grant = {
      ...{ grantId: key, origin: "purchase", planName: "1 hour", terms: unlimitedTerms, suspended: { reason: "" } },
      ...notBegun,
    };
    const purchaseId = "bought-by-one-off";
    const sold = soldNote(hub.envelope, {
      ...{ providerId, purchaseId, channelId: "till", planId: "plan-off", promotionId: null, requestId: null },
      ...{ amountCents: 5000, currency: "KES", reference: "REFOFF", createdAtMs: hub.world.clock.wall().atMs },
      idempotencyKey: "asked-off",
      phoneSealed: sealPhone(hub.envelope, { providerId, purchaseId }, phone),
    } as never);
    const body = withMark(hub.envelope, place, 7, { grant, purchaseId, phoneHash: "f", sold } as never);
    expect(await offer(siteId, [{ kind: "grant", key, version: 1, body } as unknown as FeedRow])).toEqual(["taken"]);
    const told = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("feed_rows").select("body").where("key", "=", key).execute());
    expect(told).toMatchObject([{ body: { grant: { grantId: key, suspended: { reason: "" } } } }]);
  });

  test("[BEY-06] money at an account number that was told again before its package came back bought once: what it opened anew gives way, and the lost one is its own", async () => {
    const made = await hub.call("POST", "/api/v1/sites", { token, body: { name: "By hand" } });
    const siteId = made.body.site.siteId as string;
    const query = (text: string) =>
      hub.database().asProvider(providerId, async (tx) => (await sql.raw<object>(text).execute(tx)).rows);
    const paidByHand = "inflow/mpesa/QP91ABCDEF";
    await query(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash, notice_token_hash, active,
      created_at_ms, updated_at_ms) values ('${providerId}', 'paybill', 'mpesa-paybill', 'Paybill', '1', 'sandbox', '\\x01', 'hp', 'np', true, 1, 1)`);
    await query(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency, phone_sealed,
      idempotency_key, reference, secret_hash, state, receipt, created_at_ms, changed_at_ms) values ('${providerId}', 'again', 'paybill', '${siteId}', 'p', '1 hour',
      '${JSON.stringify(unlimitedTerms)}', 5000, 'KES', '\\x01', '${paidByHand}', 'REFAGAIN', 'none/again', 'paid', 'QP91ABCDEF', 1, 1)`);
    await query(`insert into grants (provider_id, grant_id, site_id, purchase_id, origin, plan_name, terms, unverified, created_at_ms)
      values ('${providerId}', 'anew-by-hand', '${siteId}', 'again', 'purchase', '1 hour', '${JSON.stringify(unlimitedTerms)}', false, ${hub.world.clock.wall().atMs})`);
    const key = "lost-by-hand";
    const place = { providerId, scope: `site:${siteId}`, kind: "grant", key } as const;
    const grant = {
      ...{ grantId: key, origin: "purchase", planName: "1 hour", terms: unlimitedTerms },
      ...notBegun,
    };
    const purchaseId = "lost-purchase";
    const sold = soldNote(hub.envelope, {
      ...{ providerId, purchaseId, channelId: "paybill", planId: "p", promotionId: null, requestId: null },
      ...{ amountCents: 5000, currency: "KES", reference: "REFLOST", createdAtMs: 1, idempotencyKey: paidByHand },
      phoneSealed: sealPhone(hub.envelope, { providerId, purchaseId }, "254711000077"),
    } as never);
    const body = withMark(hub.envelope, place, 7, { grant, purchaseId, phoneHash: "f", sold } as never);
    expect(await offer(siteId, [{ kind: "grant", key, version: 1, body } as unknown as FeedRow])).toEqual(["taken"]);
    expect(
      await query(`select grant_id, purchase_id, revoked_at_ms is not null as revoked from grants
        where grant_id like '%by-hand' order by 1`),
    ).toEqual([
      { grantId: "anew-by-hand", purchaseId: null, revoked: true },
      { grantId: key, purchaseId: "again", revoked: false },
    ]);
    expect(await query(`select purchase_id from purchases where purchase_id = '${purchaseId}'`)).toEqual([]);
  });

  test("is taken for 30 days after the restore, and forgotten after 400", async () => {
    const siteId = siteIds[2] as string;
    hub.moveClock(29 * dayMs);
    expect(await offer(siteId, [signed("in-time", siteId)])).toEqual(["taken"]);
    hub.moveClock(2 * dayMs);
    expect(await offer(siteId, [signed("too-late", siteId)])).toEqual(["kept"]);
    expect((await noted(siteId)).counts).toEqual({ offered: 1, taken: 1, kept: 0 });
    const rules = createRestored({ ...parts(), sites: { publishAll: async () => {} } }).retention ?? [];
    const forget = () => retentionJob(hub.world, hub.database(), rules).run();
    expect(await forget()).toBe("nothing");
    hub.moveClock(400 * dayMs);
    await forget();
    for (const one of siteIds) expect(await noted(one)).toEqual({ rows: [], counts: undefined });
  });

  test("a site whose device is revoked is none to wait for", async () => {
    const { token } = await hub.makeProvider("Waits");
    const ids: string[] = [];
    for (const name of ["Here", "Shut out"])
      ids.push((await hub.call("POST", "/api/v1/sites", { token, body: { name } })).body.site.siteId);
    const [, shutOut] = ids;
    await hub.database().alone("write", async (run) => {
      for (const id of ids) {
        const which = `from sites where site_id = '${id}'`;
        await run(`insert into agents (provider_id, site_id, public_key, enrolled_at_ms, revoked_at_ms)
          select provider_id, site_id, 'k', 1, ${id === shutOut ? 5 : "null"} ${which}`);
        await run(`insert into site_links (provider_id, site_id, connected_at_ms) select provider_id, site_id, 1 ${which}
          on conflict do nothing`);
      }
    });
    const { items } = (await hub.call("GET", "/api/v1/restores", { token })).body;
    expect(items[0].sites).toMatchObject({ all: 1, back: 0 });
  });
});
