/** A stick dies, or an older one comes back, in the middle of a day: what was used before is used, at the site and in the hub's books. */

import type { RouterControl } from "@karibu/agent/ground/router-control";
import { openState } from "@karibu/agent/state/state-keeper";
import { snapshotOf } from "@karibu/agent/state/state-snapshot";
import { openSnapshot } from "@karibu/agent/store/snapshot";
import { importedMark } from "@karibu/agent/store/unfinished-import";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { unixMs } from "@karibu/protocol/quantities";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import type { FaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { type DrillSite, phone, report, type SiteStart, startSiteOfTest, typeCode, use } from "./test-drill-sites.ts";
import { copyFolder, openTestShop, openWitnessRouter } from "./test-shop.ts";

const lab = useHub(anyEngine);
const waitMs = 60_000;
const start = (of: SiteStart) => startSiteOfTest(lab, of);

const openShop = (name: string, router: RouterControl | null = null) => openTestShop(lab, start, name, router);
/** An empty stick in the place of the one that died: it has heard of the codes. */
async function startOnNewStick(call: Awaited<ReturnType<typeof openShop>>["call"], siteId: string): Promise<DrillSite> {
  const { enrolmentToken } = await call("POST", `/sites/${siteId}/enrolment-token`);
  const again = await start({ siteId, enrolToken: enrolmentToken });
  const knowsThem = () => again.agent.hub.state === "connected" && again.applied.size > 2;
  await until("the new stick knows the codes again", knowsThem, waitMs);
  return again;
}

const createWitnessRouter = () => openWitnessRouter(lab.world);
const copyOf = (folder: FaultyFolder) => copyFolder(lab.world, folder);

test("[BEY-28] NO-AMNESIA: the stick dies in the middle of a day and an empty one takes its place: used codes are used, running ones go on where they were", async () => {
  const { site, call, codesOf } = await openShop("Dead stick");
  const [usedUp, running, fresh] = (await codesOf("One hour online", {
    useSeconds: 3600,
    dataBytes: 1_000_000_000,
  })) as [string, string, string];
  const grantIds = [await typeCode(site, usedUp, 1), await typeCode(site, running, 2)];
  await use(site, grantIds[0] as string, 1, { bytes: 5000, seconds: 3600 });
  await use(site, grantIds[1] as string, 2, { bytes: 400_000_000, seconds: 600 });
  await site.agent.stop({ drainMs: waitMs });

  const again = await startOnNewStick(call, site.siteId);
  await until("the fresh code is honoured", async () => (await typeCode(again, fresh, 3)).startsWith("v."), waitMs);
  expect(await typeCode(again, usedUp, 4)).toBe("time-used");
  expect(await typeCode(again, running, 2)).toBe(grantIds[1]);
  const left = again.agent.portalAccess.view(phone(2)).available.find(({ grantId }) => grantId === grantIds[1]);
  expect(left).toMatchObject({ bytesLeft: 600_000_000, secondsLeft: 3000 });
  // What the hub told is no second use, in no list.
  await again.agent.stop({ drainMs: waitMs });
  expect((await call("GET", "/reports/double-use")).items).toEqual([]);
  const { items } = await call("GET", "/grants?limit=50");
  expect(items.map(({ usedBytes }: { usedBytes: number }) => usedBytes).sort()).toEqual([0, 400_000_000, 5000]);
}, 240_000);

test("[RTR-31] NO-AMNESIA: a new stick knows what another system's codes were used for, by this site and by that system", async () => {
  const { site, call } = await openShop("Taken over");
  const file = [
    "/ip hotspot user profile",
    'add name=day on-login=":put (\\",rem,50,1d,0,,Disable,\\");"',
    "/ip hotspot user",
    ...["used-up", "half-way", "fresh-one"].map(
      (name) => `add name=${name} password=${name} profile=day limit-uptime=1h`,
    ),
    'add name=theirs password=theirs profile=day limit-uptime=1h comment="2001-01-01 10:00:00"',
  ].join("\n");
  const asked = { file, siteId: site.siteId, utcOffsetMinutes: 0 };
  const { total, atMs, sign } = await call("POST", "/takeovers/total", asked);
  expect(total).toMatchObject({ codes: 3, left: 1 });
  const before = site.applied.size;
  expect(await call("POST", "/takeovers", { ...asked, atMs, sign })).toMatchObject({ state: "applied" });
  await until("the site knows them", () => site.applied.size > before, waitMs);
  const grantIds = [await typeCode(site, "used-up", 1), await typeCode(site, "half-way", 2)];
  await use(site, grantIds[0] as string, 1, { bytes: 5000, seconds: 3600 });
  await use(site, grantIds[1] as string, 2, { bytes: 5000, seconds: 600 });
  await site.agent.stop({ drainMs: waitMs });

  const again = await startOnNewStick(call, site.siteId);
  await until(
    "the fresh code is honoured",
    async () => (await typeCode(again, "fresh-one", 3)).startsWith("v."),
    waitMs,
  );
  expect(await typeCode(again, "used-up", 4)).toBe("time-used");
  expect(await typeCode(again, "half-way", 2)).toBe(grantIds[1]);
  const left = again.agent.portalAccess.view(phone(2)).available.find(({ grantId }) => grantId === grantIds[1]);
  expect(left).toMatchObject({ secondsLeft: 3000 });
  expect(await typeCode(again, "theirs", 5)).not.toMatch(/^v\./);
  await again.agent.stop({ drainMs: waitMs });
  expect((await call("GET", "/reports/double-use")).items).toEqual([]);
}, 240_000);

longTest(
  "[BEY-28] NO-AMNESIA: an older stick comes back, the hub there: what was used since is used, and what ran goes on with its usage",
  async () => {
    const { place, site, call, codesOf } = await openShop("Older stick");
    const [before, since, running] = (await codesOf("Ten megabytes", { dataBytes: 10_000_000 })) as [
      string,
      string,
      string,
    ];
    const early = await typeCode(site, before, 1);
    const goesOn = await typeCode(site, running, 2);
    await use(site, goesOn, 2, { bytes: 1_000_000, seconds: 60 });
    const old = await copyOf(site.folder);
    await use(site, early, 1, { bytes: 10_000_000, seconds: 60 });
    await use(site, goesOn, 2, { bytes: 3_000_000, seconds: 60, session: "8010000b" });
    const late = await typeCode(site, since, 3);
    await use(site, late, 3, { bytes: 10_000_000, seconds: 60 });
    await site.agent.stop({ drainMs: waitMs });

    const again = await start({ ...place, folder: old });
    await until(
      "it is told",
      () => again.agent.hub.state === "connected" && again.agent.state.memory.recalled !== null,
      waitMs,
    );
    expect(await typeCode(again, since, 4)).toBe("data-used");
    expect(await typeCode(again, before, 1)).toBe("data-used");
    expect(await typeCode(again, running, 2)).toBe(goesOn);
    const left = again.agent.portalAccess.view(phone(2)).available.find(({ grantId }) => grantId === goesOn);
    expect(left).toMatchObject({ bytesLeft: 6_000_000 });
    await again.agent.stop({ drainMs: waitMs });
    expect((await call("GET", "/reports/double-use")).items).toEqual([]);
    expect((await call("GET", "/alarms")).items.map(({ kind }: { kind: string }) => kind)).toContain("memory-lost");
  },
  240_000,
);

test("[BEY-28] NO-AMNESIA: an older stick and the hub away: the router's witness says so, and older codes are held until the hub has told", async () => {
  const router = await createWitnessRouter();
  const { place, site, codesOf } = await openShop("Held", router);
  const [used, fresh, hour] = [
    ...(await codesOf("Ten minutes", { useSeconds: 600 })).slice(0, 2),
    ...(await codesOf("A day", { validitySeconds: 86_400 })),
  ] as [string, string, string];
  const day = await typeCode(site, hour, 2);
  const old = await copyOf(site.folder);
  const grantId = await typeCode(site, used, 1);
  await use(site, grantId, 1, { bytes: 5000, seconds: 600 });
  await site.agent.stop({ drainMs: waitMs });
  // As after an hour, or at the next start.
  const next = await start(place.router === undefined ? place : { ...place, folder: site.folder });
  await next.agent.stop({ drainMs: waitMs });

  const held = await start({ ...place, folder: old, isCut: true });
  expect([await typeCode(held, used, 3), await typeCode(held, fresh, 4)]).toEqual(["not-remembered", "not-remembered"]);
  expect(await held.agent.portalAccess.redeem(fresh, phone(4))).toMatchObject({
    kind: "refused",
    reason: "not-remembered",
  });
  // Its end is known, whatever was used since.
  expect(await typeCode(held, hour, 2)).toBe(day);
  const status = held.agent.portal.handle({
    method: "GET",
    url: "/status",
    headers: {},
    body: "",
    address: "127.0.0.1",
  });
  expect(String((await status).body)).toContain("held until the hub has told");
  held.cut(false);
  await until("it is told", () => held.agent.state.memory.recalled !== null, waitMs);
  expect([await typeCode(held, used, 3), await typeCode(held, fresh, 4)]).toEqual([
    "time-used",
    expect.stringMatching(/^v\./),
  ]);
}, 240_000);

test("[BEY-28] an older stick, the hub away: a customer who was online and left meanwhile is charged once, though the hub hears of that first", async () => {
  const router = await createWitnessRouter();
  const { place, site, call, codesOf } = await openShop("Left meanwhile", router);
  const [code, ...others] = (await codesOf("Ten megabytes", { dataBytes: 10_000_000 })) as [string, ...string[]];
  const grantId = await typeCode(site, code, 1);
  await report(site, grantId, 1, "start", 0);
  await report(site, grantId, 1, "interim", 1_000_000);
  await site.agent.stop({ drainMs: waitMs });
  const old = await copyOf(site.folder);
  const second = await start({ ...place, folder: site.folder });
  await until("it is connected again", () => second.agent.hub.state === "connected", waitMs);
  await report(second, grantId, 1, "interim", 2_000_000);
  for (const number of [2, 3, 4, 5]) await typeCode(second, others[number - 2] as string, number);
  await second.agent.stop({ drainMs: waitMs });
  // As after an hour, or at the next start.
  const third = await start({ ...place, folder: site.folder });
  await third.agent.stop({ drainMs: waitMs });

  const hubsWord = async () =>
    (await call("GET", "/grants?limit=10")).items.find((item: { grantId: string }) => item.grantId === grantId);
  // What the site asks gets lost, until the hub has its records.
  let isMute = true;
  const withholds = (text: string) => isMute && JSON.parse(text).type === "rpc" && text.includes('"recall"');
  const again = await start({ ...place, folder: old, isCut: true, withholds });
  expect(again.agent.state.memory.lost).toMatchObject({ cause: "older" });
  await report(again, grantId, 1, "stop", 6_000_000);
  again.cut(false);
  await until("the hub knows that the session is over", async () => (await hubsWord())?.sessionsOpen === 0, waitMs);
  expect(again.agent.state.memory.lost).not.toBeNull();
  again.cut(true);
  isMute = false;
  again.cut(false);
  await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
  expect(again.agent.state.usage.get(grantId)).toMatchObject({ bytes: 6_000_000, onlineSeconds: 600 });
  await again.agent.stop({ drainMs: waitMs });
  expect(await hubsWord()).toMatchObject({ usedBytes: 6_000_000 });
}, 240_000);

test("[BEY-28] NO-AMNESIA: the journal's folder is gone and the snapshot is there, the hub away: codes are held until it has told, and the alarm says so", async () => {
  const { place, site, call, codesOf } = await openShop("No journal");
  const [used, fresh] = (await codesOf("Ten minutes", { useSeconds: 600 })) as [string, string];
  await site.agent.stop({ drainMs: waitMs });
  const keeper = await openState(lab.world, site.folder, () => ({ atMs: unixMs(0), clock: "synced", upMs: 0 }));
  const { epoch, lastSeq: seq } = keeper.journal;
  await (await openSnapshot(site.folder)).save({ epoch, seq }, snapshotOf(keeper.state));
  await keeper.journal.close();
  const goesOn = await start({ ...place, folder: site.folder });
  await until("it is connected", () => goesOn.agent.hub.state === "connected", waitMs);
  const grantId = await typeCode(goesOn, used, 1);
  await use(goesOn, grantId, 1, { bytes: 5000, seconds: 600 });
  await goesOn.agent.stop({ drainMs: waitMs });
  for (const name of await site.folder.list("journal/")) await site.folder.remove(name);

  const held = await start({ ...place, folder: site.folder, isCut: true });
  expect([await typeCode(held, used, 3), await typeCode(held, fresh, 4)]).toEqual(["not-remembered", "not-remembered"]);
  held.cut(false);
  await until("it is told", () => held.agent.state.memory.recalled !== null, waitMs);
  expect([await typeCode(held, used, 3), await typeCode(held, fresh, 4)]).toEqual([
    "time-used",
    expect.stringMatching(/^v\./),
  ]);
  await held.agent.stop({ drainMs: waitMs });
  const kinds = (await call("GET", "/alarms")).items.map(({ kind }: { kind: string }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(["memory-lost", "journal-damaged"]));
}, 240_000);

longTest(
  "[BEY-28] an older stick, the hub away, and a provider who sells meanwhile: each use is marked, and the hub shows both uses of a code",
  async () => {
    const router = await createWitnessRouter();
    const { place, site, call, codesOf } = await openShop("Sells on", router);
    const changed = await call("PATCH", "/settings", { sellsUnremembered: true });
    expect(changed).toMatchObject({ sellsUnremembered: true });
    const [used, fresh] = (await codesOf("Ten minutes", { useSeconds: 600 })) as [string, string];
    await until("the site knows the choice", () => site.heardOfRow("provider provider", 2), waitMs);
    const old = await copyOf(site.folder);
    const grantId = await typeCode(site, used, 1);
    await use(site, grantId, 1, { bytes: 5000, seconds: 600 });
    await site.agent.stop({ drainMs: waitMs });
    const next = await start({ ...place, folder: site.folder });
    await next.agent.stop({ drainMs: waitMs });

    const sells = await start({ ...place, folder: old, isCut: true });
    expect(sells.agent.state.memory.lost).toMatchObject({ cause: "older" });
    expect(await typeCode(sells, used, 3)).toBe(grantId);
    await use(sells, grantId, 3, { bytes: 7000, seconds: 100, session: "8020000c" });
    const other = await typeCode(sells, fresh, 4);
    expect(other).toMatch(/^v\./);
    sells.cut(false);
    await until(
      "it is told",
      () => sells.agent.state.memory.recalled !== null && sells.agent.state.memory.lost === null,
      waitMs,
    );
    // Told, it ends what was used up before.
    expect(await typeCode(sells, used, 3)).toBe("time-used");
    expect(await typeCode(sells, fresh, 4)).toBe(other);
    await sells.agent.stop({ drainMs: waitMs });
    const { items } = await call("GET", "/reports/double-use");
    const usesOf = (code: string) =>
      items
        .find((item: { code: string }) => item.code === code)
        ?.uses.map(({ given, usedSeconds }: { given: string; usedSeconds: number }) => [given, usedSeconds]);
    expect(usesOf(used)).toEqual([
      ["whole", 600],
      ["again", 100],
    ]);
    expect(usesOf(fresh)).toEqual([["unremembered", 0]]);
  },
  240_000,
);

longTest(
  "[BEY-28] NO-AMNESIA: an imported folder is a copy: with the hub away older codes are held, also after a restart, and told when it is back",
  async () => {
    const { place, site, codesOf } = await openShop("Imported");
    const [used, fresh] = (await codesOf("Ten minutes", { useSeconds: 600 })) as [string, string];
    const copy = await copyOf(site.folder);
    const grantId = await typeCode(site, used, 1);
    await use(site, grantId, 1, { bytes: 5000, seconds: 600 });
    await site.agent.stop({ drainMs: waitMs });
    await copy.replace(importedMark, new Uint8Array());

    const first = await start({ ...place, folder: copy, isCut: true });
    expect([await typeCode(first, used, 3), await typeCode(first, fresh, 4)]).toEqual([
      "not-remembered",
      "not-remembered",
    ]);
    await first.agent.stop();
    expect(await copy.read(importedMark)).toBeNull();
    const second = await start({ ...place, folder: copy, isCut: true });
    expect(await typeCode(second, used, 3)).toBe("not-remembered");
    // What this site sells now, it knows.
    expect(second.agent.state.memory.lost).toMatchObject({ cause: "copied" });
    second.cut(false);
    await until("it is told", () => second.agent.state.memory.lost === null, waitMs);
    expect([await typeCode(second, used, 3), await typeCode(second, fresh, 4)]).toEqual([
      "time-used",
      expect.stringMatching(/^v\./),
    ]);
  },
  240_000,
);

longTest(
  "[BEY-28] a session that runs on while the stick is changed counts once, at the site and at the hub",
  async () => {
    const { place, site, call, codesOf } = await openShop("Runs on");
    const [code] = (await codesOf("Ten megabytes", { dataBytes: 10_000_000 })) as [string];
    const grantId = await typeCode(site, code, 1);
    await report(site, grantId, 1, "start", 0);
    await report(site, grantId, 1, "interim", 3_000_000);
    await site.agent.stop({ drainMs: waitMs });
    const { enrolmentToken } = await call("POST", `/sites/${site.siteId}/enrolment-token`);
    // The router reports before the hub is reached: the session is here under a new key.
    const again = await start({ ...place, enrolToken: enrolmentToken, isCut: true });
    await report(again, grantId, 1, "interim", 4_000_000);
    again.cut(false);
    await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
    expect(again.agent.portalAccess.view(phone(1)).online).toMatchObject({
      bytesUsed: 4_000_000,
      bytesLeft: 6_000_000,
    });
    await report(again, grantId, 1, "stop", 5_000_000);
    await again.agent.stop({ drainMs: waitMs });
    const { items } = await call("GET", "/grants?limit=10");
    expect(items).toMatchObject([{ grantId, usedBytes: 5_000_000, sessionsOpen: 0 }]);
  },
  240_000,
);

longTest(
  "[BEY-28] an older stick, the hub reached before the router answers: what is held goes on once the hub has the site's records",
  async () => {
    const router = await createWitnessRouter();
    const { place, site, codesOf } = await openShop("Late witness", router);
    const [used, fresh] = (await codesOf("Ten minutes", { useSeconds: 600 })) as [string, string];
    const old = await copyOf(site.folder);
    site.cut(true);
    await typeCode(site, used, 1);
    await site.agent.stop();
    // As after an hour, or at the next start: what the hub was never sent.
    const next = await start({ ...place, folder: site.folder, isCut: true });
    await next.agent.stop();

    const answers = Promise.withResolvers<void>();
    const slow: RouterControl = {
      ...router,
      witness: () => answers.promise.then(() => router.witness?.() ?? null),
    };
    const again = await start({ ...place, folder: old, router: slow });
    await until("the hub is reached", () => again.agent.hub.state === "connected", waitMs);
    expect(again.agent.state.memory.lost).toBeNull();
    answers.resolve();
    // Set when a loss is over: the router's answer was heard, and the hub knew of nothing more.
    await until("it is held, and goes on", () => again.agent.state.memory.recalled !== null, waitMs);
    expect(again.agent.state.memory.lost).toBeNull();
    expect(await typeCode(again, fresh, 4)).toMatch(/^v\./);
  },
  240_000,
);

const soldForCash =
  "[BEY-28] NO-AMNESIA: codes that were sold for cash and used up, or are over for %i days, stay so on an empty stick and on an older one";
test.each(inLongRunAll([3, 70], (days) => days === 3))(
  soldForCash,
  async (days) => {
    const { site, call, place, passDays } = await openShop(`Sold for cash ${days}`);
    const plans = [
      await call("POST", "/plans", { name: "Ten MB", priceCents: 1000, terms: { dataBytes: 10_000_000 } }),
      await call("POST", "/plans", { name: "Hour", priceCents: 1000, terms: { validitySeconds: 3600 } }),
    ];
    const till = { name: "Wanjiru", pin: "482193", sites: [{ siteId: site.siteId, floatCents: 50_000 }] };
    await call("POST", "/sellers", till);
    await until("the site knows the seller", () => site.agent.cash.isOpen, waitMs);
    const sell = async (planKey: string, saleId: string): Promise<string> => {
      const order = { seller: "wanjiru", pin: "482193", planKey, saleId: saleId.repeat(32) };
      const sold = await site.agent.cash.sell(order, { mac: null, address: "10.5.50.2" });
      return sold.kind === "sold" ? sold.code : sold.reason;
    };
    const [usedUp, over, unused] = [
      await sell(plans[0].planId, "1"),
      await sell(plans[1].planId, "2"),
      await sell(plans[0].planId, "3"),
    ];
    await until(
      "the hub has the sales",
      async () => (await call("GET", `/cash-sales?siteId=${site.siteId}`)).items.length === 3,
    );
    const old = await copyOf(site.folder);
    await use(site, await typeCode(site, usedUp, 1), 1, { bytes: 10_000_000, seconds: 60 });
    await typeCode(site, over, 2);
    await site.agent.stop({ drainMs: waitMs });

    await passDays(days);
    const { enrolmentToken } = await call("POST", `/sites/${site.siteId}/enrolment-token`);
    let newest = site.folder;
    for (const stick of [
      { ...place, folder: old },
      { siteId: site.siteId, enrolToken: enrolmentToken },
    ]) {
      const again = await start(stick);
      newest = again.folder;
      await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
      const answers = [await typeCode(again, usedUp, 4), await typeCode(again, over, 5)];
      expect(answers.filter((answer) => answer.startsWith("c."))).toEqual([]);
      expect(again.agent.portalAccess.view(phone(4)).available).toEqual([]);
      await again.agent.stop({ drainMs: waitMs });
    }
    const last = await start({
      siteId: site.siteId,
      enrolToken: enrolmentToken,
      folder: newest,
    });
    expect(await typeCode(last, unused, 6)).toMatch(/^c\./);
    await passDays(-days);
  },
  240_000,
);
