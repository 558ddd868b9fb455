/** What only sites and channels bring to a business, so that every page of the console has something to show. */
import { createTestIntake } from "@karibu/cloud/test-intake";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { expect, vi } from "vitest";
import type { TestBusiness } from "./test-business.ts";
import { customerPhone } from "./test-sample-business.ts";

const minuteMs = 60_000;

/** People online and gone, an alarm, a sale for cash at the site, a package that renews itself, a callback that matches nothing. */
export async function fillPages({ hub, business, ask }: TestBusiness): Promise<void> {
  const { providerId, siteId, channelId, token } = business;
  const [seller] = (await ask("/sellers")).items;
  const [plan] = (await ask("/plans")).items;
  const nowMs = hub.world.clock.wall().atMs;
  const saleId = "cd".repeat(16);
  const ofPlan = { planName: "1 hour", terms: { ...unlimitedTerms, validitySeconds: seconds(3600) } };
  const unused = { startedAtMs: null, endsAtMs: null, revokedAtMs: null, unverified: false };
  const grant = { grantId: `c.${saleId}`, origin: "voucher", ...ofPlan, ...unused };
  const session = (key: string, mac: string, address: string) => ({
    kind: "session-started",
    sessionKey: key,
    sessionId: key,
    nas: "hotspot",
    grantId: grant.grantId,
    user: "4821993017",
    mac,
    address,
    startedAtMs: unixMs(nowMs - 25 * minuteMs),
  });
  const used = { inputBytes: 31_000_000, outputBytes: 420_000_000, onlineSeconds: 1500 };
  const events = [
    {
      kind: "cash-sale",
      saleId,
      sellerId: seller.sellerId,
      planId: plan.planId,
      priceCents: cents(2000),
      currency: "KES",
      code: "4821993017",
      grant,
      phone: "254722000444",
    },
    {
      kind: "grant-started",
      grant: { ...grant, startedAtMs: nowMs - 25 * minuteMs, endsAtMs: nowMs + 35 * minuteMs },
      voucher: null,
    },
    session("s-1", "02:00:5E:00:53:01", "10.5.50.21"),
    session("s-2", "02:00:5E:00:53:02", "10.5.50.22"),
    { ...used, kind: "session-used", sessionKey: "s-1" },
    { ...used, kind: "session-stopped", sessionKey: "s-2", cause: "user-request", stoppedAtMs: unixMs(nowMs) },
    { kind: "alarm", name: "seller-locked", fields: { seller: "akinyi at the market", locks: 2 } },
  ];
  const records = events.map((event, index) => ({
    seq: index + 1,
    clock: "synced",
    upMs: index + 1,
    atMs: unixMs(nowMs),
    ...event,
  }));
  const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
  await intake.take(providerId, { siteId, epoch: "e1", records });

  await restoreOnce(hub, { providerId, siteId, nowMs });
  const renewed = { phone: customerPhone, planId: plan.planId, siteId };
  const answer = await hub.call("POST", "/api/v1/subscriptions", { token, body: renewed });
  if (answer.status !== 201) throw new Error(`a renewal: ${answer.text}`);

  const post = async (path: string, body: object) => {
    const made = await hub.call("POST", `/api/v1${path}`, { token, body });
    if (made.status !== 201) throw new Error(`${path}: ${made.text}`);
    return made.body;
  };
  const { customerId } = await post("/customers", { name: "Wanjiru Kamau" });
  const line = { customerId, username: "home.wanjiru", planId: plan.planId, siteIds: [siteId] };
  const { accountId } = await post("/accounts", line);
  await post("/subscriptions", { customerId, accountId, planId: plan.planId });
  await post("/accounts", { ...line, username: "office.free", billing: "free", freeReason: "Our own office" });

  const { addresses } = await ask(`/channels/${channelId}`);
  const hooks = new URL(addresses[0].url).pathname.replace(/(\/hooks\/k\/[^/]+)\/.*/, "$1");
  const headers = { "content-type": "application/json" };
  await fetch(`${hub.url()}${hooks}/s/nobodys`, { method: "POST", body: '{"from":"nobody"}', headers });
  await vi.waitFor(async () => expect((await ask("/unmatched-callbacks")).items).toHaveLength(1), { timeout: 30_000 });
}

/** The hub was restored some hours ago: a batch and a package are back, and one row could not be taken. */
async function restoreOnce(
  { database }: TestBusiness["hub"],
  { providerId, siteId, nowMs }: { readonly providerId: string; readonly siteId: string; readonly nowMs: number },
): Promise<void> {
  const generation = "g-restored";
  const atMs = nowMs - 90 * minuteMs;
  const row = { providerId, siteId, generation, version: 7, atMs };
  await database().asPlatform("test", async (tx) => {
    const restore = { generation, backUpAtMs: atMs - 240 * minuteMs, restoredAtMs: atMs };
    await tx.insertInto("restores").values(restore).execute();
    const counts = { offered: 3, taken: 2, kept: 1, gone: 0, bytes: 2400, leftOver: 0, records: 41 };
    await tx
      .insertInto("restored_sites")
      .values({ providerId, siteId, generation, ...counts, begunAtMs: atMs, doneAtMs: atMs })
      .execute();
    await tx
      .insertInto("restored_rows")
      .values([
        { ...row, kind: "batch", key: "b-lost", verdict: "taken", reason: "lost", label: "1 hour × 200" },
        { ...row, kind: "voucher", key: "b-old.3", verdict: "taken", reason: "revoked-again", label: "" },
        { ...row, kind: "grant", key: "g-lost.1", verdict: "kept", reason: "lease-moved", label: "1 day" },
      ])
      .execute();
    const again = { providerId, generation, revokedAtMs: atMs - 60 * minuteMs, repeatedAtMs: atMs };
    await tx
      .insertInto("revoked_again")
      .values([
        { ...again, what: "token-revoked", subjectId: "t-1", label: "till" },
        { ...again, what: "person-dismissed", subjectId: "u-1", label: "Otieno" },
      ])
      .execute();
  });
}
