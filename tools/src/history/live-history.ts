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
import { startBoardThread } from "@karibu/lab/board/board-thread";
import { withSecrets } from "@karibu/lab/board/live-router";
import type { BoardState } from "@karibu/lab/board/open-board";
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { homeRouter } from "@karibu/lab/routeros-scripting/board-configurations";
import { openTownHub, settled } from "@karibu/lab/town/town-hub";
import { openTownSite } from "@karibu/lab/town/town-site";
import { seededRandom } from "@karibu/lab/world/seeded-random";
import { createVirtualTime } from "@karibu/lab/world/virtual-time";
import type { Random, World } from "@karibu/protocol/world";
import type { Made } from "../start/history.ts";
import { addSeller, type Client, logIns, makeSample } from "../start/sample.ts";
import { writeSampleImage } from "../start/sample-image.ts";
import { hubNames } from "../start/services.ts";
import { type HistorySite, type SiteKey, siteNames } from "./history-town.ts";
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
  const sites: HistorySite[] = [];
  for (const key of Object.keys(siteNames) as SiteKey[]) sites.push(await openHistorySite(key));
  say(`the business is set up (${sites.length} sites)`);

  await liveDays({ time, hub, sites, owner, chance: seededRandom(options.seed), busy: options.busy }, days, say);

  for (const { site } of sites) await ready(site.close());
  await hub.close();
  await settled(time, Promise.resolve());
  await writeOutMemory(database, join(folder, "hub/database"));
  write("daraja.json", JSON.stringify(hub.daraja.books()));
  write("sample.json", JSON.stringify({ ...made, hasSeller: true }));
  for (const { key, folder: disk, board } of sites) {
    write(`boards/${key}.json`, JSON.stringify(board()));
    for (const [name, content] of disk.copy().files) write(`agents/${key}/${name}`, content);
  }
  write("made.json", JSON.stringify({ days, untilMs } satisfies Made));
  return { masterKey };

  function write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }

  async function openHistorySite(key: SiteKey): Promise<HistorySite> {
    const client = await owner();
    const siteId =
      key === "market"
        ? made.siteId
        : (
            await ready(
              client.post<{ site: { siteId: string } }>("/api/v1/sites", {
                name: siteNames[key],
                region: key === "lake" ? "Kisumu" : "Nairobi",
                interimSeconds: 600,
              }),
            )
          ).site.siteId;
    let state = await setUp(client, siteId, key);
    const siteWorld = worldOf();
    const disk = createFaultyFolder(siteWorld);
    const site = await ready(
      openTownSite({
        time,
        world: siteWorld,
        folder: disk,
        board: {
          ...state,
          agentEnvironment: state.agentEnvironment ?? "",
          onSecrets(secrets) {
            state = { ...state, agentEnvironment: withSecrets(state.agentEnvironment ?? "", secrets) };
          },
        },
        bootId: `history-${key}`,
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
      }),
    );
    await ready(site.agent.start());
    while (site.agent.hub.state !== "connected") await time.advance(500);
    return { key, siteId, site, folder: disk, board: () => state };
  }

  /** The pasted line on a board out of its box. */
  async function setUp(client: Client, siteId: string, key: SiteKey): Promise<BoardState> {
    const today = new Date(time.trueMs()).toISOString().slice(0, 10);
    const serial = `HGD0${key.toUpperCase().padEnd(7, "0")}`;
    const board = startBoardThread({
      configuration: homeRouter({ serial, identity: siteNames[key], date: today, version: "7.23.4" }),
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
    const path = `/api/v1/sites/${siteId}/set-up`;
    const { line } = await ready(client.post<{ line: string }>(path, {}));
    await time.track(board.paste(line));
    const { choices } = await ready(client.get<{ choices: object }>(path));
    await ready(client.post(`${path}/choices`, { ...choices, ssid: "Karibu" }));
    for (;;) {
      await time.advance(60_000);
      const said = await time.track(board.passMinutes(1));
      const isDone = !(said.configuration["/system/script"] ?? []).some(({ name }) => name === "karibu-set-up");
      if (said.agentEnvironment === null || !isDone) continue;
      await board.stop();
      return { configuration: said.configuration, agentEnvironment: said.agentEnvironment, version: null };
    }
  }
}
