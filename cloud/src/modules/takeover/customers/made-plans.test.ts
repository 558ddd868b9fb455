/** Profiles of PPPoE become plans of their lines: by HTTP, done and undone. */
import { beforeAll, expect, test } from "vitest";
import { askerOf } from "../../../test-asking.ts";
import { hubSuite } from "../../../test-hub.ts";

hubSuite("plans that come from a router", (hub) => {
  let token = "";
  let siteId = "";
  const call = askerOf(hub, () => token);
  const file = [
    "# 2026-11-22 10:00:00 by RouterOS 7.16.2",
    "/ppp profile",
    "set *0 only-one=yes rate-limit=2M/2M",
    "add name=home-5 remote-address=pool-home rate-limit=5M/10M",
    "add name=here rate-limit=1M/1M",
    "add name=unused rate-limit=1M/1M",
    "/ppp secret",
    "add name=house-1 password=house-1 profile=home-5 service=pppoe",
    "add name=house-2 password=abcd1234 profile=home-5 service=pppoe remote-address=10.20.1.5 caller-id=02:1A:2B:3C:4D:5E",
    "add name=house-3 password=abcd1234 service=pppoe",
    'add name=house-4 password=abcd1234 profile=here service=pppoe routes="10.66.0.0/24 10.20.1.9 1"',
    "add name=house-5 password=abcd1234 profile=gone service=pppoe",
    "add name=house-6 password=abcd1234 profile=here service=pppoe remote-address=10.20.1.5",
    "add name=vpn password=abcd1234 service=l2tp",
    "remove [ find name=house-9 ]",
  ].join("\n");
  const prices = { "home-5": 150_000, default: 100_000 };
  let before: string[] = [];
  const planNames = async (): Promise<string[]> =>
    (await call("GET", "/plans")).body.items.map(({ name }: { name: string }) => name).toSorted();
  const preview = (more: object = {}) => call("POST", "/customer-takeovers/preview", { file, siteId, ...more });

  beforeAll(async () => {
    ({ token } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const terms = { validitySeconds: 30 * 86_400 };
    await call("POST", "/plans", { name: "Here", priceCents: 250_000, terms });
    before = await planNames();
  }, 120_000);

  test("[CUS-22] each line has its plan, or is named; plans without a price wait for a person", async () => {
    const shown = await preview();
    expect(shown.status, shown.text).toBe(200);
    expect(shown.body.plans).toEqual([
      { name: "home-5", priceCents: null, upKbps: 5000, downKbps: 10_000, devices: 1, lines: 2 },
      { name: "default", priceCents: null, upKbps: 2000, downKbps: 2000, devices: 1, lines: 1 },
    ]);
    expect(shown.body.totals).toMatchObject({ accounts: 4, plansMade: 2, newPasswords: 0, left: 4 });
    expect(shown.body.errors.map((error: Record<string, unknown>) => Object.values(error).join(" "))).toEqual([
      "12 plan no-such-plan",
      "13 address address-twice",
      "14 username other-service",
      "15 username not-read",
    ]);
    expect(shown.body.seen).toBeNull();
    const order = { file, siteId, seen: "0".repeat(64) };
    const refused = await call("POST", "/customer-takeovers", order);
    expect([refused.status, refused.body.code, refused.body.value]).toEqual([409, "plan-without-price", "home-5"]);
    expect(await planNames()).toEqual(before);
  });

  test("[CUS-22] with prices it is done: plans switched off, lines with speed, pool, address, routes and device; undone, its plans go too", async () => {
    const { seen } = (await preview({ prices })).body;
    const done = await call("POST", "/customer-takeovers", { file, siteId, prices, seen });
    expect(done.status, done.text).toBe(201);
    const plans = (await call("GET", "/plans?sort=name")).body.items;
    expect(plans.map(({ name, priceCents, active }: Record<string, unknown>) => [name, priceCents, active])).toEqual(
      expect.arrayContaining([
        ["home-5", 150_000, false],
        ["default", 100_000, false],
      ]),
    );
    const { items } = (await call("GET", "/accounts?sort=name")).body;
    expect(items).toMatchObject([
      { username: "house-1", planName: "home-5", address: { pool: "pool-home" }, weakPassword: true },
      { username: "house-2", planName: "home-5", address: { ip: "10.20.1.5" }, macs: ["02:1A:2B:3C:4D:5E"] },
      { username: "house-3", planName: "default", address: null },
      { username: "house-4", planName: "Here", address: { routes: ["10.66.0.0/24"] } },
    ]);
    const again = (await preview({ prices })).body;
    expect(again.totals).toMatchObject({ accounts: 0, plansMade: 0 });
    const undone = await call("POST", `/customer-takeovers/${done.body.customerTakeoverId}/undo`);
    expect(undone.status, undone.text).toBe(200);
    expect(await planNames()).toEqual(before);
  });
});
