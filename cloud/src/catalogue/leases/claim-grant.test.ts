/** A site asks for what another one holds, and that is away. The moves themselves: `lab/src/link/lease-crash.test.ts`. */
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { createPurchaseGrants } from "../grants/purchase-grant.ts";
import { claimGrantHandler } from "./claim-grant.ts";
import { claimLeaseHandler } from "./claim-lease.ts";

const hub = useHub("embedded");
const hourMs = 3_600_000;

/** A customer's package, bought at a site that is away; another site asks for it. */
async function openTown(name: string) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = askerOf(hub, () => token);
  const siteOf = async (site: string) => (await call("POST", "/sites", { name: site })).body.site.siteId as string;
  const [home, other] = [await siteOf("Harbour"), await siteOf("Market")];
  await call("PUT", "/roaming-sites", { siteIds: [home, other] });
  const phone = "254711000011";
  const { customerId } = (await call("POST", "/customers", { name: "Kamau", phone: `0${phone.slice(3)}` })).body;
  const { world, envelope } = hub;
  const { parties } = hub.hub();
  const parts = { world, parties, publish: createPublish(world, envelope), emit: createEmit(world) };
  const inProvider = <T>(work: (tx: Tx) => Promise<T>) => hub.database().asProvider(providerId, work);
  const paid = { providerId, purchaseId: "paid-1", siteId: home, planName: "A day", terms: unlimitedTerms, code: null };
  const party = parties.ofPhone(providerId, phone);
  await inProvider((tx) => createPurchaseGrants(parts).open(tx, { ...paid, party }, false));
  const { grantId } = await inProvider((tx) => tx.selectFrom("grants").select("grantId").executeTakeFirstOrThrow());
  const away = { ...parts, database: hub.database(), call: () => Promise.reject(new Error("the home is away")) };
  const { signal } = new AbortController();
  const asker = { providerId, siteId: other };
  /** It began at home, and ends so many hours from now. */
  const begins = (begun: string, endsInHours: number) =>
    inProvider((tx) => {
      const nowMs = world.clock.wall().atMs;
      const times = { startedAtMs: nowMs - 100 * hourMs, endsAtMs: nowMs + endsInHours * hourMs, receivedAtMs: nowMs };
      const row = {
        providerId,
        grantId: begun,
        siteId: home,
        origin: "purchase" as const,
        planName: "A day",
        ...times,
      };
      return tx
        .insertInto("grant_starts")
        .values({ ...row, epoch: "e1", seq: 1 })
        .onConflict((on) => on.columns(["providerId", "grantId", "siteId"]).doUpdateSet(times))
        .execute();
    });
  return {
    ...{ call, home, other, customerId, grantId, begins },
    claim: () => claimGrantHandler(away).answer(asker, { purchaseId: "paid-1" }, signal),
    claimVoucher: (batchId: string) => claimLeaseHandler(away).answer(asker, { batchId, serial: 0 }, signal),
  };
}

test("[BEY-04] [CUS-02] what a customer who is switched off bought gives no bridge either, where its site is away", async () => {
  const { call, claim, customerId } = await openTown("Switched off");
  expect(await claim()).toMatchObject({ kind: "bridge", siteName: "Harbour" });
  await call("POST", `/customers/${customerId}/deactivate`);
  expect(await claim()).toEqual({ kind: "elsewhere", siteName: "Harbour" });
  await call("POST", `/customers/${customerId}/activate`);
  expect(await claim()).toMatchObject({ kind: "bridge" });
});

test("[BEY-04] what was over a day ago, as its own site told, gives no bridge: a used paper, or an old receipt, is worth nothing where its site is away", async () => {
  const { call, home, other, grantId, begins, claim, claimVoucher } = await openTown("Used up");
  const plan = { name: "Day", priceCents: 5000, terms: { validitySeconds: 86_400 } };
  const { planId } = (await call("POST", "/plans", plan)).body;
  const { batchId } = (await call("POST", "/vouchers/batches", { planId, quantity: 1, siteId: home })).body;
  await call("PUT", `/vouchers/batches/${batchId}/sites`, { siteIds: [other] });
  const kinds = async (endsInHours: number) => {
    await begins(grantId, endsInHours);
    await begins(voucherGrantId({ batchId, serial: 0 }), endsInHours);
    return [await claim(), await claimVoucher(batchId)].map((answer) => (answer as { kind: string }).kind);
  };
  expect(await kinds(1)).toEqual(["bridge", "bridge"]);
  // An outage that its site has still to credit may prolong it.
  expect(await kinds(-23)).toEqual(["bridge", "bridge"]);
  expect(await kinds(-25)).toEqual(["elsewhere", "elsewhere"]);
});
