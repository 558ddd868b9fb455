/** A hub that is restored from a back-up of before vouchers and packages went to another site: nobody has one whole at both. */

import type { ClaimOutcome } from "@karibu/agent/access/portal-access";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { ownerPassword } from "@karibu/cloud/test-hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { type DrillSite, openSite, phone, report, typeCode, use } from "./test-drill-sites.ts";
import { useRestoredHub } from "./test-restore.ts";

const waitMs = 60_000;
const mb = 1_000_000;
let town: Awaited<ReturnType<typeof openTown>>;
const { lab, lost } = useRestoredHub({
  async live() {
    town = await openTown();
    await redeem(town.market, 0, 1);
    await useHere(town.market, voucher(0), 1, 300);
  },
  async lose() {
    const { market, harbour } = town;
    // Begun before the back-up, and gone on with at the other site.
    expect(await redeem(harbour, 0, 1)).toMatchObject({ kind: "redeemed" });
    await useHere(harbour, voucher(0), 1, 200);
    // Begun at the other site.
    expect(await redeem(harbour, 1, 2)).toMatchObject({ kind: "redeemed" });
    // There and back again.
    for (const site of [market, harbour, market]) {
      expect(await redeem(site, 2, 3)).toMatchObject({ kind: "redeemed" });
      await useHere(site, voucher(2), 3, 100);
    }
    const used = await roam("used");
    expect(await typeCode(harbour, town.bought.used.code, 4)).toBe(used);
    await useHere(harbour, used, 4, 200);
    return { used, waiting: await roam("waiting") };
  },
});

async function openTown() {
  const { token } = await lab.makeProvider("Two sites");
  const market = await openSite(lab, token, "Market");
  const harbour = await openSite(lab, token, "Harbour");
  const call = sureAskerOf(lab, () => token);
  const terms = { validitySeconds: 86_400, dataBytes: 1000 * mb };
  const { planId } = await call("POST", "/plans", { name: "Day", priceCents: 5000, terms });
  const { batchId } = await call("POST", "/vouchers/batches", { planId, quantity: 4, siteId: market.siteId });
  const batch = `/vouchers/batches/${batchId}`;
  await until("its codes are made", async () => (await call("GET", batch)).state === "ready", waitMs);
  await call("PUT", `${batch}/sites`, { siteIds: [harbour.siteId] });
  for (const site of [market, harbour])
    await until("it holds the batch", () => site.applied.has(`batch:${batchId}`), waitMs);
  await call("PUT", "/roaming-sites", { siteIds: [market.siteId, harbour.siteId] });
  const { items } = await call("GET", `/vouchers?batchId=${batchId}`);
  const codes = items.toSorted((one: { serial: number }, other: { serial: number }) => one.serial - other.serial);
  const buy = async () => {
    const order = { siteId: market.siteId, planId, phone: "0722000333", pay: "cash" };
    const { payment } = await call("POST", "/payments/purchase", order);
    const isHere = async () => (await market.agent.portalAccess.claimPurchase(payment.id, phone(9))).kind === "granted";
    await until("the site has it", isHere, waitMs);
    return payment as { id: string; code: string };
  };
  const bought = { used: await buy(), waiting: await buy() };
  return { market, harbour, batchId: batchId as string, codes: codes as { code: string }[], bought, token };
}

const voucher = (serial: number) => `v.${town.batchId}.${serial}`;
const redeem = ({ agent }: DrillSite, serial: number, number: number) =>
  agent.portalAccess.redeem(town.codes[serial]?.code ?? "", phone(number));

let sessions = 0;
const useHere = (site: DrillSite, grantId: string, number: number, megabytes: number) =>
  use(site, grantId, number, {
    bytes: megabytes * mb,
    seconds: 60,
    session: `8040${String(++sessions).padStart(4, "0")}`,
  });

const claim = ({ agent }: DrillSite, what: "used" | "waiting", number: number) =>
  agent.portalAccess.claimRoaming?.(town.bought[what].id, phone(number));

/** What was bought at the one site goes to the other. @returns the grant there */
async function roam(what: "used" | "waiting"): Promise<string> {
  let grantId: string | null = null;
  await until("it is at the other site", async () => {
    grantId = grantOf(await claim(town.harbour, what, 4));
    return grantId?.endsWith(".1") === true;
  });
  return grantId as unknown as string;
}

const grantOf = (outcome: ClaimOutcome | undefined) => (outcome?.kind === "granted" ? outcome.grantId : null);

const leftOf = ({ agent }: DrillSite, number: number, grantId: string) =>
  agent.portalAccess.view(phone(number)).available.find((one) => one.grantId === grantId)?.bytesLeft;

afterAll(async () => {
  for (const site of [town.market, town.harbour]) await site.agent.stop();
});

describe("a hub that was restored", () => {
  let token = "";
  beforeAll(async () => {
    for (const site of [town.market, town.harbour]) {
      site.cut(true);
      site.cut(false);
    }
    token = await lab.logIn("two-sites@provider.test", ownerPassword);
    const packages = () =>
      lab.database().asPlatform("test", (tx) => tx.selectFrom("grant_leases").select("grantId").execute());
    await until("the packages are given back", async () => (await packages()).length === 2, waitMs);
    // The last that each site did.
    const heard = () =>
      lab.database().asPlatform("test", async (tx) => ({
        releases: await tx.selectFrom("grant_releases").select("leaseId").execute(),
        starts: await tx.selectFrom("grant_starts").select("grantId").where("grantId", "like", "%.1").execute(),
      }));
    await until("the journals are here", async () => {
      const { releases, starts } = await heard();
      return releases.length === 2 && starts.some(({ grantId }) => grantId === lost().used);
    });
  }, 120_000);

  test("[BEY-29] a voucher that went on at another site moves back with all that was used, and is worth nothing there then", async () => {
    const { market, harbour } = town;
    expect(await redeem(market, 0, 5)).toMatchObject({ kind: "redeemed" });
    expect(leftOf(market, 5, voucher(0))).toBe(500 * mb);
    expect(leftOf(harbour, 1, voucher(0))).toBeUndefined();
  });

  test("[BEY-29] a voucher that another site has online is refused where it was sold", async () => {
    const { market, harbour } = town;
    await report(harbour, voucher(1), 2, "start", 0);
    expect(await redeem(market, 1, 6)).toMatchObject({ kind: "refused", reason: "elsewhere" });
    await report(harbour, voucher(1), 2, "stop", 400 * mb);
    expect(await redeem(market, 1, 6)).toMatchObject({ kind: "redeemed" });
    expect(leftOf(market, 6, voucher(1))).toBe(600 * mb);
  });

  test("[BEY-29] a voucher that went there and back again is at its last site", async () => {
    const { market, harbour } = town;
    await report(market, voucher(2), 3, "start", 0);
    expect(await redeem(harbour, 2, 7)).toMatchObject({ kind: "refused", reason: "elsewhere" });
    await report(market, voucher(2), 3, "stop", 100 * mb);
    expect(await redeem(harbour, 2, 7)).toMatchObject({ kind: "redeemed" });
    expect(leftOf(harbour, 7, voucher(2))).toBe(600 * mb);
    expect(leftOf(market, 3, voucher(2))).toBeUndefined();
  });

  test.each(["used", "waiting"] as const)(
    "[BEY-29] a bought package that is at another site moves back with what is left of it, and is worth nothing there then (%s)",
    async (what) => {
      const { market, harbour } = town;
      const { [what]: there } = lost();
      const here = there.replace(/1$/, "2");
      await until("it is back", async () => grantOf(await claim(market, what, 8)) === here, waitMs);
      expect(leftOf(market, 8, here)).toBe((what === "used" ? 800 : 1000) * mb);
      await until("the other site has let go of it", () => leftOf(harbour, 4, there) === undefined, waitMs);
    },
  );

  test("[BEY-29] no site gave anything that it did not have", async () => {
    expect((await lab.call("GET", "/api/v1/reports/double-use", { token })).body.items).toEqual([]);
  });
});
