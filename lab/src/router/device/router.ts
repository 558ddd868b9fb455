/**
 * A simulated MikroTik router with a hotspot. Time and randomness come from the World, datagrams from the Udp that is handed in, so
 * a router runs on loopback sockets or in a simulated town. HTTP and the API's TCP are added from outside (`hotspot-http.ts`,
 * `api-server.ts`); `request`, `logIn` and `logOut` need neither.
 *
 * A power cut loses everything but the configuration, and sends neither Stop nor Accounting-Off. The next boot has a date of 1970
 * until NTP answers, and its session ids have another reboot part.
 */
import type { Udp } from "@karibu/agent/ground/udp";
import { sleep, type Timer, type World } from "@karibu/protocol/world";
import { createHotspot, type Hotspot, type LogInOutcome, type SessionEndListener } from "../hotspot/hotspot.ts";
import { type HotspotPages, karibuPages } from "../hotspot/pages.ts";
import { type ServletRequest, type ServletResponse, serve } from "../hotspot/servlet.ts";
import type { Host, Phone } from "../model/hotspot-state.ts";
import { defaultOptions, noFaults, type RouterKnobs, type RouterOptions } from "../model/router-options.ts";
import { type Appetite, noAppetite } from "../model/session-limits.ts";
import { type Incoming, openIncoming } from "../radius/incoming.ts";
import { type LocalUsers, withLocalUsers } from "../radius/local-users.ts";
import { createNas, type ReportListener } from "../radius/nas.ts";
import { createPacketTrace, type PacketTrace } from "../radius/packet-trace.ts";
import { openRadiusClient, type RadiusClient } from "../radius/radius-client.ts";

export interface Router {
  readonly options: RouterOptions;
  readonly knobs: RouterKnobs;
  readonly trace: PacketTrace;
  /** Its own users, who come before RADIUS. Null: none. */
  localUsers: LocalUsers | null;
  /** Everything that needs power. Null without power. */
  readonly running: RunningRouter | null;
  /** Switches the router on, if it is off. Rejects when a port is taken. */
  boot(): Promise<void>;
  /** Loses the memory and closes the sockets. Sends nothing. */
  powerCut(): Promise<void>;
  /** `/system/reboot`: stops all sessions with Admin-Reboot, then restarts. False: it had no power, or lost it meanwhile. */
  reboot(): Promise<boolean>;
  onPower(listener: (on: boolean) => void): void;
  /** A power cut ends sessions without a word. */
  onSessionEnd(listener: SessionEndListener): void;
  onReport(listener: ReportListener): void;
  /** The device at this address. A new one gets a stable MAC derived from the address. */
  client(address: string, mac?: string): Client;
  clients(): readonly Client[];
}

export interface RunningRouter {
  readonly hotspot: Hotspot;
  readonly radius: RadiusClient;
  readonly incoming: Incoming | null;
  readonly bootedAtMs: number;
  /** The router's wall clock: 1970 until NTP answers. */
  wallMs(): number;
  isNtpSynchronised(): boolean;
  /** `/system/clock/set` */
  setWall(atMs: number): void;
  /** Random bytes for a CHAP challenge that the router makes itself. */
  challenge(): Buffer;
}

export interface Client {
  readonly address: string;
  readonly mac: string;
  /** A web request to a path or a URL. Rejects when the router is off. */
  request(url?: string, form?: Record<string, string>): Promise<ServletResponse>;
  logIn(credentials: { user: string; password: string }): Promise<LogInOutcome>;
  logOut(): Promise<void>;
  /** Uses these bytes at once; ignored while offline. */
  use(bytes: { up?: number; down?: number }): void;
  /** Sets how many bytes per second the device uses while it is online, within its rate limit. */
  consume(appetite: Partial<Appetite>): void;
  appetite(): Appetite;
  online(): boolean;
  usedBytes(): { up: number; down: number };
}

const secondDayOf1970Ms = 86_400_000;

export function createRouter(
  world: World,
  udp: Udp,
  given: Partial<RouterOptions>,
  pages: Partial<HotspotPages> = {},
): Router {
  const options: RouterOptions = { ...defaultOptions, ...given };
  const knobs = noFaults();
  const trace = createPacketTrace(world, 300);
  const allPages: HotspotPages = { ...karibuPages(options.portalUrl), ...pages };
  const phones = new Map<string, Phone>();
  const powerListeners: ((on: boolean) => void)[] = [];
  const sessionEndListeners: SessionEndListener[] = [];
  const reportListeners: ReportListener[] = [];
  let boots = world.random.bytes(1)[0] ?? 0;
  let running: (RunningRouter & { cutPower(): Promise<void> }) | null = null;
  let switching: Promise<void> = Promise.resolve();
  let powerCuts = 0;

  async function start() {
    if (!knobs.repeatsSessionIds) boots = (boots + 1) & 0xff;
    const bootedAtMs = world.clock.monotonicMs();
    let on = true;
    let ids = 0;
    let clockStepMs: number | null = null;
    let ntpAnswered = false;
    const nextId = () => `*${(++ids).toString(16).toUpperCase()}`;
    const uptimeMs = () => world.clock.monotonicMs() - bootedAtMs;
    const radius = await openRadiusClient(world, udp, options, knobs, trace);
    const nas = withLocalUsers(
      createNas(
        world,
        radius,
        options,
        () => on,
        (report, isHeard) => {
          for (const listener of reportListeners) listener(report, isHeard);
        },
      ),
      () => router.localUsers,
    );
    const rebootPart = boots.toString(16).padStart(2, "0");
    const hotspot = createHotspot(world, options, knobs, nas, { rebootPart, nextId }, (ended) => {
      for (const listener of sessionEndListeners) listener(ended);
    });
    const incoming = await openIncoming(world, udp, options, knobs, hotspot, trace).catch(async (error: unknown) => {
      await radius.close();
      throw error;
    });
    const timers: Timer[] = [];
    if (options.ntpSeconds !== null) timers.push(world.clock.after(options.ntpSeconds * 1000, askNtp));

    function askNtp() {
      if (knobs.wan === "up") {
        clockStepMs = world.clock.wall().atMs - world.clock.monotonicMs();
        ntpAnswered = true;
      } else timers[0] = world.clock.after(60_000, askNtp);
    }

    running = {
      hotspot,
      radius,
      incoming,
      bootedAtMs,
      challenge: () => Buffer.from(world.random.bytes(16)),
      wallMs: () => (clockStepMs === null ? secondDayOf1970Ms + uptimeMs() : world.clock.monotonicMs() + clockStepMs),
      isNtpSynchronised: () => ntpAnswered,
      setWall(atMs) {
        clockStepMs = atMs - world.clock.monotonicMs();
      },
      async cutPower() {
        on = false;
        for (const timer of timers) timer.cancel();
        hotspot.stop();
        await Promise.all([radius.close(), incoming?.close()]);
      },
    };
    for (const listener of powerListeners) listener(true);
    for (const phone of phones.values()) hotspot.appetiteChanged(phone);
  }

  async function stop() {
    const was = running;
    running = null;
    if (!was) return;
    for (const listener of powerListeners) listener(false);
    await was.cutPower();
  }

  /** Runs one power change at a time, in order. */
  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = switching.then(task);
    switching = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  function powered(): RunningRouter {
    if (!running) throw new Error("the router has no power");
    return running;
  }

  function client(givenAddress: string, mac?: string): Client {
    const address = givenAddress.replace(/^::ffff:/, "").replace(/^::1$/, "127.0.0.1");
    const phone = phones.get(address) ?? { address, mac: mac ?? macFromAddress(address), appetite: noAppetite };
    phones.set(address, phone);
    const session = () => running?.hotspot.sessions().find(({ host }) => host.phone === phone) ?? null;
    const host = async (): Promise<Host> => await powered().hotspot.see(phone);
    const ask = async (url: string, form: Record<string, string> | null): Promise<ServletResponse> => {
      const target = new URL(url, options.hotspotUrl);
      const { hotspot } = powered();
      return await serve({ options, knobs, hotspot, pages: allPages, nowMs: world.clock.monotonicMs }, await host(), {
        method: form ? "POST" : "GET",
        host: target.host,
        path: target.pathname,
        query: target.searchParams,
        form: new URLSearchParams(form ?? {}),
      } satisfies ServletRequest);
    };
    return {
      address,
      mac: phone.mac,
      request: (url = "http://example.com/", form) => ask(url, form ?? null),
      logIn: async ({ user, password }) =>
        await powered().hotspot.logIn(await host(), user, { kind: "pap", password }, "http-pap", true),
      async logOut() {
        const ended = session();
        if (ended) powered().hotspot.end(ended, "user-request");
      },
      use({ up = 0, down = 0 }) {
        const open = session();
        if (open) running?.hotspot.use(open, { up, down });
      },
      consume(appetite) {
        phone.appetite = { ...noAppetite, ...appetite };
        running?.hotspot.appetiteChanged(phone);
      },
      appetite: () => phone.appetite,
      online: () => session() !== null,
      usedBytes() {
        const open = session();
        const reading = open && running ? running.hotspot.reading(open) : null;
        return { up: reading?.upBytes ?? 0, down: reading?.downBytes ?? 0 };
      },
    };
  }

  const router: Router = {
    options,
    knobs,
    trace,
    localUsers: null,
    get running() {
      return running;
    },
    boot: () => inTurn(async () => void (running ?? (await start()))),
    powerCut() {
      powerCuts++;
      return inTurn(stop);
    },
    reboot: () =>
      inTurn(async () => {
        if (!running) return false;
        const { hotspot } = running;
        const cutsBefore = powerCuts;
        for (const session of hotspot.sessions()) hotspot.end(session, "admin-reboot");
        await sleep(world.clock, 1000); // the last packets leave while it goes down
        await stop();
        if (powerCuts > cutsBefore) return false;
        await start();
        return true;
      }),
    onPower: (listener) => void powerListeners.push(listener),
    onSessionEnd: (listener) => void sessionEndListeners.push(listener),
    onReport: (listener) => void reportListeners.push(listener),
    client,
    clients: () => [...phones.keys()].map((address) => client(address)),
  };
  return router;
}

/** A stable, locally administered MAC that contains the address. */
function macFromAddress(address: string): string {
  const octets = address.split(".").map(Number);
  const four = octets.length === 4 && octets.every(Number.isInteger) ? octets : [...Buffer.from(address)].slice(-4);
  return [0x02, 0x4b, ...four].map((octet) => (octet & 0xff).toString(16).padStart(2, "0").toUpperCase()).join(":");
}
