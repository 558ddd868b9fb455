/** An hour of chaos, or less: a town of real processes, faults, a calm in which everything must come right by itself, and the judgement. */
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { openState } from "@karibu/agent/state/state-keeper";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { sendToOutbox } from "@karibu/cloud/ground/jobs/outbox";
import { pullBackMs, pullJob } from "@karibu/cloud/money/channels/pull-job";
import { absorbJob } from "@karibu/cloud/money/evidence/absorb-job";
import { silentWorld } from "@karibu/cloud/real-world";
import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import { createDarajaHttp } from "../daraja/daraja-http.ts";
import { readHubBooks } from "../simulation/hubs/read-hub-books.ts";
import type { AskKind, Chronicle, Fact, NewFact } from "../simulation/judge/chronicle.ts";
import { factsOf } from "../simulation/judge/history.ts";
import { readBooks } from "../simulation/sites/read-books.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { hubPort, openHub } from "./chaos-hub.ts";
import { openSite } from "./chaos-site.ts";
import { createCustomers } from "./customers.ts";
import { type Injected, injectFaults, type Parts } from "./faults.ts";
import { judgeApart } from "./judge-apart.ts";
import { openRelay } from "./relay.ts";
import { appOf, openShop, plan, planName, type Shop } from "./shop.ts";
import { middle, openStreet } from "./street.ts";

export interface ChaosSetting {
  readonly seed: number;
  readonly minutes: number;
  readonly hubs: number;
  readonly sites: number;
  /** Logs and disks lie there. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly injected: readonly Injected[];
  /** What did not hold. Empty: all did. */
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const [databasePort, channelPort, publicPort] = [5432, 8003, 8000];
const publicUrl = `http://${middle}:${publicPort}`;
/** Between two customers at one site. */
const [gapMsMin, gapMsDrawn] = [600, 2400];
/** Everything is right by itself within this time after the last fault: some jobs are tried again only after minutes. */
const calmMsMax = 12 * 60_000;
const lookEveryMs = 5000;
const promptMs = 60_000;

export async function runChaos({ seed, minutes, hubs, sites, folder, say }: ChaosSetting): Promise<ChaosReport> {
  const world = silentWorld();
  const nowMs = () => world.clock.monotonicMs();
  const chance = (part: number) => seededRandom(seed * 64 + part).integer;
  const startedMs = nowMs();
  const startedAtMs = world.clock.wall().atMs;
  const facts: Fact[][] = Array.from({ length: sites }, () => []);
  const note = (site: number, fact: NewFact): void =>
    void facts[site]?.push({ atMs: Math.round(nowMs() - startedMs), ...fact } as Fact);

  const street = openStreet();
  const serverUrl = await startServer();
  const socketFolder = new URL(serverUrl).searchParams.get("host") ?? "";
  const hubPlaces = Array.from({ length: hubs }, () => street.addHub());
  const sitePlaces = Array.from({ length: sites }, () => street.addSite());

  const apps = Array.from({ length: sites }, (_, number) => appOf(number));
  const { app, daraja } = createDarajaHttp(world, { apps, promptMs, resultMs: 300, querySpacingMs: 100 });
  const channel = createServer(app).listen(0, "127.0.0.1");
  await once(channel, "listening");
  const channelAt = (channel.address() as { port: number }).port;

  const toDatabase = await openRelay(world, {
    host: middle,
    port: databasePort,
    to: [{ path: join(socketFolder, `.s.PGSQL.${databasePort}`) }],
  });
  const toChannel = await openRelay(world, {
    host: middle,
    port: channelPort,
    to: [{ host: "127.0.0.1", port: channelAt }],
  });
  const toHubs = await openRelay(world, {
    host: middle,
    port: publicPort,
    to: hubPlaces.map(({ address }) => ({ host: address, port: hubPort })),
  });

  const databaseUrl = `postgresql://karibu_test@${middle}:${databasePort}/postgres`;
  const allHubs = hubPlaces.map((place, number) => ({
    ...openHub(world, { number, place, folder, publicUrl, databaseUrl, darajaUrl: `http://${middle}:${channelPort}` }),
    wire: place.wire,
    lines: { database: toDatabase.line(place.address), channel: toChannel.line(place.address) },
  }));
  for (const hub of allHubs) {
    hub.process.start();
    await hub.process.ready();
  }
  say(`${hubs} hubs are up`);
  const shops: Shop[] = [];
  for (let number = 0; number < sites; number++)
    shops.push(await openShop(world, publicUrl, { number, vouchers: 100 * Math.ceil(minutes / 8) }));
  const allSites = await Promise.all(
    sitePlaces.map(async (place, number) => {
      const { enrolmentToken } = shops[number] as Shop;
      const noted = (fact: NewFact) => note(number, fact);
      const site = await openSite(world, { number, place, folder, hubUrl: publicUrl, enrolmentToken, note: noted });
      site.agent.start();
      await site.agent.ready();
      await until(`site ${number} sells`, async () => (await site.ask(0, "/api/state", null))?.body.buying === "open");
      const customers = createCustomers({
        world,
        number,
        site,
        shop: shops[number] as Shop,
        note: noted,
        chance: chance(8 + number),
      });
      return { ...site, wire: place.wire, hubLine: toHubs.line(place.address), customers };
    }),
  );
  say(`${sites} sites sell`);

  const database = await openDatabase(world, { databaseUrl: serverUrl, dataDir: null });
  const parts: Parts = { hubs: allHubs, sites: allSites, callbacks: toHubs.line(middle), crashDatabase };
  const untilMs = nowMs() + minutes * 60_000;
  let isOver = false;

  /** As when the kernel kills one of its processes: the server ends all of them and recovers. */
  async function crashDatabase(): Promise<void> {
    const pids = await database.asPlatform("chaos", async (tx) =>
      sql<{ pid: number }>`select pid from pg_stat_activity where backend_type = 'walwriter'`.execute(tx),
    );
    for (const { pid } of pids.rows) process.kill(pid, "SIGKILL");
  }

  async function until(what: string, holds: () => Promise<boolean>, msMax = 120_000): Promise<void> {
    for (const endsMs = nowMs() + msMax; !(await holds()); await sleep(world.clock, 500))
      if (nowMs() > endsMs) throw new Error(`waited in vain until ${what}`);
  }

  async function trade(site: (typeof allSites)[number], chanceOf: (below: number) => number): Promise<void> {
    while (nowMs() < untilMs) {
      site.customers.come();
      await sleep(world.clock, gapMsMin + chanceOf(gapMsDrawn));
    }
  }

  /** Who is asked for money types the PIN, cancels, or looks away: also where the page has gone meanwhile. */
  async function answerPrompts(chanceOf: (below: number) => number): Promise<void> {
    for (let seen = 0; !isOver; await sleep(world.clock, 300)) {
      const prompts = daraja.prompts();
      for (const { msisdn } of prompts.slice(seen)) {
        const drawn = chanceOf(20);
        if (drawn === 0) continue;
        const act = drawn === 1 ? ({ kind: "cancel" } as const) : ({ kind: "pay", pin: "1234" } as const);
        void sleep(world.clock, 500 + chanceOf(9000)).then(() => daraja.act(msisdn, act));
      }
      seen = prompts.length;
    }
  }

  const paying = answerPrompts(chance(2));
  const trading = allSites.map((site, number) => trade(site, chance(32 + number)));
  const injected = await injectFaults(world, { parts, chance: chance(1), untilMs, say, note });
  say("calm: no more faults");
  await Promise.all(trading);
  for (const { process } of allHubs) await process.ready();
  for (const { agent } of allSites) await agent.ready();
  for (const { customers } of allSites) await customers.done();
  await sleep(world.clock, promptMs);
  isOver = true;
  await paying;
  await daraja.delivered();
  say("all customers are done");

  for (const [site, { shortcode }] of apps.entries())
    for (const success of daraja.successes().filter((each) => each.shortcode === shortcode)) {
      const { receipt, amount, accountReference: reference, msisdn: payer, checkoutRequestId } = success;
      const amountCents = amount * 100;
      note(site, { kind: "money-moved", receipt, amountCents, reference, payer, isPrompted: checkoutRequestId !== "" });
      const prompt = daraja.prompts().find((each) => each.checkoutRequestId === checkoutRequestId);
      if (prompt?.deliveries.includes(200)) note(site, { kind: "acknowledged", receipt });
    }

  // As the hubs do every ten minutes by themselves: the channel's list names what no callback told of.
  for (const { providerId, channelId } of shops)
    await database.asProvider(providerId, (tx) =>
      sendToOutbox(world)(tx, pullJob, { providerId, channelId, backMs: pullBackMs }),
    );

  /** What stands now, by the hub's books; and by the site's once it has stopped. */
  async function chronicleOf(number: number, withSite: boolean): Promise<Chronicle> {
    const { call, providerId, siteId, vouchers } = shops[number] as Shop;
    const planNamed = (_: string, priceCents: number) => (priceCents === plan.priceCents ? planName : "another");
    const atMs = Math.round(nowMs() - startedMs);
    const books = await readHubBooks({ database, providerId, siteId, call, planNamed }, startedAtMs);
    const more: Fact[] = [{ atMs, kind: "hub-books", books }];
    if (withSite) {
      const stored = createNodeFolder((allSites[number] as (typeof allSites)[number]).disk.folder);
      const keeper = await openState(world, stored, () => {
        throw new Error("nothing is written here");
      });
      more.unshift({ atMs, kind: "books", books: readBooks({ state: keeper.state, clock: world.clock }, "end") });
    }
    const rights = vouchers.map(({ right }) => right);
    const all = [...(facts[number] ?? []), ...more];
    return { plans: { [planName]: plan }, rights, phones: 60_000, facts: all };
  }

  const judgeNow = async (withSite: boolean): Promise<string[]> => {
    const found: string[] = [];
    for (let number = 0; number < sites; number++) {
      const own = await judgeApart(await chronicleOf(number, withSite));
      found.push(...own.map((what) => `site ${number}: ${what}`));
    }
    return [...found, ...(await stuck())];
  };

  /** Work that nobody does any more. */
  async function stuck(): Promise<string[]> {
    return database.asPlatform("chaos", async (tx) => {
      const count = async (table: "evidence" | "job_outbox" | "purchases") => {
        const rows = tx.selectFrom(table).select((select) => select.fn.countAll().as("count"));
        const waiting =
          table === "evidence"
            ? rows.where("state", "=", "new")
            : table === "job_outbox"
              ? rows.where("name", "=", absorbJob)
              : rows.where("state", "in", ["created", "sending", "prompted"]);
        return Number((await waiting.executeTakeFirstOrThrow()).count);
      };
      const [evidence, held, open] = [await count("evidence"), await count("job_outbox"), await count("purchases")];
      return [
        ...(evidence === 0 ? [] : [`${evidence} facts wait for a booker`]),
        ...(held === 0 ? [] : [`${held} purchases are held for a booker`]),
        ...(open === 0 ? [] : [`${open} purchases are open, and nobody is asked for money any more`]),
      ];
    });
  }

  const calmUntilMs = nowMs() + calmMsMax;
  let saidLast = "";
  const isRight = async () => {
    const found = await judgeNow(false).catch((error: unknown) => [String(error)]);
    const first = found.slice(0, 5).join("; ");
    if (found.length > 0 && first !== saidLast) say(`not yet: ${found.length} things: ${first}`);
    saidLast = first;
    return found.length === 0;
  };
  let right = await isRight();
  for (; !right && nowMs() < calmUntilMs; right = await isRight()) await sleep(world.clock, lookEveryMs);
  say(
    `the hub's books were ${right ? "right" : "not right yet"} ${Math.round((nowMs() - startedMs) / 1000)} s after the beginning`,
  );

  const paidBy = new Set(daraja.successes().map(({ msisdn }) => msisdn));
  const outside = await Promise.all(
    allSites.map(async ({ customers }, number) => {
      const found: string[] = [];
      for (const order of customers.orders.filter(({ msisdn }) => paidBy.has(msisdn))) {
        let why = await customers.comesBack(order);
        // A page that was told to log in keeps its answer for a minute.
        for (let tries = 0; why !== null && tries < 3; tries++) {
          await sleep(world.clock, 30_000);
          why = await customers.comesBack(order);
        }
        if (why !== null) found.push(`site ${number}: who paid is outside: ${order.msisdn}, ${why}`);
      }
      return found;
    }),
  );
  // What the last sessions tell goes up the links.
  await sleep(world.clock, 20_000);
  for (const { agent } of allSites) await agent.end("SIGTERM");
  const violations = [
    ...(await judgeNow(true)),
    ...outside.flat(),
    ...[...allHubs.map((hub) => hub.process), ...allSites.map(({ agent }) => agent)].flatMap(({ crashes }) => crashes),
    ...facts.flatMap((all) => all.flatMap((fact) => (fact.kind === "threw" ? [fact.what] : []))),
  ];
  const counts = {
    "faults injected": injected.length,
    "purchases begun": allSites.reduce((sum, { customers }) => sum + customers.orders.length, 0),
    "purchases that a hub began": facts.reduce((sum, all) => sum + taken(all, "purchase"), 0),
    "payments moved": daraja.successes().length,
    "payments whose callback was acknowledged": facts.flat().filter(({ kind }) => kind === "acknowledged").length,
    "codes taken": facts.reduce((sum, all) => sum + taken(all, "code"), 0),
    "cash sales shown": facts.flat().filter(({ kind }) => kind === "sold").length,
  };
  for (const hub of allHubs) await hub.process.end("SIGTERM");
  await database.close();
  return { injected, violations, counts };
}

/** How many of these were answered with yes. */
function taken(facts: readonly Fact[], asked: AskKind): number {
  const isYes = new Set(factsOf(facts, "answered").flatMap(({ ask, code }) => (code === "ok" ? [ask] : [])));
  return factsOf(facts, "asked").filter(({ what, ask }) => what === asked && isYes.has(ask)).length;
}
