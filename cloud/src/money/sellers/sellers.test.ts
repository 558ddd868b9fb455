import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import type { IntakeQueue } from "../../fleet/journal/intake-queue.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { balancesIn } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { updateSeller } from "./sellers.ts";

type Event = JournalEvent & { readonly atMs?: number };

engineSuite("sellers with a provider of two sites", (engine) => {
  const hub = useHub(engine);
  let provider: TestProvider;
  let [siteId, otherSiteId] = ["", ""];
  let intake: IntakeQueue;
  const nowMs = Date.UTC(2026, 10, 20, 12);
  const lastSeqs = new Map<string, number>();

  beforeAll(async () => {
    provider = await hub.makeProvider("Baraka");
    siteId = (await call("POST", "/sites", { name: "Market" })).site.siteId;
    otherSiteId = (await call("POST", "/sites", { name: "School" })).site.siteId;
    intake = createTestIntake(hub.world, hub.database());
  }, 60_000);

  async function call(method: string, path: string, body?: object, key?: string) {
    const headers = key === undefined ? {} : { headers: { "Idempotency-Key": key } };
    const given = { token: provider.token, ...(body === undefined ? {} : { body }), ...headers };
    return (await hub.call(method, `/api/v1${path}`, given)).body;
  }

  /** As a site's journal tells it; gives what the hub says to it. */
  async function tell(site: string, epoch: string, ...events: Event[]) {
    const before = lastSeqs.get(`${site} ${epoch}`) ?? 0;
    lastSeqs.set(`${site} ${epoch}`, before + events.length);
    const records = events.map((event, at) => {
      return { seq: before + at + 1, atMs: nowMs, clock: "synced", upMs: 1000, ...event };
    });
    return await intake.take(provider.providerId, { siteId: site, epoch, records });
  }

  function sale(number: number, sellerId: string, priceCents = 2000): Event {
    const saleId = number.toString(16).padStart(32, "0");
    const grant = { ...emptyGrant, grantId: `c.${saleId}` };
    const what = { planId: null, priceCents: cents(priceCents), currency: "KES", code: `1234${100_000 + number}` };
    return { kind: "cash-sale", saleId, sellerId, ...what, grant };
  }

  async function balances(): Promise<Record<string, number>> {
    const { items } = await call("GET", "/ledger/accounts");
    return balancesIn(items);
  }

  const rowOf = (site: string, sellerId: string) =>
    hub.database().asProvider(provider.providerId, async (tx) => {
      const { rows } = await sql<{ body: Record<string, unknown> | null }>`
          select body from feed_rows where scope = ${`site:${site}`} and kind = 'seller' and key = ${sellerId}`.execute(
        tx,
      );
      return rows[0]?.body;
    });

  test("[BEY-19] sales that come by the journal are listed and in the books, once each, in one statement for many", async () => {
    const sites = [{ siteId, floatCents: 100_000 }];
    const seller = await call("POST", "/sellers", { name: "Achieng", pin: "4821", commissionPermille: 50, sites });
    expect(seller).toMatchObject({ name: "Achieng", active: true, sites: [{ siteId, owedCents: 0 }] });
    const events = [sale(1, seller.sellerId), sale(2, seller.sellerId, 3030), sale(3, seller.sellerId, 0)];
    expect(await tell(siteId, "e1", ...events, sale(2, seller.sellerId, 3030))).toMatchObject({
      kind: "ack",
      seq: 4,
    });
    // A site that was restored tells them under another epoch; another site's seller is one the hub does not know.
    await tell(siteId, "e2", sale(1, seller.sellerId));
    await tell(otherSiteId, "e1", sale(1, "file.front desk", 500));
    const listed = (await call("GET", `/cash-sales?siteId=${siteId}&sort=price`)).items;
    expect(listed.map((one: { priceCents: number }) => one.priceCents)).toEqual([0, 2000, 3030]);
    expect(listed[1]).toMatchObject({
      sellerId: seller.sellerId,
      sellerName: "Achieng",
      planName: "hour",
      commissionCents: 100,
      codeEnd: "0001",
      soldAtMs: nowMs,
      startedAtMs: null,
    });
    expect((await call("GET", `/cash-sales?sellerId=file.front%20desk`)).items).toHaveLength(1);
    expect(await balances()).toMatchObject({
      [`float:${seller.sellerId}`]: 5030 - 251,
      "float:file.front desk": 500,
      commission: 251,
      revenue: -5530,
    });
    expect(await call("GET", "/ledger/trial-balance")).toMatchObject({ balanced: true });
    expect((await call("GET", "/ledger/entries")).items).toHaveLength(3);
    const [standing] = (await call("GET", `/sellers/${seller.sellerId}`)).sites;
    expect(standing).toMatchObject({ soldCents: 5030, commissionCents: 251, owedCents: 4779 });
  });

  test("[BEY-19] a sale that comes in late keeps the commission of its time, whatever the office has changed since", async () => {
    const sites = [{ siteId, floatCents: 100_000 }];
    const order = { name: "Chebet", pin: "7734", commissionPermille: 50, sites };
    const { sellerId } = await call("POST", "/sellers", order);
    const changes = [];
    for (const commissionPermille of [100, 100, 200]) {
      await call("PATCH", `/sellers/${sellerId}`, { commissionPermille });
      changes.push(hub.world.clock.wall().atMs);
      hub.moveClock(60_000);
    }
    const [first = 0, , third = 0] = changes;
    const sales: [number, object][] = [
      [first - 30_000, {}],
      [first + 30_000, {}],
      [third + 30_000, {}],
      // A site whose clock is ahead, and one that does not know the time.
      [third + 400 * 86_400_000, {}],
      [1000, { clock: "unknown" }],
    ];
    await tell(
      siteId,
      "late",
      ...sales.map(([atMs, more], at) => ({ ...sale(60 + at, sellerId, 1000), atMs, ...more })),
    );
    const { items } = await call("GET", `/cash-sales?sellerId=${sellerId}`);
    const byCode = (items as { codeEnd: string; commissionCents: number }[]).toSorted((one, other) =>
      one.codeEnd < other.codeEnd ? -1 : 1,
    );
    expect(byCode.map(({ commissionCents }) => commissionCents)).toEqual([50, 100, 200, 200, 200]);
    hub.moveClock(-3 * 60_000);
  });

  test("[BEY-19] cash that is handed in frees the float at that site, once per key; what is paid ahead goes back and no more", async () => {
    const sites = [{ siteId, floatCents: 5000 }, { siteId: otherSiteId }];
    const { sellerId } = await call("POST", "/sellers", { name: "Otieno", pin: "135790", sites });
    await tell(siteId, "e1", sale(20, sellerId, 4000));
    const handIn = { siteId, amountCents: 4500 };
    const path = `/sellers/${sellerId}/hand-in`;
    expect(await call("POST", path, handIn)).toMatchObject({ code: "invalid", field: "Idempotency-Key" });
    for (let time = 0; time < 2; time++)
      expect(await call("POST", path, handIn, "h1")).toMatchObject({ handedInCents: 4500, owedCents: -500 });
    expect(await call("POST", path, { ...handIn, amountCents: 1 }, "h1")).toMatchObject({ status: 422 });
    const payOut = { siteId, amountCents: 501 };
    const back = `/sellers/${sellerId}/pay-out`;
    expect(await call("POST", back, payOut, "p1")).toMatchObject({ code: "too-much", field: "amountCents" });
    expect(await call("POST", back, { ...payOut, amountCents: 500 }, "p2")).toMatchObject({ owedCents: 0 });
    expect(await call("POST", back, { ...payOut, siteId: "nowhere" }, "p3")).toMatchObject({ field: "siteId" });
    expect((await balances())[`float:${sellerId}`] ?? 0).toBe(0);
  });

  test("[BEY-19] cash that comes late for a site that its seller has left counts on top of what was handed in there before, by two clerks at once, too", async () => {
    const { sellerId } = await call("POST", "/sellers", { name: "Moraa", pin: "802461", sites: [{ siteId }] });
    const move = (verb: string, amountCents: number, key: string) =>
      call("POST", `/sellers/${sellerId}/${verb}`, { siteId, amountCents }, key);
    await tell(siteId, "left", sale(80, sellerId, 20_000));
    expect(await move("hand-in", 20_000, "l1")).toMatchObject({ handedInCents: 20_000, owedCents: 0 });
    expect(await call("PATCH", `/sellers/${sellerId}`, { sites: [] })).toMatchObject({ sites: [] });
    // The site is away: the cash of its last sales is here before its journal.
    await Promise.all([move("hand-in", 400, "l2"), move("hand-in", 300, "l3")]);
    expect(await move("pay-out", 100, "l4")).toMatchObject({ handedInCents: 20_600, owedCents: -600 });
    expect(await move("pay-out", 601, "l5")).toMatchObject({ code: "too-much" });
    await tell(siteId, "left", sale(81, sellerId, 600));
    expect(await call("GET", `/sellers/${sellerId}`)).toMatchObject({ sites: [] });
    expect((await balances())[`float:${sellerId}`] ?? 0).toBe(0);
  });

  test("[BEY-19] what a seller took in another currency is no part of what they owe: the books have it in its own, and the page names it", async () => {
    const { sellerId } = await call("POST", "/sellers", { name: "Okello", pin: "493818", sites: [{ siteId }] });
    await tell(siteId, "ugx", sale(90, sellerId, 3000), { ...sale(91, sellerId, 500_000), currency: "UGX" } as Event);
    const sums = { soldCents: 3000, commissionCents: 0, handedInCents: 0, owedCents: 3000 };
    const otherCurrencies = [{ currency: "UGX", soldCents: 500_000 }];
    expect((await call("GET", `/sellers/${sellerId}`)).sites).toMatchObject([{ ...sums, otherCurrencies }]);
    const { items } = await call("GET", "/ledger/accounts");
    const float = items.filter(({ account }: { account: string }) => account === `float:${sellerId}`);
    expect(
      Object.fromEntries(
        float.map((one: { currency: string; balanceCents: number }) => [one.currency, Math.abs(one.balanceCents)]),
      ),
    ).toEqual({ KES: 3000, UGX: 500_000 });
    const handIn = { siteId, amountCents: 3000 };
    expect(await call("POST", `/sellers/${sellerId}/hand-in`, handIn, "u1")).toMatchObject({
      owedCents: 0,
      otherCurrencies,
    });
  });

  test("[BEY-19] [PAY-21] the cash of a seller of a site's own file, of whom the hub has no row, can be handed in: what is owed is what they sold, and the books balance", async () => {
    const sellerId = "file.main counter";
    const floats = async () =>
      (await call("GET", "/floats")).items.filter((one: { userId: string }) => one.userId === sellerId);
    const move = (verb: string, amountCents: number, key: string, to = sellerId) =>
      call("POST", `/floats/${encodeURIComponent(to)}/${verb}`, { amountCents }, key);
    expect(await move("top-up", 100, "f0")).toMatchObject({ status: 404 });
    await tell(siteId, "file", sale(95, sellerId, 3000));
    await tell(otherSiteId, "file", sale(96, sellerId, 500));
    const till = async () => (await balances()).cash ?? 0;
    const before = await till();
    const row = { userId: sellerId, name: "main counter (Market, School)", isOfSite: true, currency: "KES" };
    expect(await floats()).toMatchObject([{ ...row, balanceCents: -3500, creditLimitCents: 0 }]);
    expect(await move("top-up", 3000, "f1")).toMatchObject({ balanceCents: -500 });
    expect(await move("top-up", 3000, "f1")).toMatchObject({ balanceCents: -500 });
    expect(await move("top-up", 700, "f2")).toMatchObject({ balanceCents: 200 });
    expect(await move("settle", 201, "f3")).toMatchObject({ code: "too-much" });
    expect(await move("settle", 200, "f4")).toMatchObject({ balanceCents: 0 });
    expect((await till()) - before).toBe(3500);
    expect((await balances())[`float:${sellerId}`] ?? 0).toBe(0);
    expect(await call("GET", "/ledger/trial-balance")).toMatchObject({ balanced: true });
    // Who may owe how much stands in the file.
    expect(await call("PUT", `/floats/${encodeURIComponent(sellerId)}/limit`, { creditLimitCents: 1 })).toMatchObject({
      status: 404,
    });
    const another = await hub.makeProvider("Stranger");
    const theirs = { token: another.token, body: { amountCents: 1 }, headers: { "Idempotency-Key": "f5" } };
    expect((await hub.call("POST", `/api/v1/floats/${encodeURIComponent(sellerId)}/top-up`, theirs)).status).toBe(404);
  });

  // The embedded engine has one connection: there nobody changes anything while another does.
  test.skipIf(engine === "embedded")(
    "[BEY-19] what is handed in while the seller's row is being told stays told: the site is never given an older sum",
    async () => {
      const { sellerId } = await call("POST", "/sellers", {
        ...{ name: "Nafula", pin: "5973", commissionPermille: 0 },
        sites: [{ siteId, floatCents: 100_000 }],
      });
      await tell(siteId, "e7", sale(70, sellerId, 5000));
      const told = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      const publish = createPublish(hub.world, hub.envelope);
      // As an office changes the seller: it has read how they stand, and has yet to tell the site.
      const parts = {
        ...{ world: hub.world, envelope: hub.envelope },
        publish: async (...row: Parameters<typeof publish>) => {
          told.resolve();
          await held.promise;
          await publish(...row);
        },
      };
      const changed = hub
        .database()
        .asProvider(provider.providerId, (tx) => updateSeller(parts, tx, sellerId, { active: true }));
      await told.promise;
      const handedIn = call("POST", `/sellers/${sellerId}/hand-in`, { siteId, amountCents: 3000 }, "hand-in-while");
      const waits = () => vi.waitFor(async () => expect(await lockWaits(hub.database())).toBeGreaterThan(0));
      await Promise.race([handedIn, waits()]).finally(held.resolve);
      await changed;
      expect(await handedIn).toMatchObject({ handedInCents: 3000 });
      const place = {
        providerId: provider.providerId,
        scope: `site:${siteId}`,
        kind: "seller",
        key: sellerId,
      } as const;
      const body = readableBody(hub.envelope, place, await rowOf(siteId, sellerId));
      expect(body).toMatchObject({ settledCents: 3000 });
    },
  );

  test("[BEY-19] a seller's row goes to their sites alone, the PIN in no answer and in clear nowhere", async () => {
    const made = await call("POST", "/sellers", { name: "Night  Desk", pin: "246824", sites: [{ siteId }] });
    expect(JSON.stringify(made)).not.toMatch(/246824|pinHash|salt/);
    const { sellerId } = made;
    const first = await rowOf(siteId, sellerId);
    expect(Object.keys(first ?? {})).toEqual(["sealed"]);
    expect(await rowOf(otherSiteId, sellerId)).toBeUndefined();
    await call("POST", `/sellers/${sellerId}/pin`, { pin: "975310" });
    expect(await rowOf(siteId, sellerId)).not.toEqual(first);
    await call("PATCH", `/sellers/${sellerId}`, { sites: [{ siteId: otherSiteId, floatCents: 1 }] });
    expect(await rowOf(siteId, sellerId)).toBeNull();
    expect(await rowOf(otherSiteId, sellerId)).toBeTruthy();
    expect(await call("POST", `/sellers/${sellerId}/disable`)).toMatchObject({ active: false });
    expect((await call("GET", "/sellers?active=false")).items).toMatchObject([{ sellerId }]);
    expect(await call("POST", "/sellers", { name: "night desk", pin: "1111" })).toMatchObject({
      code: "name-taken",
      field: "name",
    });
    for (const [body, field] of [
      [{ name: "x", pin: "12" }, "pin"],
      [{ name: "", pin: "1234" }, "name"],
      [{ name: "y", pin: "1234", sites: [{ siteId: "nowhere" }] }, "sites"],
      [{ name: "y", pin: "1234", sites: [{ siteId }, { siteId }] }, "sites"],
    ] as const)
      expect([field, await call("POST", "/sellers", body)]).toMatchObject([field, { field }]);
  });

  test("[BEY-14] an outage that a site credited makes what ran there end later at the hub too, each moment once", async () => {
    const hourMs = 3_600_000;
    const started = (name: string, fromMs: number, validUntilMs: number | null = null): Event => ({
      kind: "grant-started",
      grant: {
        ...emptyGrant,
        grantId: name,
        startedAtMs: unixMs(fromMs),
        endsAtMs: unixMs(fromMs + hourMs),
        terms: { ...emptyGrant.terms, validUntilMs: validUntilMs === null ? null : unixMs(validUntilMs) },
      },
      voucher: null,
    });
    const credited = (fromMs: number, toMs: number): Event => {
      return { kind: "outage-credited", fromMs: unixMs(fromMs), toMs: unixMs(toMs) };
    };
    const at = (minutes: number) => nowMs + minutes * 60_000;
    await tell(
      ...([siteId, "e3"] as const),
      ...[started("running", at(0)), started("over", at(-90)), started("dated", at(0), at(70))],
      // 30 minutes, told again with 10 of them new; then 20 in which `running` runs only because of the first.
      ...[credited(at(20), at(50)), started("later", at(60)), credited(at(20), at(60)), credited(at(80), at(100))],
    );
    await tell(otherSiteId, "e3", started("elsewhere", at(0)));
    const { items } = await call("GET", "/grants?limit=100");
    const ends = new Map(items.map((one: { grantId: string; endsAtMs: number }) => [one.grantId, one.endsAtMs]));
    const minutes = (name: string) => ((ends.get(name) as number) - nowMs) / 60_000;
    expect([minutes("running"), minutes("over"), minutes("dated")]).toEqual([120, -30, 70]);
    expect([minutes("later"), minutes("elsewhere")]).toEqual([140, 60]);
    const repeated = { kind: "clock-corrected", boot: 1, stepMs: 60_000 } as const;
    await tell(siteId, "e3", repeated);
    const after = (await call("GET", "/grants?limit=100")).items as { grantId: string; endsAtMs: number }[];
    expect(after.find(({ grantId }) => grantId === "running")?.endsAtMs).toBe(at(121));
  });

  test("[BEY-14] the provider's choice to credit outages goes to the sites with the provider's row, and can be taken back", async () => {
    const outageCredit = { minSeconds: 600, maxSeconds: 7200 };
    expect((await call("GET", "/settings")).outageCredit).toBeNull();
    expect(await call("PATCH", "/settings", { outageCredit })).toMatchObject({ outageCredit });
    const row = () =>
      hub.database().asProvider(provider.providerId, async (tx) => {
        const { rows } = await sql<{ body: object }>`
            select body from feed_rows where scope = 'provider' and kind = 'provider'`.execute(tx);
        return rows[0]?.body;
      });
    expect(await row()).toMatchObject({ outageCredit });
    expect(await call("PATCH", "/settings", { outageCredit: { minSeconds: 600, maxSeconds: 60 } })).toMatchObject({
      status: 400,
      field: "outageCredit.maxSeconds",
    });
    expect(await call("PATCH", "/settings", { name: "Baraka Net" })).toMatchObject({ outageCredit });
    expect(await call("PATCH", "/settings", { outageCredit: null })).toMatchObject({ outageCredit: null });
    expect(await row()).not.toHaveProperty("outageCredit");
  });

  test("[BEY-19] who edits a seller is not told that somebody changed it because it sold meanwhile; and who asks for its figures again gets the new ones", async () => {
    const made = await call("POST", "/sellers", { name: "Busy", pin: "482913", sites: [{ siteId, floatCents: null }] });
    const path = `/api/v1/sellers/${made.sellerId}`;
    const { token } = provider;
    const etag = (await hub.call("GET", path, { token })).headers.get("etag") as string;
    await tell(siteId, "busy", sale(9001, made.sellerId));
    const again = await hub.call("GET", path, { token, headers: { "If-None-Match": etag } });
    expect([again.status, again.body.sites?.[0]?.soldCents], again.text).toEqual([200, 2000]);
    const change = (name: string) => hub.call("PATCH", path, { token, body: { name }, headers: { "If-Match": etag } });
    expect((await change("Busier")).status).toBe(200);
    expect((await change("Later")).status).toBe(412);
  });
});

const emptyGrant = {
  grantId: "",
  origin: "voucher" as const,
  planName: "hour",
  terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
  ...notBegun,
};
