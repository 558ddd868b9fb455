/** A hub that dies while a voucher's lease moves, and answers that get lost: the voucher is given once, and its use is not forgotten. */

import { claimGrantHandler } from "@karibu/cloud/catalogue/leases/claim-grant";
import { claimLeaseHandler, type LeaseParts } from "@karibu/cloud/catalogue/leases/claim-lease";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { useHub } from "@karibu/cloud/test-hub";
import { newId } from "@karibu/protocol/identifiers";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, onTestFinished, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite, phone, startSiteOfTest, typeCode, use } from "./test-drill-sites.ts";

const lab = useHub("embedded");
/** A home and two more sites that may redeem its batch, and one code of it. */
async function openTown(name: string) {
  const { token, providerId } = await lab.makeProvider(name);
  const open = async (site: string) => {
    const opened = await openSite(lab, token, site);
    onTestFinished(() => opened.agent.stop());
    return opened;
  };
  const sites = [await open("Market"), await open("Harbour"), await open("Hospital")] as const;
  const [market, harbour, hospital] = sites;
  const plan = await lab.call("POST", "/api/v1/plans", {
    token,
    body: { name: `${name} day`, priceCents: 5000, terms: { validitySeconds: 86_400, dataBytes: 1_000_000_000 } },
  });
  const order = { planId: plan.body.planId, quantity: 3, siteId: market.siteId };
  const { batchId } = (await lab.call("POST", "/api/v1/vouchers/batches", { token, body: order })).body;
  const batchPath = `/api/v1/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await lab.call("GET", batchPath, { token })).body.state === "ready");
  const siteIds = [harbour.siteId, hospital.siteId];
  await lab.call("PUT", `${batchPath}/sites`, { token, body: { siteIds } });
  for (const site of sites) await until("it holds the batch", () => site.applied.has(`batch:${batchId}`));
  const { items } = (await lab.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body;
  const { code, serial } = items[0] as { code: string; serial: number };
  return { token, providerId, market, harbour, hospital, planId: plan.body.planId, code, batchId, serial };
}

type Town = Awaited<ReturnType<typeof openTown>>;

/** A separate hub process. `diesBeforeTheMove`: it does nothing after the holder's answer. `aheadMs`: of its clock. */
function hubProcess(diesBeforeTheMove: boolean, aheadMs = 0): LeaseParts {
  const { envelope } = lab;
  const wall = () => ({ ...lab.world.clock.wall(), atMs: unixMs(lab.world.clock.wall().atMs + aheadMs) });
  const world = { ...lab.world, clock: { ...lab.world.clock, wall } };
  const database = lab.database();
  let isDead = false;
  const asProvider: typeof database.asProvider = (id, work) =>
    isDead ? Promise.reject(new Error("the hub died")) : database.asProvider(id, work);
  return {
    world,
    database: { ...database, asProvider },
    parties: lab.hub().parties,
    publish: createPublish(world, envelope),
    emit: createEmit(world),
    async call(...what) {
      const answer = await lab.hub().link.call(...what);
      isDead = diesBeforeTheMove;
      return answer;
    },
  };
}

/** A site's claim there. */
function claimAt({ providerId, batchId, serial }: Town, { siteId }: DrillSite, diesBeforeTheMove = false, aheadMs = 0) {
  const { signal } = new AbortController();
  return claimLeaseHandler(hubProcess(diesBeforeTheMove, aheadMs)).answer(
    { providerId, siteId },
    { batchId, serial },
    signal,
  );
}

/** What the hub has of it. */
const leaseOf = ({ providerId, batchId, serial }: Town) =>
  lab.database().asProvider(providerId, async (tx) => ({
    lease: await tx
      .selectFrom("voucher_leases")
      .select(["siteId", "use"])
      .where("batchId", "=", batchId)
      .where("serial", "=", serial)
      .executeTakeFirst(),
    releases: await tx
      .selectFrom("voucher_releases")
      .select("siteId")
      .where("batchId", "=", batchId)
      .where("serial", "=", serial)
      .execute(),
  }));

const redeem = ({ agent }: DrillSite, code: string, number: number) => agent.portalAccess.redeem(code, phone(number));
const whole = { kind: "redeemed", grantId: expect.stringMatching(/^v\./) };

test("[BEY-04] the hub dies between a voucher's second release and its move: no site gives it twice, and the next claim moves it", async () => {
  const town = await openTown("Crash");
  const { harbour, hospital, code } = town;
  const grantId = await typeCode(harbour, code, 1); // the home's release, and the first move
  const { endsAtMs } = harbour.agent.state.grants.get(grantId)?.grant ?? { endsAtMs: null };
  await until("its row has come", () => harbour.heardOf(town.serial), 30_000);

  await expect(claimAt(town, hospital, true)).rejects.toThrow("the hub died");
  // The row that brought it here still says that it is here: what the site let go of, it must not give all the same.
  harbour.cut(true);
  expect(await redeem(harbour, code, 2)).toMatchObject({ kind: "refused", reason: "elsewhere" });
  expect((await leaseOf(town)).lease?.siteId).toBe(harbour.siteId);

  harbour.cut(false);
  await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);
  expect(await redeem(hospital, code, 1)).toMatchObject(whole);
  expect(hospital.agent.state.grants.get(grantId)?.grant.endsAtMs).toBe(endsAtMs);
  expect(await leaseOf(town)).toMatchObject({ lease: { siteId: hospital.siteId }, releases: [] });
  expect(await redeem(harbour, code, 2)).toMatchObject({ kind: "refused", reason: "elsewhere" });
}, 120_000);

test("[BEY-04] a voucher that its site has just let go of, of which the hub does not know yet, begins no second time there", async () => {
  const town = await openTown("Let go");
  const { market, harbour, code, batchId, serial, providerId } = town;
  const grantId = await typeCode(market, code, 1);
  await use(market, grantId, 1, { bytes: 300_000_000, seconds: 600 });
  await expect(claimAt(town, harbour, true)).rejects.toThrow("the hub died");
  await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);
  // As before it told.
  await lab
    .database()
    .asProvider(providerId, (tx) =>
      tx.deleteFrom("voucher_releases").where("batchId", "=", batchId).where("serial", "=", serial).execute(),
    );
  expect(await redeem(market, code, 2)).toMatchObject({ kind: "refused", reason: "elsewhere" });
}, 120_000);

test("[CUS-18] [BEY-04] a PIN that its customer chose where the code was holds where it goes, though that site's journal is still on its way", async () => {
  const town = await openTown("Guarded");
  const { harbour, code, providerId, batchId, serial } = town;
  const use = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };
  const guard = { guardId: "chosen-there", paused: false, pin: { salt: "0a".repeat(16), hash: "0b".repeat(32) } };
  const parts = { ...hubProcess(false), call: async () => ({ kind: "released", use, guard }) as never };
  const asker = { providerId, siteId: harbour.siteId };
  const { signal } = new AbortController();
  const answer = await claimLeaseHandler(parts).answer(asker, { batchId, serial }, signal);
  expect(answer).toMatchObject({ kind: "leased" });
  await until("it holds there", async () => (await typeCode(harbour, code, 1)) === "wrong-password", 30_000);
}, 120_000);

longTest(
  "[BEY-04] a hub process whose clock was ahead moved a lease: the others move it on, by a release that came in a journal and by one that was just asked for",
  async () => {
    const town = await openTown("Ahead");
    const { market, harbour, hospital, code } = town;
    expect(await claimAt(town, harbour, false, 7_200_000)).toMatchObject({ kind: "leased" });
    await until("its row has come", () => harbour.heardOf(town.serial), 30_000);
    await expect(claimAt(town, hospital, true)).rejects.toThrow("the hub died");
    await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);
    expect(await claimAt(town, hospital)).toMatchObject({ kind: "leased" });
    const row = `voucher ${town.serial}`;
    await until("the next site's row has come", () => hospital.heardOfRow(row, 2), 30_000);
    expect(await claimAt(town, market)).toMatchObject({ kind: "leased" });
    await until("it is at home again", () => market.heardOfRow(row, 3), 30_000);
    expect(await claimAt(town, harbour)).toMatchObject({ kind: "leased" });
    expect(await redeem(harbour, code, 1)).toMatchObject(whole);
  },
  120_000,
);

test("[BEY-04] the answer that gave a site the lease is lost: the earlier use is not forgotten when it continues", async () => {
  const town = await openTown("Lost");
  const { market, harbour, hospital, code } = town;
  const grantId = await typeCode(market, code, 1);
  await use(market, grantId, 1, { bytes: 300_000_000, seconds: 600 });
  expect(await claimAt(town, harbour)).toMatchObject({ kind: "leased", use: { usedBytes: 300_000_000 } });
  expect(await redeem(hospital, code, 2)).toMatchObject(whole);
  const left = hospital.agent.portalAccess.view(phone(2)).available.find((one) => one.grantId === grantId);
  expect(left).toMatchObject({ bytesLeft: 700_000_000 });
  const { releases, lease } = await leaseOf(town);
  expect({ releases, holder: lease?.siteId }).toEqual({ releases: [], holder: hospital.siteId });
}, 120_000);

/** The site's stick dies, and an empty one takes its place. Resolves once the hub has told what the site did. */
async function withEmptyStick({ token }: Town, { siteId, agent }: DrillSite): Promise<DrillSite> {
  await agent.stop({ drainMs: 60_000 });
  const { body } = await lab.call("POST", `/api/v1/sites/${siteId}/enrolment-token`, { token });
  const again = await startSiteOfTest(lab, { siteId, enrolToken: body.enrolmentToken });
  await until("the new stick is told", () => again.agent.state.memory.recalled !== null, 60_000);
  return again;
}

test.each(inLongRunAll([{ begun: false }, { begun: true }], ({ begun }) => begun))(
  "[BEY-04][BEY-28] NO-AMNESIA: a lease was released, has not moved, and the stick dies: no site gives the code twice, and it goes on where it is claimed (begun there: $begun)",
  async ({ begun }) => {
    const town = await openTown(begun ? "Begun and released" : "Released");
    const { harbour, hospital, code } = town;
    if (begun) await use(harbour, await typeCode(harbour, code, 1), 1, { bytes: 300_000_000, seconds: 600 });
    else expect(await claimAt(town, harbour)).toMatchObject({ kind: "leased" });
    await until("its row has come", () => harbour.heardOf(town.serial), 30_000);
    await expect(claimAt(town, hospital, true)).rejects.toThrow("the hub died");
    await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);

    const again = await withEmptyStick(town, harbour);
    await until("it holds the batch", () => again.applied.has(`batch:${town.batchId}`), 60_000);
    again.cut(true);
    expect(await redeem(again, code, 2)).toMatchObject({ kind: "refused", reason: "elsewhere" });
    // The hub knows of the release, so it asks nobody.
    expect(await redeem(hospital, code, 3)).toMatchObject(whole);
    const left = hospital.agent.portalAccess.view(phone(3)).available.map(({ bytesLeft }) => bytesLeft);
    expect(left).toEqual([begun ? 700_000_000 : 1_000_000_000]);
    again.cut(false);
    await until("the way to the hub is open", () => again.agent.hub.state === "connected", 60_000);
    expect(await redeem(again, code, 2)).toMatchObject(whole);
    expect(await leaseOf(town)).toMatchObject({ lease: { siteId: again.siteId }, releases: [] });
    hospital.cut(true);
    expect(await redeem(hospital, code, 3)).toMatchObject({ kind: "refused", reason: "elsewhere" });
  },
  180_000,
);

test("[BEY-04][BEY-28] NO-AMNESIA: what was released before the stick died comes back: it is given again only by the hub's newer row", async () => {
  const town = await openTown("Came back");
  const { market, harbour, code } = town;
  const grantId = await typeCode(harbour, code, 1);
  await until("its row has come", () => harbour.heardOf(town.serial), 30_000);
  await expect(claimAt(town, market, true)).rejects.toThrow("the hub died");
  await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);
  const again = await withEmptyStick(town, harbour);
  // Nobody took it: the site claims its own lease again.
  expect(await typeCode(again, code, 2)).toBe(grantId);
  expect(await leaseOf(town)).toMatchObject({ lease: { siteId: harbour.siteId }, releases: [] });
}, 180_000);

longTest(
  "[BEY-04][BEY-28] NO-AMNESIA: a bought package was released, has not moved, and the stick dies: only the site that claims it opens it",
  async () => {
    const town = await openTown("Package");
    const { token, providerId, market, hospital } = town;
    const siteIds = [market.siteId, hospital.siteId];
    expect(await lab.call("PUT", "/api/v1/roaming-sites", { token, body: { siteIds } })).toMatchObject({ status: 200 });
    const headers = { "Idempotency-Key": newId(lab.world) };
    const order = { siteId: market.siteId, planId: town.planId, phone: "0722000333", pay: "cash" };
    const sold = await lab.call("POST", "/api/v1/payments/purchase", { token, headers, body: order });
    const purchaseId = sold.body.payment.id as string;
    const open = ({ agent }: DrillSite) => agent.portalAccess.claimPurchase(purchaseId, phone(1));
    await until("the site has it", async () => (await open(market)).kind === "granted", 60_000);
    const { grantId } = (await open(market)) as { grantId: string };

    const { signal } = new AbortController();
    const { siteId } = hospital;
    const claimed = claimGrantHandler(hubProcess(true)).answer({ providerId, siteId }, { purchaseId }, signal);
    await expect(claimed).rejects.toThrow("the hub died");
    const releases = () =>
      lab.database().asProvider(providerId, (tx) => tx.selectFrom("grant_releases").select("siteId").execute());
    await until("its journal tells", async () => (await releases()).length === 1, 60_000);

    const again = await withEmptyStick(town, market);
    await until("it has the row again", () => again.heardOfRow(`grant ${grantId}`, 1), 60_000);
    again.cut(true);
    expect(await open(again)).toEqual({ kind: "wait" });
    const claim = () => hospital.agent.portalAccess.claimRoaming?.(purchaseId, phone(2));
    await until("it is at the other site", async () => (await claim())?.kind === "granted", 60_000);
  },
  180_000,
);
