/** Codes of other sites that come by RADIUS: the lease is asked for while the NAS waits. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { ClaimLeaseResult } from "@karibu/protocol/rpc/claim-lease";
import { plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { createTestSite, logInRequest } from "./test-site.ts";

const batch: BatchBody = {
  ...plainBatch,
  planName: "day",
  terms: { ...unlimitedTerms, validitySeconds: seconds(86_400), dataBytes: bytes(1_000_000_000) },
  homeSiteId: "market",
};
const code = encodeVoucherCode(batch, 7);
const unused = { startedAtMs: null, endsAtMs: null, usedBytes: bytes(0), usedSeconds: seconds(0) };

function foreignSite(claimLease: () => Promise<ClaimLeaseResult | null>, homeSiteId = "market") {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 12), "synced");
  const asked: unknown[] = [];
  const site = createTestSite(world, {
    claimLease: (voucher) => {
      asked.push(voucher);
      return claimLease();
    },
  });
  const bridge = { seconds: 1800, dataBytes: 100_000_000 };
  site.put({ kind: "provider", key: "provider", body: { name: "Baraka", locale: "en", bridge } });
  site.put({ kind: "site", key: "site", body: { siteId: "bus park", name: "Bus park", interimSeconds: 300 } });
  site.put({ kind: "batch", key: "b1", body: { ...batch, homeSiteId } });
  const ask = async (user: string, password = user) => {
    const request = logInRequest(user, password);
    const preparing = site.access.prepare?.(request) ?? null;
    const decision = site.access.logIn(request, preparing === null ? undefined : await preparing);
    return decision.kind === "accept" ? decision.grantId : decision.reason;
  };
  return { ...site, world, asked, ask };
}

test("[BEY-04] the hub gives the lease: the whole voucher begins, before the feed's row has come", async () => {
  const { ask, asked, log } = foreignSite(async () => ({ kind: "leased", use: unused }));
  expect(await ask(code, "")).toBe("v.b1.7");
  expect(asked).toEqual([{ batchId: "b1", serial: 7 }]);
  expect(log.records).toContainEqual(expect.objectContaining({ kind: "grant-started", grant: expect.anything() }));
  expect(log.records.some((record) => "bridge" in record)).toBe(false);
  // It is ours now: nobody is asked again.
  expect(await ask(code, "")).toBe("v.b1.7");
  expect(asked).toHaveLength(1);
});

test("[BEY-04] the holder has it in use: refused, with the reason that the portal gives too", async () => {
  const { ask } = foreignSite(async () => ({ kind: "elsewhere", siteName: "Market" }));
  expect(await ask(code)).toBe("elsewhere");
});

test("[BEY-04] nobody can be asked, or not in a time that leaves the NAS and the disk theirs: the bridge, once", async () => {
  const away = foreignSite(async () => null);
  expect(await away.ask(code)).toBe("b.b1.7");
  const slow = foreignSite(() => new Promise(() => {}));
  const answer = slow.ask(code);
  slow.world.advance(2000);
  expect(await answer).toBe("b.b1.7");
  const failing = foreignSite(() => Promise.reject(new Error("a bug")));
  expect(await failing.ask(code)).toBe("b.b1.7");
});

test("nobody is asked for what needs no lease, nor on the word of who does not know the password", () => {
  const { access, asked } = foreignSite(async () => null);
  const prepare = (user: string, password = user) => access.prepare?.(logInRequest(user, password));
  expect(prepare("0000000000")).toBeNull();
  expect(prepare("AA:BB:CC:DD:EE:01")).toBeNull();
  expect(prepare(code, "guess")).toBeNull();
  expect(prepare("t-0123")).toBeNull();
  const atHome = foreignSite(async () => null, "bus park");
  expect(atHome.access.prepare?.(logInRequest(code, ""))).toBeNull();
  expect([...asked, ...atHome.asked]).toEqual([]);
});

test("a code that went to another site and whose row says so is asked for at its home as well", async () => {
  const { ask, asked, put } = foreignSite(async () => ({ kind: "elsewhere", siteName: "Harbour" }), "bus park");
  put({ kind: "voucher", key: "b1/7", body: { state: "transferred", atMs: 1, siteId: "harbour", use: unused } });
  expect(await ask(code)).toBe("elsewhere");
  expect(asked).toHaveLength(1);
});

test("a crowd of questions has an end: the rest gets the bridge at once", async () => {
  const { access, asked } = foreignSite(() => new Promise(() => {}));
  const prepared = Array.from({ length: 40 }, (_, serial) =>
    access.prepare?.(logInRequest(encodeVoucherCode(batch, serial), "")),
  );
  expect(prepared.filter((one) => one !== null)).toHaveLength(32);
  expect(asked).toHaveLength(32);
});
