/** Rows of sales that leave a site: what was not begun there is worth nothing more; what was begun was paid for, and runs to its own end. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { notBegun, plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import { releaseLease } from "../grants/lease.ts";

const terms: Terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
const batch: BatchBody = { ...plainBatch, planName: "Hour", terms };
const [begun, unused] = [encodeVoucherCode(batch, 7), encodeVoucherCode(batch, 8)] as const;
const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };
const another = { mac: "AA:BB:CC:DD:EE:02", address: "10.5.50.12" };

async function siteWith(row: Parameters<ReturnType<typeof createTestSite>["put"]>[0], name: string) {
  const world = createSimulatedWorld();
  const off: string[] = [];
  const disconnect = async ({ sessionId }: { sessionId: string }) => {
    off.push(sessionId);
    return "ack" as const;
  };
  const site = createTestSite(world, { coa: { disconnect } });
  site.put(row);
  const decision = site.access.logIn(logInRequest(name, name, phone));
  if (decision.kind !== "accept") throw new Error(decision.reason);
  const { grantId } = decision;
  await site.access.account(reportOf("start", { user: name, grantId, ...phone }));
  const accepts = (user: string, host: typeof phone) => site.access.logIn(logInRequest(user, user, host)).kind;
  return { ...site, world, off, grantId, accepts };
}

test("a batch leaves: who began a voucher of it here stays and comes back until its own end; its other codes are nothing here", async () => {
  const site = await siteWith({ kind: "batch", key: "b1", body: batch }, begun);
  expect(site.accepts(unused, another)).toBe("accept");
  const third = encodeVoucherCode(batch, 9);
  site.put({ kind: "batch", key: "b1", body: null });
  await site.sweeper.sweep();
  expect(site.off).toEqual([]);
  expect(site.accepts(phone.mac, phone)).toBe("accept");
  expect(site.accepts(third, { ...another, mac: "AA:BB:CC:DD:EE:03" })).toBe("reject");
  site.world.advance(3_601_000);
  await site.sweeper.sweep();
  expect(site.off).toEqual(["80100001"]);
  expect(site.accepts(phone.mac, phone)).toBe("reject");
});

test("a lease goes to another site only when nobody is online by it here, and then nothing lets anybody in", async () => {
  const site = await siteWith({ kind: "batch", key: "b1", body: batch }, begun);
  expect(await releaseLease(site.site, site.grantId)).toMatchObject({ kind: "in-use" });
  expect(site.accepts(phone.mac, phone)).toBe("accept");
  await site.access.account(reportOf("stop", { user: begun, grantId: site.grantId, ...phone, online: 60 }));
  expect(await releaseLease(site.site, site.grantId)).toMatchObject({ kind: "released" });
  expect(site.accepts(phone.mac, phone)).toBe("reject");
  expect(site.accepts(begun, phone)).toBe("reject");
});

test("a bought grant's row leaves after its end: it gives nothing more; while its lease is here, it runs to its own end", async () => {
  const own = { grantId: "p.1", origin: "purchase" as const, planName: "Hour", terms };
  const grant = { ...own, ...notBegun };
  const body = { grant, purchaseId: "1", code: "4829137750", phoneHint: null };
  const site = await siteWith({ kind: "grant", key: "p.1", body }, "4829137750");
  site.put({ kind: "grant", key: "p.1", body: null });
  await site.sweeper.sweep();
  expect(site.off).toEqual([]);
  site.world.advance(3_601_000);
  await site.sweeper.sweep();
  expect(site.off).toEqual(["80100001"]);
  expect(site.accepts(phone.mac, phone)).toBe("reject");
});

test("a device's place is taken away: its MAC lets nobody in", async () => {
  const site = await siteWith({ kind: "batch", key: "b1", body: batch }, begun);
  const { device = "" } = site.state.slots.get(site.grantId)?.[0] ?? {};
  await site.recorder.record([{ kind: "device-unbound", grantId: site.grantId, device, forGood: true }]);
  expect(site.accepts(phone.mac, phone)).toBe("reject");
});
