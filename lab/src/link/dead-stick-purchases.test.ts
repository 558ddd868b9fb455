/** Packages that the hub sold, and a stick that dies or an older one that comes back: what was used is used, also for who has the receipt. */
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { newId } from "@karibu/protocol/identifiers";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { type DrillSite, phone, type SiteStart, startSiteOfTest, typeCode, use } from "./test-drill-sites.ts";
import { copyFolder, openTestShop } from "./test-shop.ts";

const lab = useHub(anyEngine);
const waitMs = 60_000;
const phoneNumber = "0722000333";
const start = (of: SiteStart) => startSiteOfTest(lab, of);

interface Sold {
  readonly id: string;
  readonly code: string;
  readonly receipt: string;
}

/** Sold over the counter for cash: each has a receipt and a code. */
async function openCounter(name: string) {
  const shop = await openTestShop(lab, start, name, null);
  const { site, token, call } = shop;
  const plans = [
    await call("POST", "/plans", { name: "Ten MB", priceCents: 2000, terms: { dataBytes: 10_000_000 } }),
    await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } }),
  ];
  const [dataPlan, hourPlan] = plans.map(({ planId }) => planId) as [string, string];
  const sell = async (planId: string): Promise<Sold> => {
    const order = { siteId: site.siteId, planId, phone: phoneNumber, pay: "cash" };
    const headers = { "Idempotency-Key": newId(lab.world) };
    const answer = await lab.call("POST", "/api/v1/payments/purchase", { token, headers, body: order });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body.payment;
  };
  const sold: readonly [usedUp: Sold, over: Sold, unused: Sold] = [
    await sell(dataPlan),
    await sell(hourPlan),
    await sell(dataPlan),
  ];
  // One by one in the feed: with the last the others are there.
  const { portalAccess } = site.agent;
  const isHere = async ({ id }: Sold) => (await portalAccess.claimPurchase(id, phone(7))).kind === "granted";
  for (const each of sold) await until("the site knows it", () => isHere(each), waitMs);
  return { ...shop, sold };
}

/** A customer's phone at the site's page, with its cookies. */
function openPage({ agent }: DrillSite, address: string) {
  const cookies = new Map<string, string>();
  const ask = async (method: "GET" | "POST", url: string, body: object | null) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { host: "10.5.50.2", "content-type": "application/json", cookie };
    const answer = await agent.portal.handle({
      method,
      url,
      headers,
      body: body === null ? "" : JSON.stringify(body),
      address,
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return { status: answer.status, json: JSON.parse(String(answer.body)) };
  };
  const login = "http://10.5.50.1/login";
  return {
    claim: (receipt: string) => ask("POST", "/api/claims", { phone: phoneNumber, receipt, login }),
    purchase: (id: string) => ask("GET", `/api/purchases/${id}?login=${encodeURIComponent(login)}`, null),
  };
}

/** By the log-in that the page was given, as RADIUS asks. */
const byLogIn = (site: DrillSite, view: { json: { purchase: { logIn: { username: string } } } }, number: number) =>
  typeCode(site, view.json.purchase.logIn.username, number);

test("[BEY-28] [BEY-07] NO-AMNESIA: packages of the hub that are used up or over stay so on an older stick and on an empty one, by code and by receipt", async () => {
  const { site, call, place, sold, passDays } = await openCounter("Counter");
  const [usedUp, over, unused] = sold;
  const old = await copyFolder(lab.world, site.folder);
  await use(site, await typeCode(site, usedUp.code, 1), 1, { bytes: 10_000_000, seconds: 60 });
  await typeCode(site, over.code, 2);
  await site.agent.stop({ drainMs: waitMs });
  const books = async () =>
    (await call("GET", "/grants?limit=10")).items.map(
      ({ grantId, startedAtMs, usedBytes }: { grantId: string; startedAtMs: number | null; usedBytes: number }) => [
        grantId,
        startedAtMs,
        usedBytes,
      ],
    );
  const before = await books();

  await passDays(3);
  const { enrolmentToken } = await call("POST", `/sites/${site.siteId}/enrolment-token`);
  const empty = { siteId: site.siteId, enrolToken: enrolmentToken, folder: createFaultyFolder(lab.world) };
  for (const stick of [{ ...place, folder: old }, empty]) {
    const again = await start(stick);
    await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
    const isBack = async () => (await again.agent.portalAccess.claimPurchase(unused.id, phone(7))).kind === "granted";
    await until("its packages are back", isBack, waitMs);
    expect([await typeCode(again, usedUp.code, 4), await typeCode(again, over.code, 4)]).toEqual([
      "data-used",
      "expired",
    ]);
    const page = openPage(again, "10.5.50.5");
    for (const [each, reason] of [
      [usedUp, "data-used"],
      [over, "expired"],
    ] as const) {
      const view = await page.claim(each.receipt);
      expect([view.status, view.json.kind], JSON.stringify(view.json)).toEqual([200, "settled"]);
      expect(await byLogIn(again, view, 5)).toBe(reason);
    }
    await again.agent.stop({ drainMs: waitMs });
  }
  expect(await books()).toEqual(before);
  const last = await start(empty);
  expect(last.agent.state.grants.has(await typeCode(last, unused.code, 6))).toBe(true);
  await passDays(-3);
}, 240_000);

longTest(
  "[BEY-28] [BEY-07] who reclaims by receipt while the site is held is told to wait, gets nothing twice, and is let in once the site is told",
  async () => {
    const { site, place, sold } = await openCounter("Reclaimed");
    const [usedUp, , unused] = sold;
    const old = await copyFolder(lab.world, site.folder);
    await use(site, await typeCode(site, usedUp.code, 1), 1, { bytes: 10_000_000, seconds: 60 });
    await site.agent.stop({ drainMs: waitMs });

    let isWithheld = true;
    const withholds = (text: string) => isWithheld && text.includes('"method":"recall"');
    const held = await start({ ...place, folder: old, withholds });
    await until(
      "it is held, with the hub there",
      () => held.agent.hub.state === "connected" && held.agent.state.memory.lost !== null,
      waitMs,
    );
    const [first, second] = [openPage(held, "10.5.50.5"), openPage(held, "10.5.50.6")];
    for (const view of [await first.claim(usedUp.receipt), await second.claim(unused.receipt)])
      expect(view).toMatchObject({
        status: 200,
        json: { kind: "settled", purchase: { state: "paid", grantId: null, logIn: { kind: "wait" } } },
      });
    expect([await typeCode(held, usedUp.code, 5), await typeCode(held, unused.code, 6)]).toEqual([
      "not-remembered",
      "not-remembered",
    ]);
    isWithheld = false;
    held.cut(true);
    held.cut(false);
    await until("it is told", () => held.agent.state.memory.recalled !== null, waitMs);
    const [used, fresh] = [await first.purchase(usedUp.id), await second.purchase(unused.id)];
    expect([used.json.logIn.kind, fresh.json.logIn.kind]).toEqual(["post", "post"]);
    expect(await typeCode(held, used.json.logIn.username, 5)).toBe("data-used");
    const grantId = await typeCode(held, fresh.json.logIn.username, 6);
    expect(held.agent.state.grants.has(grantId)).toBe(true);
  },
  240_000,
);
