/** For tests in which power goes while a site is told what it forgot. */
import type { RouterControl } from "@karibu/agent/ground/router-control";
import { openSessions } from "@karibu/agent/state/site-state";
import { snapshotOf } from "@karibu/agent/state/state-snapshot";
import type { TestHub } from "@karibu/cloud/test-hub";
import { afterEach, expect } from "vitest";
import { createFaultyFolder, type FaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";
import { type DrillSite, phone, type SiteStart, startSite, typeCode, use } from "./test-drill-sites.ts";
import { copyFolder, openTestShop, openWitnessRouter } from "./test-shop.ts";

const waitMs = 60_000;
const running: DrillSite[] = [];
afterEach(async () => {
  for (const { agent } of running.splice(0)) await agent.stop().catch(() => {});
});

type Start = (of: SiteStart) => Promise<DrillSite>;

const isDark = async (folder: FaultyFolder) => (await folder.list("").catch(() => null)) === null;
const isTold = ({ agent: { state } }: DrillSite) => state.memory.lost === null && state.memory.recalled !== null;

/** All that the site knows of what it gave, whatever was told first. */
function known({ agent: { state } }: DrillSite) {
  const { grants, slots, usage, spentBits, sales, soldCents, recentSales } = snapshotOf(state);
  const sorted = <Item>(items: readonly Item[] = []) =>
    items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  return {
    grants: sorted(grants.map(({ grant, voucher }) => ({ grant, voucher }))),
    slots: sorted(slots.map(([grantId, bound]) => [grantId, bound.map(({ device, mac }) => ({ device, mac }))])),
    usage: sorted(usage),
    spentBits,
    sales: sorted(sales),
    soldCents: sorted(soldCents),
    recentSales: sorted(recentSales),
    sessions: sorted(openSessions(state)),
  };
}

/** A day at a site: codes used up, running and fresh, more than a page of them, and two sales for cash. */
async function livedDay(lab: TestHub, start: Start, name: string, router: RouterControl | null) {
  const shop = await openTestShop(lab, start, name, router);
  const { site, call, codesOf } = shop;
  const [usedUp, goesOn, ...others] = (await codesOf("Ten megabytes", { dataBytes: 10_000_000 }, 46)) as [
    string,
    string,
    ...string[],
  ];
  const fresh = others.pop() as string;
  const plan = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: { validitySeconds: 3600 } });
  await call("POST", "/sellers", {
    name: "Wanjiru",
    pin: "482193",
    sites: [{ siteId: site.siteId, floatCents: 50_000 }],
  });
  await until("the site knows the seller", () => site.agent.cash.isOpen, waitMs);
  const first = await typeCode(site, goesOn, 2);
  await use(site, first, 2, { bytes: 1_000_000, seconds: 60 });
  await until("the hub has it", async () => (await call("GET", "/grants?limit=50")).items.length === 1, waitMs);
  const old = await copyFolder(lab.world, site.folder);
  const spent = await typeCode(site, usedUp, 1);
  await use(site, spent, 1, { bytes: 10_000_000, seconds: 60 });
  await use(site, first, 2, { bytes: 3_000_000, seconds: 60, session: "8010000b" });
  for (const code of others) await typeCode(site, code, 3);
  const order = { seller: "wanjiru", pin: "482193", planKey: plan.planId };
  for (const number of ["1", "2"]) {
    const sold = await site.agent.cash.sell({ ...order, saleId: number.repeat(32) }, phone(9));
    expect(sold).toMatchObject({ kind: "sold" });
  }
  await site.agent.stop({ drainMs: waitMs });
  const booksOf = async () => {
    const { items } = await call("GET", "/grants?limit=50");
    const used = items.map(({ grantId, usedBytes }: { grantId: string; usedBytes: number }) => [grantId, usedBytes]);
    const sales = (await call("GET", `/cash-sales?siteId=${site.siteId}`)).items.length;
    return { used: used.sort(), sales, twice: (await call("GET", "/reports/double-use")).items };
  };
  return { ...shop, old, usedUp, goesOn, fresh, booksOf };
}
type Day = Awaited<ReturnType<typeof livedDay>>;

interface Stick {
  readonly folder: FaultyFolder;
  readonly place: SiteStart;
}

/** Starts on this stick, with the power going at this operation. Returns how many there were. */
async function live(start: Start, folder: FaultyFolder, place: SiteStart, cutAt: number | null) {
  folder.cutPowerAt(cutAt);
  const site = await start({ ...place, folder }).catch(() => null);
  const isOver = async () => (await isDark(folder)) || (site !== null && isTold(site));
  await until("it is told, or the power is cut", isOver, waitMs);
  await site?.agent.stop({ drainMs: waitMs }).catch(() => {});
  return folder.operations;
}

async function expectSameEnd(start: Start, day: Day, { folder, place }: Stick, whole: ReturnType<typeof known> | null) {
  folder.reboot();
  // The hub is away first: what may have been used gives nothing.
  const site = await start({ ...place, folder, isCut: true });
  // The router may take longer than the doors wait, because this clock runs fast.
  const isNoticed = ({ agent: { state } }: DrillSite) => state.memory.lost !== null || isTold(site);
  if (place.router !== undefined) await until("the loss is noticed", () => isNoticed(site), waitMs);
  expect(["unknown-user", "not-remembered", "data-used"]).toContain(await typeCode(site, day.usedUp, 5));
  site.cut(false);
  await until("it is told to the end", () => isTold(site), waitMs);
  const state = known(site);
  if (whole !== null) expect(state).toEqual(whole);
  const goesOn = await typeCode(site, day.goesOn, 2);
  expect(await typeCode(site, day.usedUp, 6)).toBe("data-used");
  expect(site.agent.portalAccess.view(phone(2)).available).toContainEqual(
    expect.objectContaining({ grantId: goesOn, bytesLeft: 6_000_000 }),
  );
  await site.agent.stop({ drainMs: waitMs });
  return state;
}

/**
 * Power goes at each `every`th operation of the disk, from `first` on, while a site is told what it forgot. After the restart it is told to
 * the same end: nothing is forgotten, nothing is given twice, and the hub's books do not change.
 */
export async function tellThroughPowerCuts(
  lab: TestHub,
  kind: "an empty" | "an older",
  { first, every }: { readonly first: number; readonly every: number },
): Promise<void> {
  const world = hastened(lab.world, 20);
  const start: Start = async (of) => {
    const site = await startSite(lab, { ...of, world });
    running.push(site);
    return site;
  };
  const router = kind === "an older" ? await openWitnessRouter(lab.world) : null;
  const day = await livedDay(lab, start, `Dark ${kind}`, router);
  const { siteId } = day.site;
  // As after an hour, or at the next start: the router is told how far the journal is.
  if (router !== null) {
    const next = await start({ ...day.place, folder: day.site.folder });
    await next.agent.stop({ drainMs: waitMs });
  }
  const newStick = async (): Promise<Stick> => {
    if (router !== null) return { folder: await copyFolder(lab.world, day.old), place: day.place };
    const { enrolmentToken } = await day.call("POST", `/sites/${siteId}/enrolment-token`);
    return { folder: createFaultyFolder(lab.world), place: { siteId, enrolToken: enrolmentToken } };
  };
  const books = await day.booksOf();
  const rehearsed = await newStick();
  const operations = await live(start, rehearsed.folder, rehearsed.place, null);
  const whole = await expectSameEnd(start, day, rehearsed, null);
  expect(whole.grants.length).toBeGreaterThan(40);
  expect(operations).toBeGreaterThan(10);
  for (let cutAt = first; cutAt < operations; cutAt += every) {
    const stick = await newStick();
    await live(start, stick.folder, stick.place, cutAt);
    await expectSameEnd(start, day, stick, whole);
  }
  expect(await day.booksOf()).toEqual(books);
}
