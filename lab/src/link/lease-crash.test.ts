/** A hub that dies while a voucher's lease moves, and answers that get lost: the voucher is given once, and its use is not forgotten. */

import { claimLeaseHandler, type LeaseParts } from "@karibu/cloud/catalogue/leases/claim-lease";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { useHub } from "@karibu/cloud/test-hub";
import { afterEach, expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite, phone, typeCode, use } from "./test-drill-sites.ts";

const lab = useHub("embedded");
const running: DrillSite[] = [];
afterEach(async () => {
  for (const { agent } of running.splice(0)) await agent.stop();
});

/** A home and two more sites that may redeem its batch, and one code of it. */
async function openTown(name: string) {
  const { token, providerId } = await lab.makeProvider(name);
  for (const each of ["Market", "Harbour", "Hospital"]) running.push(await openSite(lab, token, each));
  const [market, harbour, hospital] = running as [DrillSite, DrillSite, DrillSite];
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
  for (const site of running) await until("it holds the batch", () => site.applied.has(`batch:${batchId}`));
  const { items } = (await lab.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body;
  const { code, serial } = items[0] as { code: string; serial: number };
  return { providerId, market, harbour, hospital, code, batchId, serial };
}

type Town = Awaited<ReturnType<typeof openTown>>;

/** A claim at a separate hub process. `diesBeforeTheMove`: the process does nothing after the holder's answer. */
function claimAt({ providerId, batchId, serial }: Town, { siteId }: DrillSite, diesBeforeTheMove = false) {
  const { world, envelope } = lab;
  const database = lab.database();
  let isDead = false;
  const asProvider: typeof database.asProvider = (id, work) =>
    isDead ? Promise.reject(new Error("the hub died")) : database.asProvider(id, work);
  const parts: LeaseParts = {
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
  const { signal } = new AbortController();
  return claimLeaseHandler(parts).answer({ providerId, siteId }, { batchId, serial }, signal);
}

/** What the hub has of it. */
const leaseOf = ({ providerId, batchId, serial }: Town) =>
  lab.database().asProvider(providerId, async (tx) => ({
    lease: await tx
      .selectFrom("voucher_leases")
      .select(["site_id", "use"])
      .where("batch_id", "=", batchId)
      .where("serial", "=", serial)
      .executeTakeFirst(),
    releases: await tx
      .selectFrom("voucher_releases")
      .select("site_id")
      .where("batch_id", "=", batchId)
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
  expect((await leaseOf(town)).lease?.site_id).toBe(harbour.siteId);

  harbour.cut(false);
  await until("its journal tells", async () => (await leaseOf(town)).releases.length === 1, 30_000);
  expect(await redeem(hospital, code, 1)).toMatchObject(whole);
  expect(hospital.agent.state.grants.get(grantId)?.grant.endsAtMs).toBe(endsAtMs);
  expect(await leaseOf(town)).toMatchObject({ lease: { site_id: hospital.siteId }, releases: [] });
  expect(await redeem(harbour, code, 2)).toMatchObject({ kind: "refused", reason: "elsewhere" });
}, 120_000);

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
  expect({ releases, holder: lease?.site_id }).toEqual({ releases: [], holder: hospital.siteId });
}, 120_000);
