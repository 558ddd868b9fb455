/**
 * A site in one process under virtual time: the real agent, its router, phones and sellers. Only time, chance, wires and disk are simulated. What
 * happens is written into the chronicle, from the side of the router and the phones. It has a hub where it is given one.
 */

import { hashPin } from "@karibu/agent/cash/pin";
import { parseSiteFile, voucherKey } from "@karibu/agent/grants/site-file";
import { grantIdOfCode, grantIdOfName } from "@karibu/agent/grants/site-file-grants";
import type { StaticFile } from "@karibu/agent/ground/http";
import type { Launcher } from "@karibu/agent/ground/launcher";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import type { ApiDial } from "@karibu/agent/routeros/router-api";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import type { AgentOptions } from "@karibu/agent/start/agent-options";
import "@karibu/agent/start/every-part";
import { openSessions } from "@karibu/agent/state/site-state";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { PortalState } from "@karibu/protocol/portal-api";
import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, Wall, World } from "@karibu/protocol/world";
import { createFaultyFolder, type FolderCopy } from "../../disk/faulty-folder.ts";
import type { BytesAnswer } from "../../http/in-memory-http.ts";
import { dialInMemory } from "../../router/api/dial-in-memory.ts";
import { portalRequest } from "../../router/device/portal-request.ts";
import { type Client, createRouter } from "../../router/device/router.ts";
import { seededRandom } from "../../world/seeded-random.ts";
import { createVirtualNetwork } from "../../world/virtual-network.ts";
import { createVirtualTime, type QuietWatch, type VirtualTime } from "../../world/virtual-time.ts";
import type { Fact, NewFact, PlanTerms, Right } from "../judge/chronicle.ts";
import { traceLog } from "../trace-log.ts";
import { type AgentFolder, openAgentFolder } from "./agent-folder.ts";
import { openPortalDoor, type PortalDoor } from "./ask-portal.ts";
import { byTheClock, withoutClock } from "./by-the-clock.ts";
import { type Container, openContainer } from "./container.ts";
import { ownAlarms, siteAlarms } from "./reach.ts";
import { readBooks } from "./read-books.ts";
import { type choices, type PlanName, plansAt, type SiteShape } from "./site-story.ts";
import { createSessionWatch } from "./watch-sessions.ts";

const agentAddress = "172.31.255.2";
const besideAddress = "172.31.255.3";
const routerAddress = "172.31.255.1";
const radius = { secret: "between the two", authPort: 1812, acctPort: 1813, coaHost: routerAddress, coaPort: 3799 };
/** RouterOS starts a container that ended again after some seconds. */
const startAgainMs = 5000;
/** Of the country. */
const utcOffsetMinutes = 180;

const startPage: StaticFile = {
  contentType: "text/html; charset=utf-8",
  body: Buffer.from("<!doctype html><title>Karibu</title>"),
  gzip: null,
  immutable: false,
  styleHashes: [],
};

/** What becomes of packets. */
export interface Nets {
  readonly lostPercent: number;
  readonly doubledPercent: number;
  readonly delayMs: number;
  readonly echoMs: number;
}
export const netsAreWell: Nets = { lostPercent: 0, doubledPercent: 0, delayMs: 0, echoMs: 0 };

const radiusCodes = { accountingRequest: 4 };
/** RFC 2866 §5.1: attribute 40 of four bytes, with the value 1 of a Start or 3 of an Interim-Update. */
const goingOn = [1, 3].map((status) => Buffer.from([40, 6, 0, 0, 0, status]));
/**
 * The agent takes a copy of a Start or an Interim-Update that comes this long after its session's end for another session with the same id, as of a
 * router that began to count anew.
 */
const goingOnEchoMsMax = 20_000;

/** How late the second copy of a packet may come. */
function echoOf(packet: Uint8Array, echoMs: number): number {
  const isGoingOn =
    packet[0] === radiusCodes.accountingRequest && goingOn.some((status) => Buffer.from(packet).includes(status));
  return isGoingOn ? Math.min(echoMs, goingOnEchoMsMax) : echoMs;
}

export type SiteTown = ReturnType<typeof openSiteTown>;

/** How a site reaches its hub, and what customers hold that the hub's people made. */
export interface Uplink {
  readonly hubUrl: string;
  readonly enrolToken: string;
  /** Rejects while nothing answers. `clock`: of the process that dials; nothing arrives once it has died. */
  dial(clock: Clock): Promise<{ readonly socket: LinkSocket; cut(): void }>;
  post(url: string, body: unknown): Promise<{ status: number; body: unknown }>;
  readonly vouchers: readonly { readonly code: string; readonly right: Right }[];
  readonly accounts: readonly { readonly username: string; readonly right: Right }[];
  readonly sellers: readonly { readonly name: string; readonly pin: string }[];
  /** As the page of sellers names a plan. */
  planKeyOf(plan: PlanName): string;
  /** The judge's name of what is sold for this price. */
  offerOf(plan: PlanName, priceCents: number): string;
}

export const timeOfSeed = (seed: number, watch: QuietWatch | null = null): VirtualTime =>
  createVirtualTime(Date.UTC(2026, 10, 20, 6) + (seed % 86_400) * 1000, watch);

/** @param uplink null: the site has a file of its own, and no hub */
export function openSiteTown(seed: number, shape: SiteShape, time = timeOfSeed(seed), uplink: Uplink | null = null) {
  const facts: Fact[] = [];
  const trace: string[] = [];
  let nets: Nets = netsAreWell;
  let diskDelayMs = 0;
  let clockJumpMs = 0;
  let drift = { sinceMs: 0, perHourMs: 0 };
  let stickCopy: FolderCopy | null = null;
  let renames = 0;
  const chance = (part: number) => seededRandom(seed * 16 + part);
  const netChance = chance(1);
  const note = (fact: NewFact): void => void facts.push({ atMs: time.nowMs(), ...fact } as Fact);
  const log = (who: string) =>
    traceLog(time, trace, who, (level, event) => {
      if (who === "agent") note({ kind: "logged", who, level, event });
      if (level === "warn" && (uplink === null ? ownAlarms : siteAlarms).has(event))
        note({ kind: "warned", alarm: event });
    });

  const network = createVirtualNetwork(time, (packet) => {
    const arrives = (lateMs: number) =>
      netChance.integer(100) < nets.lostPercent ? [] : [1 + netChance.integer(1 + nets.delayMs + lateMs)];
    return netChance.integer(100) < nets.doubledPercent
      ? [...arrives(0), ...arrives(echoOf(packet, nets.echoMs))]
      : arrives(0);
  });

  const routerWorld: World = { clock: time.clock(), random: chance(2), log: log("router") };
  const router = createRouter(routerWorld, network.host(routerAddress), {
    address: routerAddress,
    portalUrl: `http://${agentAddress}/`,
    radiusServers: [{ address: agentAddress, ...radius }],
    loginBy: shape.macCookies ? ["http-pap", "http-chap", "mac-cookie"] : ["http-pap", "http-chap"],
    ntpSeconds: shape.ntpSeconds,
  });
  // The agent is a container on it.
  router.onPower((isOn) => {
    if (!isOn) network.loseAll();
  });
  const sessions = createSessionWatch(router, note);

  const folder = createFaultyFolder({ random: chance(3) });
  const startedMs = time.trueMs() - time.nowMs();
  const storyPlans = plansAt(startedMs);
  const own = uplink === null ? siteFileOf(shape, storyPlans, startedMs) : null;
  const rights: Right[] =
    own?.rights ?? [...(uplink?.vouchers ?? []), ...(uplink?.accounts ?? [])].map(({ right }) => right);
  const printed = own?.codes ?? uplink?.vouchers.map(({ code }) => code) ?? [];
  const codes = printed.map((code, index) => ({ code, rightId: rights[index]?.rightId ?? "" }));
  const names = own?.names ?? uplink?.accounts.map(({ username }) => username) ?? [];
  const accounts = names.map((name, at) => ({ name, rightId: rights[codes.length + at]?.rightId ?? "" }));
  const sellers = own?.sellers ?? uplink?.sellers ?? [];

  let life: Life | null = null;
  const doors: PortalDoor[] = [];
  let lives = 0;
  let isRebooting = false;
  /** Counts the router's boots: a start that was planned in an earlier one does not happen. */
  let boots = 0;
  const wallClock = time.clock();

  interface Life {
    readonly agent: Agent;
    readonly disk: AgentFolder;
    readonly door: PortalDoor;
    readonly isStarted: () => boolean;
    end(): void;
  }

  let container: Container | null = null;

  function boot(): void {
    if (life !== null || container !== null || router.running === null) return;
    if (shape.isLaunched === true) container = startContainer();
    else
      startAgent(null, () => {
        // A write of the process before, which died in that moment, may have been the one at which the power went.
        folder.startAgain();
        wallClock.after(startAgainMs, boot);
      });
  }

  /** With the image's launcher, which starts one release of the agent after the other. */
  function startContainer(): Container {
    const clock = time.clock();
    return openContainer(
      { clock, random: chance(4), log: traceLog(time, trace, "launcher") },
      {
        folder,
        note,
        onPowerCut: () => planned?.(),
        stopClock: clock.stop,
        startAgent(launcher, ended) {
          startAgent(launcher, ended);
          const mine = life as Life | null;
          if (mine === null) throw new Error("an agent that was started lives");
          return {
            hang() {
              if (life !== mine) return;
              mine.end();
              note({ kind: "agent-down", how: "killed" });
            },
            stop: () => stopLife(mine),
            answers: (url) => answers(mine, url),
          };
        },
      },
    );
  }

  /** As the launcher asks it, on the agent's own machine. */
  async function answers(asked: Life, url: string): Promise<boolean> {
    if (life !== asked || !asked.isStarted()) return false;
    const request = { method: "GET", url, headers: { host: agentAddress }, body: "", address: "127.0.0.1" };
    return (await asked.door.ask(request))?.status === 200;
  }

  /** By order: it ends what it has begun. @returns whether it came to that: it may have died meanwhile */
  async function stopLife(stopping: Life): Promise<boolean> {
    if (life !== stopping) return false;
    if (stopping.isStarted()) {
      await stopping.agent.stop().catch((error: unknown) => note({ kind: "threw", what: `stop: ${String(error)}` }));
      if (life !== stopping) return false;
      note({ kind: "books", books: readBooks(stopping.agent, "before-stop") });
    }
    const how = stopping.isStarted() ? "stopped" : "killed";
    stopping.end();
    note({ kind: "agent-down", how });
    return true;
  }

  /** `failed`: it could not open what it needs, and has ended. */
  function startAgent(launcher: Launcher | null, failed: () => void): void {
    if (router.running === null) return;
    const bootOfRouter = boots;
    const machineMs = router.running.bootedAtMs;
    const clock = time.clock();
    const udp = network.host(agentAddress);
    let isDead = false;
    let isStarted = false;
    const agentWorld: World = {
      clock: { ...clock, wall },
      random: chance(20 + lives++),
      log: log("agent"),
    };
    const lines = new Set<{ destroy(): void }>();
    const end = (): void => {
      isDead = true;
      clock.stop();
      udp.powerCut();
      disk.die();
      for (const line of lines) line.destroy();
      life = null;
    };
    const disk = openAgentFolder(folder, clock, {
      delayMs: () => diskDelayMs + (shape.diskMs ?? 0),
      onPowerCut: () => planned?.(),
    });
    const dial = dialInMemory(routerWorld, router);
    const dialRouter: ApiDial = async () => {
      const line = await dial();
      lines.add(line);
      return line;
    };
    const dialWhileAlive = async (hub: Uplink): Promise<LinkSocket> => {
      const { socket, cut } = await hub.dial(clock);
      lines.add({ destroy: cut });
      return socket;
    };
    const api = () => createHotspotControl(createRouterApi(agentWorld, dialRouter, { user: "karibu", password: "" }));
    const door = openPortalDoor(agentWorld, () => void time.track(Promise.resolve()));
    doors.push(door);
    const agent = createAgent(
      agentWorld,
      {
        folder: disk,
        // What a process does not live to open stays closed.
        udp: { bind: (socket) => (isDead ? new Promise<never>(() => {}) : udp.bind(socket)) },
        dialHub: uplink === null ? null : () => dialWhileAlive(uplink),
        ...(uplink === null ? {} : { post: uplink.post }),
        router: shape.routerApi ? api() : null,
        listenHttp: door.listen,
        hashPin: (pin, saltHex) => time.track(hashPin(pin, saltHex)),
        bootId: `boot-${bootOfRouter}`,
        uptimeMs: () => wallClock.monotonicMs() - machineMs,
        launcher,
        // What proves itself has a page, too.
        ...(launcher === null ? {} : { portalFiles: new Map([["/", startPage]]) }),
      },
      {
        version: launcher?.runningVersion ?? "simulated",
        siteFile: own?.file ?? null,
        hub: uplink === null ? null : { url: uplink.hubUrl, enrolToken: uplink.enrolToken },
        radius,
        interimFlushSeconds: shape.interimFlushSeconds,
        ...limitsOf(shape),
      },
    );
    const mine: Life = { agent, disk, door, isStarted: () => isStarted, end };
    life = mine;
    agent.start().then(
      () => {
        if (life !== mine) return;
        isStarted = true;
        note({ kind: "agent-up" });
        note({ kind: "books", books: readBooks(agent, "after-start") });
      },
      (error: unknown) => {
        if (life !== mine) return;
        trace.push(`${time.nowMs()} agent start failed: ${String(error)}`);
        end();
        failed();
      },
    );
  }

  function wall(): Wall {
    const atMs = unixMs(Math.max(0, systemMs()));
    return { atMs, quality: atMs >= earliestPlausibleMs ? "estimated" : "unknown" };
  }

  /** As the router shows it: a wrong or no date until NTP answers. */
  function systemMs(): number {
    const running = router.running;
    if (running === null) return 0;
    const driftMs = Math.round(((time.nowMs() - drift.sinceMs) * drift.perHourMs) / 3_600_000);
    if (running.isNtpSynchronised()) return running.wallMs() + clockJumpMs + driftMs;
    if (shape.wakesWrongByMinutes === null) return running.wallMs();
    return time.trueMs() + shape.wakesWrongByMinutes * 60_000 + clockJumpMs + driftMs;
  }

  /** What happens when the write comes at which the agent is to die. */
  let planned: (() => void) | null = null;

  function kill(offMs: number): void {
    // The write may have been that of another agent on the folder.
    folder.startAgain();
    if (life === null && container === null) return;
    const wasUp = endAll();
    if (wasUp) note({ kind: "agent-down", how: "killed" });
    wallClock.after(Math.max(1, offMs), boot);
  }

  /** The container ends with all that runs in it. @returns whether the agent ran */
  function endAll(): boolean {
    const wasUp = life !== null;
    container?.end();
    container = null;
    life?.end();
    return wasUp;
  }

  /** `whileOff`: what is done to the machine before it comes back. */
  function cutPower(offMs: number, whileOff: () => void = () => {}): void {
    if (router.running === null) {
      folder.reboot();
      return;
    }
    sessions.look();
    const wasUp = endAll();
    folder.reboot();
    whileOff();
    if (wasUp) note({ kind: "agent-down", how: "power" });
    sessions.endAll("power");
    note({ kind: "router-down" });
    boots++;
    void router.powerCut();
    wallClock.after(Math.max(1, offMs), () => void powerBack());
  }

  async function powerBack(): Promise<void> {
    await router.boot();
    note({ kind: "router-up" });
    boot();
  }

  /** The site's own names of sessions that the judge knows: a router may use an id again. */
  const attributed = new Set<string>();
  /** Sessions of the router that have ended by the site's books. */
  const believedOver = new Set<string>();
  /** Of each phone, by name. */
  const cookies = new Map<number, Map<string, string>>();
  const macs = new Map<number, number>();

  /** The phone has an address of its own for each MAC, as DHCP gives it. */
  function client(phone: number) {
    const number = macs.get(phone) ?? 0;
    return router.client(`10.5.${50 + number}.${10 + phone}`, mac(phone, number));
  }

  /** Who died meanwhile says nothing. */
  async function send(
    who: Client,
    phone: number | null,
    path: string,
    body: object | null,
  ): Promise<BytesAnswer | null> {
    if (life === null || !life.isStarted() || router.running === null) return null;
    const asked = life;
    const held = phone === null ? new Map<string, string>() : (cookies.get(phone) ?? new Map<string, string>());
    const cookie = held.size === 0 ? undefined : [...held].map((pair) => pair.join("=")).join("; ");
    const form = body instanceof URLSearchParams ? String(body) : null;
    const request = portalRequest(router, who, { path, body: form === null ? body : {}, cookie });
    const answer = await life.door.ask(
      form === null
        ? request
        : {
            ...request,
            body: form,
            headers: { ...request.headers, "content-type": "application/x-www-form-urlencoded" },
          },
    );
    if (life !== asked || answer === null) return null;
    for (const line of answer.cookies) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      held.set(name, value);
    }
    if (phone !== null) cookies.set(phone, held);
    return answer;
  }

  const read = (answer: BytesAnswer | null) =>
    answer === null ? null : { status: answer.status, body: JSON.parse(answer.body) as Answer };

  return {
    time,
    facts,
    trace,
    /** What they are worth by the judge. */
    plans: storyPlans,
    rights,
    codes,
    accounts,
    sellers,
    planKeyOf: uplink?.planKeyOf ?? ((plan: PlanName) => `file ${plan}`),
    offerOf: uplink?.offerOf ?? ((plan: PlanName) => plan),
    /** Staff made one more. */
    addCode({ code, right }: { readonly code: string; readonly right: Right }): void {
      codes.push({ code, rightId: right.rightId });
      rights.push(right);
    },
    router,
    folder,
    note,
    sessions,
    /** Notes what the site charges each open session to, as soon as it knows. */
    lookAtCharges(): void {
      if (life === null || !life.isStarted()) return;
      const { state } = life.agent;
      for (const { name, nas } of sessions.unattributed()) {
        const known = [...state.sessions.values()].findLast(
          ({ sessionId, mac, sessionKey }) =>
            sessionId === nas.sessionId && mac === nas.mac && !attributed.has(sessionKey),
        );
        if (known?.grantId == null) continue;
        attributed.add(known.sessionKey);
        sessions.attribute(name);
        note({ kind: "charged-to", session: name, rightId: known.grantId });
      }
      const open = openSessions(state);
      for (const { name, nas } of sessions.attributed()) {
        const isOver = !open.some(({ sessionId, mac }) => sessionId === nas.sessionId && mac === nas.mac);
        if (believedOver.has(name) === isOver) continue;
        if (isOver) believedOver.add(name);
        else believedOver.delete(name);
        note({ kind: "believed-over", session: name, isOver });
      }
    },
    client,
    kill,
    cutPower,
    agent: (): Agent | null => (life?.isStarted() === true ? life.agent : null),
    async open(): Promise<void> {
      if (!shape.routerApi) note({ kind: "no-router-api" });
      await router.boot();
      boot();
      await time.advance(2000);
    },
    async stopAgent(offMs: number): Promise<void> {
      const [stopping, within] = [life, container];
      if (stopping === null || !stopping.isStarted()) return;
      if (within === null) {
        if (!(await stopLife(stopping))) return;
      } else {
        await within.stop();
        if (container !== within) return;
        endAll();
      }
      wallClock.after(Math.max(1, offMs), boot);
    },
    /** A second agent opens the same folder. No router asks it. */
    startBeside(forMs: number): void {
      if (life === null || !life.isStarted()) return;
      const clock = time.clock();
      const udp = network.host(besideAddress);
      const disk = openAgentFolder(folder, clock, { delayMs: () => diskDelayMs, onPowerCut: () => planned?.() });
      // What it warns of is not in the journal of the agent that the folder belongs to.
      const ownLog = traceLog(time, trace, "agent beside");
      const world: World = { clock: { ...clock, wall }, random: chance(20 + lives++), log: ownLog };
      const machineMs = router.running?.bootedAtMs ?? 0;
      const kernel = { bootId: `boot-${boots}`, uptimeMs: () => wallClock.monotonicMs() - machineMs };
      const agent = createAgent(
        world,
        { folder: disk, udp, dialHub: null, router: null, ...kernel },
        {
          version: "simulated",
          siteFile: own?.file ?? null,
          hub: null,
          radius,
          interimFlushSeconds: shape.interimFlushSeconds,
          ...limitsOf(shape),
        },
      );
      note({ kind: "agent-beside" });
      agent
        .start()
        .catch((error: unknown) => void trace.push(`${time.nowMs()} beside: start failed: ${String(error)}`));
      wallClock.after(forMs, () => {
        clock.stop();
        udp.powerCut();
        disk.die();
      });
    },
    /** The agent, or its power, ends in the middle of its so many-th change of the disk from now. */
    dieAtWrite(write: number, isPower: boolean, offMs: number): void {
      planned = () => {
        planned = null;
        if (isPower) cutPower(offMs);
        else kill(offMs);
      };
      folder.cutPowerAt(folder.operations + write);
    },
    setNets(trouble: Nets): void {
      nets = trouble;
    },
    setDiskDelay(delayMs: number): void {
      diskDelayMs = delayMs;
    },
    jumpClock(byMs: number): void {
      clockJumpMs = byMs;
    },
    after: wallClock.after,
    rebootRouter(): void {
      if (router.running === null || isRebooting) return;
      isRebooting = true;
      sessions.look();
      const wasUp = endAll();
      folder.startAgain();
      if (wasUp) note({ kind: "agent-down", how: "killed" });
      note({ kind: "router-down" });
      boots++;
      void router.reboot().then((isUp) => {
        isRebooting = false;
        if (!isUp) return;
        note({ kind: "router-up" });
        boot();
      });
    },
    driftClock(perHourSeconds: number): void {
      drift = { sinceMs: time.nowMs(), perHourMs: perHourSeconds * 1000 };
    },
    renameServer(): void {
      Object.assign(router.options, { serverName: `hotspot-${++renames}` });
    },
    damage(how: (typeof choices)["damage"][number], fileNumber: number, permille: number, bit: number): void {
      const names = folder.names();
      // How the last stop left the journal is there until the next record: few would ever strike it.
      const stopped = fileNumber % 2 === 0 ? names.find((name) => name.endsWith("/end.json")) : undefined;
      const file = stopped ?? names[fileNumber % Math.max(1, names.length)];
      if (file === undefined) return;
      if (how === "bit" && !folder.flipBit(file, permille, bit)) return;
      if (how === "zeroed") folder.zero(file, permille);
      if (how === "cut-short") folder.cutShort(file, permille);
      if (how === "lost") folder.lose(file);
      if (how === "unreadable") folder.unreadable(file);
      if (how === "bad-sector") folder.badPage(file, permille);
      note({ kind: "damaged", file, how });
    },
    copyStick(): void {
      stickCopy = folder.copy();
    },
    /** Without a copy an older stick is a new one. `withRouter`: the router loses its power too, else the agent alone is stopped meanwhile. */
    changeStick(to: (typeof choices)["stick-changed"][number], withRouter: boolean, offMs: number): void {
      const copy = to === "older" ? stickCopy : null;
      const change = () => {
        folder.change(copy);
        note({ kind: "stick-changed", to: copy === null ? "new" : "older" });
      };
      if (withRouter) cutPower(offMs, change);
      if (withRouter || life === null) return;
      kill(offMs);
      change();
    },
    /** Nothing that was planned strikes any more. */
    settleDown(): void {
      folder.cutPowerAt(null);
      planned = null;
    },
    async close(): Promise<void> {
      container?.end();
      const closing = Promise.all([life?.agent.stop(), router.powerCut()]);
      await time.advance(60_000);
      await closing;
    },
    /** The story is told. */
    hangUp(): void {
      for (const door of doors) door.hangUp();
    },
    changeMac(phone: number, keepsCookie: boolean): void {
      client(phone).consume({});
      macs.set(phone, (macs.get(phone) ?? 0) + 1);
      if (!keepsCookie) cookies.delete(phone);
      note({ kind: "new-mac", phone, keepsCookie });
    },
    /** Where the phone asks; null: nobody answers (no power, or the agent is not up). */
    async ask(phone: number, path: string, body: object | null): Promise<{ status: number; body: Answer } | null> {
      return read(await send(client(phone), phone, path, body));
    },
    /** The same of a phone that keeps no cookie. */
    async askAs(who: Client, path: string, body: object): Promise<{ status: number; body: Answer } | null> {
      return read(await send(who, null, path, body));
    },
    stranger: (number: number): Client =>
      router.client(`10.5.${200 + Math.floor(number / 200)}.${10 + (number % 200)}`),
    /** The page for installers, as it is asked on the agent's own machine: what is not well. */
    async status(): Promise<readonly string[]> {
      const headers = { host: agentAddress };
      const answer = await life?.door.ask({ method: "GET", url: "/status", headers, body: "", address: "127.0.0.1" });
      const { items = [] } = JSON.parse(answer?.body ?? "{}") as { items?: { name: string; state: string }[] };
      return items.filter(({ state }) => state !== "ok").map(({ name, state }) => `${name} (${state})`);
    },
    /** Milliseconds from now to the end of a right by the calendar, as the site has it. Null: there is none. */
    endsInMs(rightId: string): number | null {
      if (life === null || !life.isStarted()) return null;
      const { state, clock } = life.agent;
      const endsAtMs = state.grants.get(rightId)?.grant.endsAtMs;
      return endsAtMs == null ? null : endsAtMs - clock.wall().atMs;
    },
    /** What the page of a phone shows. Null: nobody answered. */
    async portal(phone: number): Promise<Pick<PortalState, "online" | "available"> | null> {
      const answer = await send(client(phone), phone, "/api/state", null);
      return answer === null || answer.status !== 200 ? null : (JSON.parse(answer.body) as PortalState);
    },
    /** Null: nobody lived to answer. */
    async openPage(phone: number, path: string): Promise<BytesAnswer | null> {
      return await send(client(phone), phone, path, null);
    },
    /** Null: nobody lived to answer. */
    async submit(phone: number, path: string, fields: Record<string, string>): Promise<BytesAnswer | null> {
      return await send(client(phone), phone, path, new URLSearchParams(fields));
    },
  };
}

/** The file of a site alone, and what its customers hold by it. */
function siteFileOf(shape: SiteShape, storyPlans: Readonly<Record<string, PlanTerms>>, startedMs: number) {
  const codes = shape.vouchers.map((_, index) => `77${String(index).padStart(6, "0")}`);
  const names = shape.accounts.map((_, index) => `guest${index}`);
  const sellers = Array.from({ length: shape.sellers }, (_, index) => ({
    name: `Seller ${index}`,
    pin: "482910",
    floatCents: shape.floatCents ?? null,
    settledCents: shape.settledCents ?? 0,
  }));
  const parsed = parseSiteFile(
    JSON.stringify({
      plans: Object.entries(storyPlans).map(([name, terms]) => {
        const clock = byTheClock(terms, startedMs, utcOffsetMinutes);
        return { name, currency: "KES", ...withoutClock(terms), ...clock };
      }),
      vouchers: codes.map((code, index) => ({ code, plan: shape.vouchers[index] })),
      accounts: names.map((username, index) => ({ username, password: "rightly", plan: shape.accounts[index] })),
      sellers,
    }),
  );
  if (!("site" in parsed)) throw new Error(parsed.problem);
  const rights: Right[] = [
    ...codes.map((code, index) => ({
      rightId: grantIdOfCode(voucherKey(code)),
      kind: "voucher" as const,
      plan: shape.vouchers[index] as string,
    })),
    ...names.map((name, index) => ({
      rightId: grantIdOfName(name),
      kind: "account" as const,
      plan: shape.accounts[index] as string,
    })),
  ];
  return { file: parsed.site, rights, codes, names, sellers };
}

export interface Answer {
  readonly code?: string;
  readonly priceCents?: number;
  readonly retryAfterSeconds?: number;
  readonly kind?: string;
  readonly username?: string;
  readonly password?: string;
  readonly logIn?: Answer;
}

/** Locally administered, as phones make them up. */
const mac = (phone: number, number: number): string =>
  ["02", "4B", phone, number, 0, 1]
    .map((octet) => (typeof octet === "string" ? octet : octet.toString(16).padStart(2, "0").toUpperCase()))
    .join(":");

const limitsOf = ({ snapshotBytes: replayBytesMax = null }: SiteShape): Pick<AgentOptions, "journal"> =>
  replayBytesMax === null ? {} : { journal: { replayBytesMax } };
