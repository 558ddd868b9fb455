/**
 * Days of the demo's business, lived through the real code under simulated time: hub, agents and routers in one process. Where little
 * happens, time is skipped: timers that fell due meanwhile run once. What is left is written out as the data that `npm start` begins with.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openFresh, writeOutMemory } from "@karibu/cloud/ground/db/fresh-folder";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { makeQueues } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { type BoardThread, startBoardThread } from "@karibu/lab/board/board-thread";
import { withSecrets } from "@karibu/lab/board/live-router";
import type { BoardState } from "@karibu/lab/board/open-board";
import { createFaultyFolder, type FaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { homeRouter, smallRouter } from "@karibu/lab/routeros-scripting/board-configurations";
import type { ConfigurationRows } from "@karibu/lab/routeros-scripting/configuration";
import { openTownHost, type TownHost } from "@karibu/lab/town/town-host";
import { openTownHub, settled } from "@karibu/lab/town/town-hub";
import { type AgentWays, openTownSite, type TownSite } from "@karibu/lab/town/town-site";
import { seededRandom } from "@karibu/lab/world/seeded-random";
import { createVirtualTime } from "@karibu/lab/world/virtual-time";
import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import type { Random, World } from "@karibu/protocol/world";
import type { Made } from "../start/history.ts";
import { addSeller, logIns, makeSample, marketInterimSeconds } from "../start/sample.ts";
import { writeSampleImage } from "../start/sample-image.ts";
import { hubNames } from "../start/services.ts";
import { type HistorySite, type SiteKey, siteNames, type TownClient } from "./history-town.ts";
import { liveDays } from "./live-days.ts";

export interface HistoryOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly days: number;
  /** When the last day ends. */
  readonly untilMs: number;
  /** Of a day: how much happens, 1 as usual. */
  readonly busy: number;
  readonly seed: number;
  /** Where keys and tokens come from. */
  readonly random: Random;
  readonly say: (line: string) => void;
}

const dayMs = 86_400_000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** @returns the key under which the secrets in the database are sealed: the folder does not hold it. */
export async function liveHistory(options: HistoryOptions): Promise<{ readonly masterKey: Uint8Array }> {
  const { folder, days, untilMs, random, say } = options;
  const time = createVirtualTime(untilMs - days * dayMs);
  const worldOf = (): World => ({ clock: time.clock(), random, log: quiet });
  const world = worldOf();
  mkdirSync(join(folder, "hub"), { recursive: true });
  writeSampleImage(join(folder, "hub/images"));
  const fresh = await openFresh(world);
  await makeQueues(fresh.engine);
  const copyOf = await fresh.pglite.dumpDataDir("none");
  await fresh.engine.close();
  const database = await openDatabase(world, { databaseUrl: null, dataDir: null, copyOf });
  const masterKey = random.bytes(32);
  const hub = await openTownHub({
    time,
    world,
    database,
    envelope: createEnvelope(random, [masterKey]),
    publicUrl: hubNames.publicUrl,
    routersUrl: hubNames.routersUrl,
    imagesFolder: join(folder, "hub/images"),
    admin: logIns.platformAdmin,
    books: null,
  });
  const ready = <T>(work: Promise<T>) => settled(time, work);
  const owner = async () => ready(hub.logIn(logIns.owner));
  const made = await ready(makeSample(hub.logIn));
  await ready(owner().then(addSeller));
  const disks = new Map<string, FaultyFolder>();
  const boards = new Map<string, BoardState>();
  let boots = 0;
  const host = await openHost();
  const sites: HistorySite[] = [];
  for (const key of Object.keys(siteNames) as SiteKey[]) sites.push(await openHistorySite(key));
  await closeHost();
  say(`the business is set up (${sites.length} sites)`);

  // Where nobody looks, so frequent an accounting is nothing but work.
  const market = `/api/v1/sites/${made.siteId}`;
  await ready(owner().then((client) => client.patch(market, { interimSeconds: 600 })));
  await liveDays({ time, hub, sites, owner, chance: seededRandom(options.seed), busy: options.busy }, days, say);
  await ready(owner().then((client) => client.patch(market, { interimSeconds: marketInterimSeconds })));

  for (const { site } of sites) await ready(site.close());
  await ready(host.stop());
  await hub.close();
  await settled(time, Promise.resolve());
  await writeOutMemory(database, join(folder, "hub/database"));
  write("daraja.json", JSON.stringify(hub.daraja.books()));
  write("sample.json", JSON.stringify({ ...made, hasSeller: true }));
  for (const [name, board] of boards) write(`boards/${name}.json`, JSON.stringify(board));
  for (const [name, disk] of disks)
    for (const [file, content] of disk.copy().files) write(`agents/${name}/${file}`, content);
  write("made.json", JSON.stringify({ days, untilMs } satisfies Made));
  return { masterKey };

  function write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }

  /** Where an agent keeps what it knows. */
  function openDisk(name: string, world: World): FaultyFolder {
    const disk = createFaultyFolder(world);
    disks.set(name, disk);
    return disk;
  }

  /** How an agent reaches the hub. */
  function waysOf(world: World): AgentWays {
    return {
      time,
      world,
      dial: hub.dial,
      async post(url, body) {
        const answer = await hub.ask({
          method: "POST",
          path: new URL(url).pathname,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return { status: answer.status, body: JSON.parse(answer.body) as unknown };
      },
    };
  }

  async function openHost(): Promise<TownHost> {
    const admin = await ready(hub.logIn(logIns.platformAdmin));
    const path = "/api/v1/platform/hosts";
    const { enrolmentToken } = await ready(admin.post<{ enrolmentToken: string }>(path, { name: "Beside the hub" }));
    const hostWorld = worldOf();
    const host = openTownHost({
      ...waysOf(hostWorld),
      folder: openDisk("host", hostWorld),
      siteFolder: () => openDisk("lake", hostWorld),
      hubUrl: hubNames.routersUrl,
      enrolToken: enrolmentToken,
    });
    await ready(host.start());
    const state = async () => (await ready(admin.get<{ items: { state: string }[] }>(path))).items[0]?.state;
    while ((await state()) !== "online") await time.advance(500);
    return host;
  }

  /** The tunnel of `npm start` carries no packets: a router that a visitor adds would wait in vain for an agent beside the hub. */
  async function closeHost(): Promise<void> {
    const admin = await ready(hub.logIn(logIns.platformAdmin));
    const { providerId } = await ready((await owner()).get<{ providerId: string }>("/api/v1/user"));
    await ready(admin.patch(`/api/v1/providers/${providerId}/quotas`, { "hosted-sites": 1 }));
  }

  async function openHistorySite(key: SiteKey): Promise<HistorySite> {
    const client = await owner();
    const order = { name: siteNames[key], region: key === "lake" ? "Kisumu" : "Nairobi", interimSeconds: 600 };
    const { siteId } =
      key === "market" ? made : (await ready(client.post<{ site: { siteId: string } }>("/api/v1/sites", order))).site;
    const path = `/api/v1/sites/${siteId}/further-routers`;
    if (key === "stage") await ready(client.put(path, { routers: [secondRouter] }));
    const board = await setUp(client, siteId, key);
    boards.set(key, board);
    const second = key === "stage" ? await setUpSecond(client, path) : null;
    const open = async () => {
      const site =
        key === "lake" ? await host.open(board.configuration) : await openOwn(key, second?.configuration ?? null);
      await ready(site.start());
      while (!site.isConnected()) await time.advance(500);
      return site;
    };
    const site = await open();
    if (second === null) return { key, siteId, site };
    await second.changeSecret();
    // With that secret it has its power back.
    await ready(site.close());
    return { key, siteId, site: await open() };
  }

  async function openOwn(key: SiteKey, second: ConfigurationRows | null): Promise<TownSite> {
    const siteWorld = worldOf();
    const board = boards.get(key);
    const { agentEnvironment = null } = board ?? {};
    if (board === undefined || agentEnvironment === null) throw new Error(`${key}: its set-up left no container`);
    return ready(
      openTownSite({
        ...waysOf(siteWorld),
        folder: disks.get(key) ?? openDisk(key, siteWorld),
        board: {
          ...board,
          agentEnvironment,
          onSecrets: (secrets) =>
            boards.set(key, { ...board, agentEnvironment: withSecrets(agentEnvironment, secrets) }),
        },
        further: second === null ? [] : [second],
        bootId: `history-${key}-${++boots}`,
      }),
    );
  }

  /** A board that comes out of its box. */
  function unpack(serial: string, identity: string, box: typeof homeRouter): BoardThread {
    const today = new Date(time.trueMs()).toISOString().slice(0, 10);
    return startBoardThread({
      configuration: box({ serial, identity, date: today, version: "7.23.4", mode: "rose" }),
      today,
      async fetch({ method, url, headers, body }) {
        const asked = new URL(url);
        if (asked.host !== new URL(hubNames.routersUrl).host) return { status: 200, body: "{}" };
        const path = asked.pathname + asked.search;
        const answer = await hub.ask({
          method,
          path,
          headers: { host: asked.host, ...headers },
          ...(method === "GET" ? {} : { body }),
        });
        return path.startsWith("/enrol/image/")
          ? { status: answer.status, body: "", sizeBytes: answer.body.length }
          : { status: answer.status, body: answer.body };
      },
    });
  }

  /** The pasted line on a board out of its box: a small one gets its agent beside the hub. */
  async function setUp(client: TownClient, siteId: string, key: SiteKey): Promise<BoardState> {
    const isSmall = key === "lake";
    const box = isSmall ? smallRouter : homeRouter;
    const board = unpack(`HGD0${key.toUpperCase().padEnd(7, "0")}`, siteNames[key], box);
    const path = `/api/v1/sites/${siteId}/set-up`;
    const { line } = await ready(client.post<{ line: string }>(path, {}));
    await time.track(board.paste(line));
    const { choices } = await ready(client.get<{ choices: object }>(path));
    await ready(client.post(`${path}/choices`, { ...choices, ssid: isSmall ? null : "Karibu" }));
    for (;;) {
      await time.advance(60_000);
      const { configuration, agentEnvironment } = await time.track(board.passMinutes(1));
      const isDone = !(configuration["/system/script"] ?? []).some(({ name }) => name === "karibu-set-up");
      if (!isDone || (agentEnvironment === null && !isSmall)) continue;
      await board.stop();
      return { configuration, agentEnvironment, version: null };
    }
  }

  /** The second router imports the script that the console gives for it. */
  async function setUpSecond(client: TownClient, path: string): Promise<SecondRouter> {
    const script = await ready(client.getText(`${path}/script?ownAddress=${secondRouter.ownAddress}`));
    const board = unpack("HGD0STAGE02", secondRouter.name, homeRouter);
    const { configuration: first, failure } = await time.track(board.paste(script));
    if (failure !== "") throw new Error(`the second router: ${failure}`);
    let configuration = first;
    return {
      get configuration() {
        return configuration;
      },
      /** Its half hours, until it has the secret that the hub made for it alone. */
      async changeSecret() {
        const change = (first["/system/script"] ?? []).find(({ name }) => name === "karibu-change-secret");
        for (;;) {
          await time.advance(60_000);
          ({ configuration } = await time.track(board.paste(change?.source ?? "")));
          const { secrets } = await ready(client.get<{ secrets: { changedAtMs: number | null }[] }>(path));
          if (secrets.some(({ changedAtMs }) => changedAtMs !== null)) break;
        }
        await board.stop();
        boards.set("stage-2", { configuration, agentEnvironment: null, version: null });
      },
    };
  }
}

interface SecondRouter {
  readonly configuration: ConfigurationRows;
  changeSecret(): Promise<void>;
}

/** At the other end of the bus stage: for guests alone. */
const secondRouter: FurtherRouterChoice = {
  name: "Bus stage, ticket office",
  ownAddress: "192.168.88.2",
  agentSide: "192.168.88.1",
  routerosVersion: "7.23.4 (stable)",
  pppoe: null,
  hotspot: { ports: ["ether3"], network: "10.77.0.0/22" },
};
