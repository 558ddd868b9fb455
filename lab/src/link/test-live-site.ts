/**
 * A whole site under virtual time for live control: the real agent, a simulated router, and a hub's end of the link that asks and orders.
 * The link runs over the router's WAN port: switched off, nothing passes.
 */

import { parseSiteFile } from "@karibu/agent/grants/site-file";
import type { RouterControl } from "@karibu/agent/ground/router-control";
import type { SiteSecrets } from "@karibu/agent/ground/site-secrets";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import type { ApiDial, ApiSocket } from "@karibu/agent/routeros/router-api";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import { openSiteSecrets } from "@karibu/agent/store/site-secrets";
import { saveIdentity } from "@karibu/agent/sync/identity";
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import { newId } from "@karibu/protocol/identifiers";
import { type JournalRecord, parseRecord } from "@karibu/protocol/journal/record";
import { createCalls } from "@karibu/protocol/link/calls";
import { type AgentHello, type Frame, protocolVersion } from "@karibu/protocol/link/frame";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { type LinkKeys, makeLinkKeys, signProof } from "@karibu/protocol/link/link-keys";
import { hubProof } from "@karibu/protocol/link/link-proof";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { DesiredRouter, DriftPolicy } from "@karibu/protocol/router/desired-router";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterView } from "@karibu/protocol/router/router-views";
import { actOnRouter } from "@karibu/protocol/rpc/router/act-on-router";
import { examineRouter } from "@karibu/protocol/rpc/router/examine-router";
import { readDesiredRouter } from "@karibu/protocol/rpc/router/read-desired-router";
import { readRouter } from "@karibu/protocol/rpc/router/read-router";
import type { World } from "@karibu/protocol/world";
import { onTestFinished } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { treeOf } from "../router/api/config-tree.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { plantSetUp } from "../router/api/plant-set-up.ts";
import { createRouter } from "../router/device/router.ts";
import type { RouterKnobs, RouterOptions } from "../router/model/router-options.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { createSocketPair, type SocketPair } from "./socket-pair.ts";

const secret = "between router and agent";
const [authPort, acctPort] = [1812, 1813];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const siteId = "01a1f843-2d17-7c8b-b4f3-7ba483bb2b04";

const siteFile = JSON.stringify({
  plans: [{ name: "day", validitySeconds: 86_400 }],
  accounts: [{ username: "tim", password: "t", plan: "day" }],
  vouchers: [{ code: "MANGO42", plan: "day" }],
});

/** A way to end all connections that it made. */
function watched(dial: ApiDial) {
  const sockets = new Set<ApiSocket>();
  return {
    async dial() {
      const socket = await dial();
      sockets.add(socket);
      return socket;
    },
    end() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
}

/**
 * Through the site's own line: while that is down nothing passes, and the router takes minutes to notice that the other end is gone. A packet that
 * was sent is lost; nobody is told.
 */
function throughTheLine(dial: ApiDial, clock: World["clock"], isUp: () => boolean): ApiDial {
  return async () => {
    if (!isUp()) throw new Error("no route");
    const socket = await dial();
    return {
      write: (bytes) => isUp() && socket.write(bytes),
      listen: ({ data, ended }) => socket.listen({ data: (bytes) => isUp() && data(bytes), ended }),
      destroy: () => (isUp() ? socket.destroy() : void clock.after(unheardMs, () => socket.destroy())),
    };
  };
}

/** RouterOS' TCP gives a connection up after so long. */
const unheardMs = 9 * 60_000;

/** What the hub says of how the router should be; absent: it does not know the question. */
interface ToldOfRouter {
  readonly desired?: DesiredRouter;
  readonly policy?: DriftPolicy;
}

/** The hub's end: as little of a hub as a link needs. */
function createHubEnd(world: World, keys: LinkKeys, told: ToldOfRouter) {
  let socket: LinkSocket | null = null;
  const records: JournalRecord[] = [];
  const heard: string[] = [];
  const say = (frame: object) => socket?.send(JSON.stringify(frame));
  const calls = createCalls(world, "site", (frame) => {
    if (socket === null) return false;
    say(frame);
    return true;
  });

  function welcome(hello: AgentHello, hubNonce: string): void {
    const frame = {
      protocol: protocolVersion,
      generation: "g1",
      timeMs: unixMs(world.clock.wall().atMs),
      resumeAfterSeq: records.at(-1)?.seq ?? 0,
      newEpoch: false,
    };
    const proof = hubProof({ hubNonce, offered: [protocolVersion], hello }, frame);
    say({ type: "welcome", ...frame, signature: signProof(keys, proof) });
    calls.resend();
  }

  return {
    records,
    /** All that the agent said, word by word. */
    heard,
    /** All that the scope holds now. */
    feed(scope: Scope, rows: readonly FeedRow[], version: number) {
      say({ type: "feed", scope, reset: true, rows, version, last: true });
    },
    accept(near: LinkSocket) {
      socket = near;
      const hubNonce = Buffer.from(world.random.bytes(24)).toString("base64");
      near.onMessage((text) => {
        heard.push(text);
        const frame = JSON.parse(text) as Frame;
        if (frame.type === "hello") welcome(frame as AgentHello, hubNonce);
        else if (frame.type === "ping") say({ type: "pong" });
        else if (frame.type === "reply") calls.onReply(frame);
        else if (frame.type === "rpc" && frame.method === readDesiredRouter.method && told.desired !== undefined)
          say({
            type: "reply",
            id: frame.id,
            result: { kind: "desired", policy: told.policy ?? "tell", hash: "1", desired: told.desired },
          });
        else if (frame.type === "rpc")
          say({ type: "reply", id: frame.id, error: { code: "link/unknown-method", message: "no such method" } });
        else if (frame.type === "journal") {
          for (const each of frame.records) {
            const read = parseRecord(each);
            if ("record" in read && read.record.seq > (records.at(-1)?.seq ?? 0)) records.push(read.record);
          }
          say({ type: "ack", epoch: frame.epoch, seq: records.at(-1)?.seq ?? 0 });
        }
      });
      near.onClose(() => {
        if (socket === near) socket = null;
      });
      say({ type: "hello", role: "hub", protocols: [protocolVersion], nonce: hubNonce });
    },
    call: calls.call,
  };
}

export type LiveSite = Awaited<ReturnType<typeof openLiveSite>>;

/** `feed`: what the hub told the site before; with it the router asks the agent by RADIUS. */
export async function openLiveSite(
  given: {
    readonly router?: Partial<RouterOptions>;
    readonly knobs?: Partial<RouterKnobs>;
    /** The agent is beside the hub, and its router behind the line that a change may cut. */
    readonly isHosted?: boolean;
    readonly feed?: readonly { readonly scope: Scope; readonly rows: readonly FeedRow[] }[];
  } & ToldOfRouter = {},
) {
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const world = (seed: number): World => ({ clock: time.clock(), random: seededRandom(seed), log: quiet });
  const routerWorld = world(1);
  const udp = createMemoryUdp();
  const asked =
    given.feed === undefined ? {} : { radiusServers: [{ address: "127.0.0.1", authPort, acctPort, secret }] };
  const router = createRouter(routerWorld, udp, { ...asked, ...given.router });
  Object.assign(router.knobs, given.knobs);
  await router.boot();
  const tree = treeOf(router);
  if (given.desired !== undefined) plantSetUp(tree, given.desired);
  const hubKeys = makeLinkKeys(seededRandom(7));
  const hub = createHubEnd(world(3), hubKeys, given);
  const folder = createFaultyFolder(world(4));
  const keys = makeLinkKeys(seededRandom(8));
  await saveIdentity(folder, {
    current: { siteId, keys, hubPublicKey: hubKeys.publicKey, tokenHash: "" },
    pending: null,
  });
  if (given.feed !== undefined) {
    const stored = await openFeedStore(world(5), folder);
    for (const { scope, rows } of given.feed) await stored.apply({ scope, reset: true, rows, version: 1 });
    await stored.close();
  }
  const parsed = parseSiteFile(siteFile);
  if (!("site" in parsed)) throw new Error(parsed.problem);
  const { site } = parsed;
  /** Sentences that reached the router's API, with when. */
  const said: { readonly words: readonly string[]; readonly atMs: number }[] = [];
  let wire: SocketPair | null = null;
  let agent: Agent;
  let control: RouterControl;
  let dialling: ReturnType<typeof watched>;
  let secrets: SiteSecrets;
  const isUp = () => router.running !== null && router.knobs.wan === "up";
  tree.onChange(() => {
    if (!isUp() && given.isHosted !== true) wire?.cut();
  });

  async function start(): Promise<void> {
    const agentWorld = world(2);
    const dial = dialInMemory(routerWorld, router, (words) => said.push({ words, atMs: time.nowMs() }));
    dialling = watched(given.isHosted === true ? throughTheLine(dial, agentWorld.clock, isUp) : dial);
    secrets = await openSiteSecrets(agentWorld, folder, { radiusSecret: "one for both", apiPassword: "" });
    const password = secrets.apiPasswords;
    control = createHotspotControl(createRouterApi(agentWorld, dialling.dial, { user: "karibu", password }));
    agent = createAgent(
      agentWorld,
      {
        folder,
        udp: given.feed === undefined ? createMemoryUdp() : udp,
        ...(given.isHosted === true ? { remoteRouter: control } : { router: control }),
        post: () => Promise.reject(new Error("it is enrolled already")),
        async dialHub() {
          if (!isUp() && given.isHosted !== true) throw new Error("no route");
          wire = createSocketPair();
          hub.accept(wire.hub);
          return wire.agent;
        },
      },
      {
        version: "test",
        radius: given.feed === undefined ? null : { secret, authPort, acctPort, coaHost: "127.0.0.1", coaPort: 3799 },
        secrets,
        hub: { url: "http://hub.test", enrolToken: null },
        siteFile: site,
        interimFlushSeconds: 60,
      },
    );
    await settled(agent.start());
    while (agent.hub.state !== "connected") await time.advance(500);
  }

  /** Lets time pass until the promise has settled. */
  async function settled<T>(promise: Promise<T>, stepMs = 250, msMax = 300_000): Promise<T> {
    let isSettled = false;
    const note = () => {
      isSettled = true;
    };
    promise.then(note, note);
    await time.settle();
    for (let ms = 0; !isSettled && ms < msMax; ms += stepMs) await time.advance(stepMs);
    return await promise;
  }

  await start();
  return {
    time,
    router,
    tree,
    hub,
    /** What the hub says from now on of how the router should be. */
    told: given as { policy?: DriftPolicy },
    folder,
    said,
    /** How enforcement talks to the same router. */
    get control() {
      return control;
    },
    settled,
    get secrets() {
      return secrets;
    },
    get agent() {
      return agent;
    },
    /** Everything about the router that left the site so far. */
    read: (view: RouterView, more: { limit?: number; offset?: number; fresh?: boolean } = {}, deadlineMs = 60_000) =>
      hub.call(readRouter, { view, ...more }, deadlineMs),
    /** Looks now, and says what is wrong. */
    examine: () => hub.call(examineRouter, {}, 60_000),
    act: (
      action: RouterAction,
      order: { nonce?: string; expiresAtMs?: UnixMs; deadlineMs?: number; actor?: string } = {},
    ) =>
      hub.call(
        actOnRouter,
        {
          action,
          nonce: order.nonce ?? newId(routerWorld),
          actor: order.actor ?? "Anna",
          expiresAtMs: order.expiresAtMs ?? unixMs(time.trueMs() + 60_000),
        },
        order.deadlineMs ?? 120_000,
      ),
    /** All connections to the router's API end, as when the agent's process is killed. */
    endApi: () => dialling.end(),
    async restart() {
      await settled(agent.stop());
      await start();
    },
    async close() {
      await settled(agent.stop());
      await settled(router.powerCut());
    },
  };
}

/** As `openLiveSite`, for one test: it is closed when the test ends. */
export async function openLiveSiteOfTest(...given: Parameters<typeof openLiveSite>): Promise<LiveSite> {
  const site = await openLiveSite(...given);
  onTestFinished(() => site.close());
  return site;
}
