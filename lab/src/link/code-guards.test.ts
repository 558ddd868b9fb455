/** A customer guards a code at the site: the hub echoes it, staff lift it, and a new stick still knows it. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test } from "vitest";
import { until } from "./link-ends.ts";
import { phone, type SiteStart, startSiteOfTest, typeCode } from "./test-drill-sites.ts";
import { openTestShop } from "./test-shop.ts";

const lab = useHub(anyEngine);
const waitMs = 60_000;
const start = (of: SiteStart) => startSiteOfTest(lab, of);

test("[CUS-18] a pause and a PIN that were chosen while the hub was away hold, reach the hub, outlive the stick, and are lifted by staff", async () => {
  const { site, call, codesOf } = await openTestShop(lab, start, "Guarded codes", null);
  const [code = ""] = await codesOf("A day", { validitySeconds: 86_400, dataBytes: 1_000_000_000 });
  await call("PATCH", "/settings", { codeGuard: { mayPause: true, mayPin: true, movesPerDay: 1 } });
  const grantId = await typeCode(site, code, 1);
  expect(grantId).toMatch(/^v\./);
  await until("the site knows the rule", () => site.agent.ownGrants.list(phone(1))[0]?.movesLeft === 1, waitMs);
  site.cut(true);
  await until("the hub is away", () => site.agent.hub.state === "away", waitMs);
  expect(await site.agent.ownGrants.choosePin(phone(1), { grantId, pin: "", chosen: "4711" })).toEqual({
    kind: "done",
  });
  expect(await typeCode(site, code, 2)).toBe("wrong-password");
  expect(await site.agent.portalAccess.redeem(code, phone(2), "4711")).toMatchObject({ kind: "redeemed" });
  expect(await site.agent.portalAccess.redeem(code, phone(1), "4711")).toMatchObject({ reason: "moved-too-often" });
  await site.agent.ownGrants.pause(phone(2), grantId);
  site.cut(false);
  const path = `/sites/${site.siteId}/grants/${grantId}`;
  await until("staff see it", async () => (await call("GET", `${path}/changes`)).guard?.isPaused === true, waitMs);
  await site.agent.stop({ drainMs: waitMs });

  const { enrolmentToken } = await call("POST", `/sites/${site.siteId}/enrolment-token`);
  const again = await start({ siteId: site.siteId, enrolToken: enrolmentToken });
  await until("the new stick was told", () => again.agent.state.memory.recalled !== null, waitMs);
  await until("it knows the guard", async () => (await typeCode(again, code, 3)) === "wrong-password", waitMs);
  expect(await again.agent.portalAccess.redeem(code, phone(2))).toMatchObject({ reason: "paused" });
  expect(await call("POST", `${path}/lift-guard`, { reason: "Forgot the PIN" })).toMatchObject({ guard: null });
  await until("it goes on", async () => (await typeCode(again, code, 2)) === grantId, waitMs);
  // By a phone that was not refused a moment ago: such a one may be told to wait first.
  const typed = async () => (await typeCode(again, code, 4)) === "moved-too-often";
  await until("the moves of the day were told too", typed, waitMs);
}, 240_000);

test("[CUS-16] staff put a television online at a code that nobody has used, at its own site, and off again; another provider can't", async () => {
  const { site, call, codesOf } = await openTestShop(lab, start, "A television", null);
  const [code = ""] = await codesOf("A day", { validitySeconds: 86_400, devices: 1 });
  const { items } = await call("GET", `/vouchers?code=${code}`);
  const devices = `/sites/${site.siteId}/grants/v.${items[0].voucherId}/devices`;
  const mac = "AC:BB:CC:DD:EE:02";
  expect(await call("GET", devices)).toEqual({ places: 1, taken: 0, held: [], seen: null });
  expect(await call("POST", devices, { mac: "ac-bb-cc-dd-ee-02" })).toEqual({ outcome: "bound" });
  expect(await call("GET", devices)).toMatchObject({ taken: 1, held: [{ mac, online: false, added: true }] });
  expect(await call("POST", devices, { mac: "AC:BB:CC:DD:EE:03" })).toMatchObject({ code: "too-many-devices" });
  const stranger = await lab.makeProvider("A stranger");
  const asStranger = { token: stranger.token, body: { mac } };
  expect(await lab.call("POST", `/api/v1${devices}/remove`, asStranger)).toMatchObject({ status: 404 });
  await call("POST", `${devices}/remove`, { mac });
  expect(await call("POST", `${devices}/remove`, { mac })).toMatchObject({ status: 404 });
  expect(await call("GET", devices)).toMatchObject({ taken: 0, held: [] });
  const { items: audited } = await call("GET", "/audit?limit=50");
  const kept = (audited as { path?: string }[]).filter((one) => JSON.stringify(one).includes("/devices"));
  expect(kept.length, JSON.stringify(audited).slice(0, 400)).toBeGreaterThanOrEqual(3);
  site.cut(true);
  await until("the hub is away", () => site.agent.hub.state === "away", waitMs);
  expect(await call("GET", devices)).toMatchObject({ status: 503, code: "site-away" });
}, 120_000);
