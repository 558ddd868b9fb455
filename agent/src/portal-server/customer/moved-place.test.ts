/** Who bought a package and gave its place to another phone: the page that is still open takes it back from nobody. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createTestSite as createAccessSite, logInRequest, reportOf } from "../../access/test-site.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, testPlans, testSettings } from "../test-portal-site.ts";

const loginUrl = "http://10.5.50.1/login";

function openSite() {
  const world = createSimulatedWorld();
  const access = createAccessSite(world);
  const site = createTestSite(world);
  const settings = { ...testSettings, purchaseKey: "key" };
  const open = () => createPortalServer(world, site.parts({ access: access.portalAccess }), settings);
  let portal = open();

  function phone(number: number) {
    const device = { mac: `AA:BB:CC:DD:EE:0${number}`, address: `10.5.50.2${number}` };
    const cookies = new Map<string, string>();
    async function ask(method: string, url: string, body?: object) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { cookie, "content-type": "application/json" };
      const text = body === undefined ? "" : JSON.stringify({ login: loginUrl, ...body });
      const answer = await portal.handle({ method, url, headers, body: text, address: device.address });
      for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return JSON.parse(String(answer.body));
    }
    /** As the hotspot does with a log-in that was posted to it. */
    async function goOnline({ username, password }: { username: string; password: string }) {
      const decision = access.access.logIn(logInRequest(username, password, device));
      if (decision.kind === "reject") return decision.reason;
      const { grantId } = decision;
      const start = reportOf("start", { ...device, user: username, grantId, sessionId: `8010000${number}` });
      await access.access.account(start);
      return grantId;
    }
    return { ask, goOnline, device };
  }

  /** The hub is paid, and the feed brings the grant with its code. */
  function pay(): void {
    site.settle("paid");
    const [grantId, body] = [...site.rows.grant].at(-1) as [string, object];
    const terms = { ...unlimitedTerms, validitySeconds: seconds(86_400), devices: 1 };
    const { grant, ...more } = body as { grant: object };
    access.put({ kind: "grant", key: grantId, body: { ...more, grant: { ...grant, terms }, code: "BCDF2345" } });
  }
  const restart = () => {
    portal = open();
  };
  const macsOf = (grantId: string) => access.state.slots.get(grantId)?.map(({ mac }) => mac);
  const boundCount = () => access.log.records.filter(({ kind }) => kind === "device-bound").length;
  return { site, phone, pay, restart, macsOf, boundCount };
}

test("[CUS-11] an open page takes the place back neither while its purchase is shown nor after a restart; its receipt does", async () => {
  const { site, phone, pay, restart, macsOf, boundCount } = openSite();
  const [buyer, other] = [phone(1), phone(2)];
  const order = { idempotencyKey: "k", planId: testPlans[1]?.planId, phone: "0712345678" };
  const { purchaseId } = await buyer.ask("POST", "/api/purchases", order);
  pay();
  const { logIn, grantId } = await buyer.ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`);
  expect(await buyer.goOnline(logIn)).toBe(grantId);
  const redeemed = await other.ask("POST", "/api/vouchers/redeem", { code: "bcdf 2345" });
  expect(await other.goOnline(redeemed.logIn)).toBe(grantId);
  expect(macsOf(grantId)).toEqual([other.device.mac]);
  const count = boundCount();

  for (const again of [() => {}, restart]) {
    again();
    await buyer.ask("GET", "/api/state");
    const shown = await buyer.ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`);
    expect(shown).toMatchObject({ state: "paid", logIn: null });
    expect(macsOf(grantId)).toEqual([other.device.mac]);
    expect(boundCount()).toBe(count);
  }
  site.hub.claim = { kind: "settled", purchaseId, planId: order.planId };
  const { purchase } = await buyer.ask("POST", "/api/claims", { phone: order.phone, receipt: "UK20ABCDEF" });
  expect(await buyer.goOnline(purchase.logIn)).toBe(grantId);
  expect(macsOf(grantId)).toEqual([buyer.device.mac]);
});

test("[CUS-11] a page that never saw its money takes the place from nobody: the code that came by text is used on another phone by then", async () => {
  const { site, phone, pay, macsOf, boundCount } = openSite();
  const [buyer, other] = [phone(1), phone(2)];
  const order = { idempotencyKey: "k", planId: testPlans[1]?.planId, phone: "0712345678" };
  const { purchaseId } = await buyer.ask("POST", "/api/purchases", order);
  site.settle("failed", "expired");
  await buyer.ask("GET", `/api/purchases/${purchaseId}?login=${loginUrl}`);
  pay();
  const { logIn } = await other.ask("POST", "/api/vouchers/redeem", { code: "bcdf 2345" });
  const grantId = await other.goOnline(logIn);
  const count = boundCount();
  await buyer.ask("GET", "/api/state");
  expect(macsOf(`${grantId}`)).toEqual([other.device.mac]);
  expect(boundCount()).toBe(count);
});
