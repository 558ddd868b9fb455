/**
 * A simulated town in one process: the hub's code on a database in memory, an agent, its router, Daraja and phones. All code is
 * real; only time, randomness, wires and disks are simulated. Events go into a trace, and the same seed gives the same trace.
 */
import type { HttpResponse } from "@karibu/agent/ground/http";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import { insertPlan } from "@karibu/cloud/catalogue/plans/plans";
import { createEnrolmentToken, enrolAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import { loadHubIdentity } from "@karibu/cloud/fleet/enrolment/hub-identity";
import type { SiteRow } from "@karibu/cloud/fleet/sites/sites";
import type { Database } from "@karibu/cloud/ground/db/database";
import { openInMemory } from "@karibu/cloud/ground/db/memory-template";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub, type Hub } from "@karibu/cloud/hub";
import { setUpProvider } from "@karibu/cloud/operations/provider-life/set-up-provider";
import { createTestSites } from "@karibu/cloud/test-sites";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds } from "@karibu/protocol/quantities";
import type { Log, World } from "@karibu/protocol/world";
import type { Success } from "../daraja/daraja-types.ts";
import { deliverInProcess } from "../daraja/in-process.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createSocketPair, type SocketPair } from "../link/socket-pair.ts";
import { createRouter, type Router } from "../router/device/router.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualNetwork } from "../world/virtual-network.ts";
import { createVirtualTime, type VirtualTime } from "../world/virtual-time.ts";

const agentAddress = "172.31.255.2";
const routerAddress = "172.31.255.1";
const hubUrl = "http://hub.example";
const radius = { secret: "town-radius-secret", authPort: 1812, acctPort: 1813 };

export interface Town {
  readonly time: VirtualTime;
  readonly trace: readonly string[];
  readonly router: Router;
  readonly database: Database;
  readonly providerId: string;
  readonly planId: string;
  agent(): Agent;
  /** A request of the phone at this address to the portal's API. */
  ask(
    address: string,
    method: "GET" | "POST",
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Writes a line into the trace. */
  note(event: string, fields?: object): void;
  /** The site loses power; the hub keeps running. */
  powerCut(): Promise<void>;
  /** Power is back: the router boots with a date of 1970, and the agent starts with what its flash kept. */
  powerBack(): Promise<void>;
  /** Cuts the link to the hub, so that dials fail, or restores it. */
  cutWan(cut: boolean): void;
  /** The payments that moved money, by Daraja's books. */
  moneyMoved(): readonly Success[];
  close(): Promise<void>;
}

export async function createTown(seed: number): Promise<Town> {
  const startsAtMs = Date.UTC(2026, 10, 20, 6, 0, 0) + seededRandom(seed).integer(86_400_000);
  const time = createVirtualTime(startsAtMs);
  const network = createVirtualNetwork(time);
  const trace: string[] = [];
  const note = (who: string, event: string, fields?: object) => {
    trace.push(`${time.nowMs()} ${who} ${event}${fields === undefined ? "" : ` ${JSON.stringify(fields)}`}`);
  };
  const worldOf = (who: string, part: number, clock = time.clock()): World => ({
    clock,
    random: seededRandom(seed * 16 + part),
    log: logTo((event, fields) => note(who, event, fields)),
  });

  const hubSide = await startHub(worldOf("hub", 1), worldOf("daraja", 2), time);
  const { token, planId, providerId } = await makeProvider(hubSide, worldOf("operator", 3));

  const router = createRouter(worldOf("router", 4), network.host(routerAddress), {
    address: routerAddress,
    portalUrl: `http://${agentAddress}/`,
    radiusServers: [{ address: agentAddress, ...radius }],
  });
  const folder = createFaultyFolder({ random: seededRandom(seed * 16 + 5) });
  const site = createSite({ folder, network, time, worldOf, token, hubSide });
  await router.boot();
  await site.boot({ clockStartsAt1970: false });

  return {
    time,
    trace,
    router,
    database: hubSide.database,
    providerId,
    planId,
    agent: () => site.running(),
    note: (event, fields) => note("town", event, fields),
    async ask(address, method, path, body) {
      const client = router.client(address);
      const hint = { mac: client.mac, ip: address, login: `${router.options.hotspotUrl}/login` };
      const query = method === "GET" ? `?${new URLSearchParams(hint)}` : "";
      const answer = site.running().portal.handle({
        method,
        url: path + query,
        headers: { host: agentAddress, "content-type": "application/json", cookie: site.cookies.get(address) },
        body: method === "POST" ? JSON.stringify({ ...hint, ...body }) : "",
        address,
      });
      return readAnswer(await answerOf(time, answer), (cookie) => site.cookies.set(address, cookie));
    },
    async powerCut() {
      note("town", "power-cut");
      await router.powerCut();
      site.powerCut();
      await time.settle();
    },
    async powerBack() {
      note("town", "power-back");
      await router.boot();
      await site.boot({ clockStartsAt1970: true });
    },
    cutWan(cut) {
      note("town", cut ? "wan-cut" : "wan-back");
      router.knobs.wan = cut ? "down" : "up";
      site.cutWan(cut);
    },
    moneyMoved: () => hubSide.daraja.successes(),
    async close() {
      const stopped = Promise.all([site.running().stop(), router.powerCut(), hubSide.hub.stop()]);
      await answerOf(time, stopped);
      await hubSide.database.close();
    },
  };
}

type HubSide = Awaited<ReturnType<typeof startHub>>;

async function startHub(world: World, darajaWorld: World, time: VirtualTime) {
  const opened = await openInMemory(world);
  const database = trackedDatabase(opened, time);
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const jobs = createInProcessQueue(world, database);
  const daraja = createSimulatedDaraja(darajaWorld, {
    apps: [sampleApp],
    deliver: (url, body) => deliverInProcess(() => hub.money)(url, body),
  });
  const hub: Hub = await createHub(
    world,
    {
      database,
      jobs,
      envelope,
      fileReader: createOwnProcessReader(),
      async http({ method, url, headers, body }) {
        const lowerCase = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        return daraja.request({ method, path: new URL(url).pathname, headers: lowerCase, body: body ?? "" });
      },
    },
    {
      publicUrl: hubUrl,
      darajaBaseUrl: "http://daraja.example",
      admin: null,
      masterKeyFrom: "setting",
      consoleFolder: null,
    },
  );
  await hub.start();
  const { keys } = await loadHubIdentity(world, database, envelope);
  return { hub, database, envelope, daraja, world, hubPublicKey: keys.publicKey };
}

async function makeProvider({ hub, database, envelope }: HubSide, world: World) {
  const publish = createPublish(world, envelope);
  return database.asPlatform("town", async (tx) => {
    const provider = await setUpProvider(
      world,
      publish,
      tx,
      { name: "Baraka WiFi", currency: "KES", locale: "en", utcOffsetMinutes: 180, supportPhone: null },
      { email: "owner@karibu.example", name: "Owner", passwordHash: "never used" },
    );
    const providerId = provider.provider_id;
    const plan = await insertPlan(world, publish, tx, providerId, {
      name: "1 hour",
      priceCents: 2000,
      currency: "KES",
      active: true,
      terms: {
        ...unlimitedTerms,
        validitySeconds: seconds(3600),
        dataBytes: bytes(1_000_000_000),
        downKbps: kbps(5000),
        upKbps: kbps(2000),
      },
    });
    const where = { region: null, district: null, latitude: null, longitude: null };
    const fields = { name: "Market square", ...where, interimSeconds: 60, autoLogIn: true };
    const [site] = (await createTestSites(world, publish).insert(tx, providerId, [fields])) as [SiteRow];
    const { business: _, ...keys } = sampleApp;
    await hub.money.createChannel(tx, providerId, {
      kind: "mpesa-paybill",
      name: "Paybill",
      environment: "sandbox",
      ...keys,
    });
    const { token } = await createEnrolmentToken(world, tx, { providerId, siteId: site.site_id });
    return { token, planId: plan.plan_id, providerId };
  });
}

interface SiteParts {
  readonly folder: ReturnType<typeof createFaultyFolder>;
  readonly network: ReturnType<typeof createVirtualNetwork>;
  readonly time: VirtualTime;
  readonly worldOf: (who: string, part: number, clock: ReturnType<VirtualTime["clock"]>) => World;
  readonly token: string;
  readonly hubSide: HubSide;
}

/** The agent's container. It loses power with its router. */
function createSite({ folder, network, time, worldOf, token, hubSide }: SiteParts) {
  const { hub, database, hubPublicKey, world: hubWorld } = hubSide;
  const cookies = new Map<string, string>();
  const udp = network.host(agentAddress);
  let agent: Agent | null = null;
  let stopClock: () => void = () => {};
  let wire: SocketPair | null = null;
  let wanIsCut = false;
  let boots = 0;

  return {
    cookies,
    running(): Agent {
      if (agent === null) throw new Error("the site has no power");
      return agent;
    },
    async boot({ clockStartsAt1970 }: { clockStartsAt1970: boolean }) {
      const bootedAtMs = time.trueMs();
      const offsetMs = () => (clockStartsAt1970 ? 86_400_000 - bootedAtMs : 0);
      const clock = time.clock({ offsetMs, quality: clockStartsAt1970 ? "unknown" : "estimated" });
      stopClock = clock.stop;
      agent = createAgent(
        worldOf("agent", 6 + (boots++ % 10), clock),
        {
          folder,
          udp,
          bootId: `boot-${boots}`,
          async dialHub() {
            if (wanIsCut) throw new Error("connection refused");
            wire = createSocketPair({ deliver: (task) => void clock.after(20, task) });
            hub.link.accept(wire.hub, "203.0.113.7");
            return wire.agent;
          },
          async post(_url, body) {
            const { token: given, publicKey } = body as { token: string; publicKey: string };
            const outcome = await enrolAgent(hubWorld, database, { token: given, publicKey });
            return outcome.kind === "enrolled"
              ? { status: 200, body: { siteId: outcome.siteId, hubPublicKey } }
              : { status: 400, body: null };
          },
        },
        {
          version: "simulated",
          siteFile: null,
          interimFlushSeconds: 60,
          hub: { url: hubUrl, enrolToken: token },
          radius: { ...radius, coaHost: routerAddress, coaPort: 3799 },
        },
      );
      await answerOf(time, agent.start());
    },
    powerCut() {
      stopClock();
      udp.powerCut();
      wire?.cut();
      folder.reboot();
      agent = null;
    },
    cutWan(cut: boolean) {
      wanIsCut = cut;
      if (cut) wire?.cut();
    },
  };
}

/** Each transaction counts as work in flight: time stands still until it is done. */
function trackedDatabase(database: Database, time: VirtualTime): Database {
  return {
    engine: database.engine,
    asProvider: (providerId, work, options) => time.track(database.asProvider(providerId, work, options)),
    asPlatform: (reason, work, options) => time.track(database.asPlatform(reason, work, options)),
    asBooker: (providerIds, work, options) => time.track(database.asBooker(providerIds, work, options)),
    notify: (notices) => time.track(database.notify(notices)),
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    close: () => database.close(),
  };
}

/** Moves time forward in small steps until the answer arrives. */
export async function answerOf<T>(time: VirtualTime, answer: Promise<T>): Promise<T> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  answer.then(done, done);
  await time.settle();
  for (let step = 0; !settled; step++) {
    if (step > 6000) throw new Error("no answer within ten minutes of the town's time");
    await time.advance(100);
  }
  return answer;
}

function readAnswer(response: HttpResponse, keepCookie: (cookie: string) => void) {
  const cookie = response.headers["set-cookie"];
  if (cookie !== undefined) keepCookie(String(cookie).split(";")[0] as string);
  return { status: response.status, body: JSON.parse(String(response.body)) as Record<string, unknown> };
}

function logTo(write: (event: string, fields?: object) => void): Log {
  return { debug: () => {}, info: write, warn: write, error: write };
}
