/**
 * The hotspot: hosts, log-ins, sessions and their ends, MAC cookies. No sockets: the servlet and the API call it.
 * The texts of refusals are RouterOS' (`errors.txt`). @see RouterOS manual, HotSpot
 */
import type { World } from "@karibu/protocol/world";
import {
  type EndReason,
  ends,
  type Host,
  type MacCookie,
  type NasSession,
  type Phone,
  type Session,
  type TerminateCause,
} from "../model/hotspot-state.ts";
import type { LogInWay, RouterKnobs, RouterOptions } from "../model/router-options.ts";
import { addBytes, freshMeter, type Limits, nextEnd, type Reading, read, setRate } from "../model/session-limits.ts";
import type { Authentication, Nas, Proof } from "../radius/nas.ts";

export type LogInOutcome =
  | { readonly kind: "logged-in"; readonly session: Session }
  | { readonly kind: "refused"; readonly message: string };

export type SessionEndListener = (ended: {
  readonly session: Session;
  readonly cause: TerminateCause;
  readonly reading: Reading;
}) => void;

export interface Hotspot {
  hosts(): readonly Host[];
  sessions(): readonly Session[];
  cookies(): readonly MacCookie[];
  /** A packet of this phone arrived: it becomes a host, and logs in by MAC or cookie where that is allowed. */
  see(phone: Phone): Promise<Host>;
  logIn(host: Host, user: string, proof: Proof, way: LogInWay, leavesCookie: boolean): Promise<LogInOutcome>;
  end(session: Session, reason: EndReason): void;
  removeHost(host: Host): void;
  removeCookie(cookie: MacCookie): void;
  /** Applies the changes of a CoA-Request. */
  change(session: Session, limits: Limits): void;
  /** The phone's appetite has changed. */
  appetiteChanged(phone: Phone): void;
  use(session: Session, bytes: { up: number; down: number }): void;
  reading(session: Session): Reading;
  /** The id and challenge of a CHAP log-in page for this host. They expire after an hour. */
  chap(host: Host): { readonly id: number; readonly challenge: Buffer };
  /** Power is lost: all activity stops, and nothing is sent. */
  stop(): void;
}

/** An unauthorised host that is silent for this long is forgotten (`idle-timeout` of the hotspot server). */
const hostKeptMs = 5 * 60_000;
const chapKeptMs = 3_600_000;
const timerMsMax = 86_400_000;
/** A router that ignores limits checks again after this time, because the knob may change. */
const knobLookMs = 5000;

export function createHotspot(
  world: World,
  options: RouterOptions,
  knobs: RouterKnobs,
  nas: Nas,
  names: { rebootPart: string; nextId: () => string },
  /** Hears each session's end, in the moment in which its counters are read for the last time. */
  onEnd: SessionEndListener = () => {},
): Hotspot {
  const hosts = new Map<string, Host>();
  const sessions = new Set<Session>();
  const cookies = new Map<string, MacCookie>();
  const now = () => world.clock.monotonicMs();
  let stopped = false;
  let sessionCount = 0;

  const eats = ({ appetite }: Phone) => appetite.upBytesPerSecond + appetite.downBytesPerSecond > 0;

  function forgetSilentHosts() {
    for (const host of hosts.values()) {
      if (host.session || host.authorizing || eats(host.phone)) continue;
      if (now() - host.lastSeenMs > hostKeptMs) hosts.delete(host.phone.address);
    }
  }

  async function see(phone: Phone): Promise<Host> {
    forgetSilentHosts();
    let host = hosts.get(phone.address);
    const isNew = host === undefined;
    if (host === undefined) {
      for (const other of hosts.values()) if (other.phone.mac === phone.mac) cookies.delete(phone.mac);
      host = {
        id: names.nextId(),
        phone,
        firstSeenMs: now(),
        lastSeenMs: now(),
        session: null,
        authorizing: false,
        chap: null,
      };
      hosts.set(phone.address, host);
    }
    host.lastSeenMs = now();
    if (!host.session && !host.authorizing) await logInSilently(host, isNew);
    return host;
  }

  async function logInSilently(host: Host, isNew: boolean): Promise<void> {
    const { mac } = host.phone;
    const cookie = cookies.get(mac);
    if (cookie && options.loginBy.includes("mac-cookie")) {
      if (cookie.expiresAtMs <= now()) cookies.delete(mac);
      else await logIn(host, cookie.user, { kind: "pap", password: cookie.password }, "mac-cookie", true);
    } else if (isNew && options.loginBy.includes("mac")) {
      const mode = options.macAuthPassword;
      const password = mode === "empty" ? "" : mode === "mac" ? mac : mode.fixed;
      await logIn(host, mac, { kind: "pap", password }, "mac", false);
    }
  }

  async function logIn(
    host: Host,
    user: string,
    proof: Proof,
    way: LogInWay,
    leavesCookie: boolean,
  ): Promise<LogInOutcome> {
    if (host.session) return { kind: "logged-in", session: host.session };
    if (host.authorizing) return refuse("already authorizing, retry later");
    if (sessions.size >= options.activeUsersMax) return refuse("session limit reached");
    host.authorizing = true;
    const identity = name(host.phone, user);
    const answer = await nas.authenticate(identity, proof);
    host.authorizing = false;
    if (stopped) return refuse("hotspot service is shutting down");
    const outcome = admit(host, identity, answer, way);
    if (outcome.kind === "refused" && way === "mac-cookie" && answer.kind !== "no-answer")
      cookies.delete(host.phone.mac);
    if (outcome.kind === "logged-in" && leavesCookie && proof.kind === "pap")
      rememberCookie(host, user, proof.password);
    return outcome;
  }

  function admit(host: Host, identity: NasSession, answer: Authentication, way: LogInWay): LogInOutcome {
    if (answer.kind === "no-answer") return refuse("RADIUS server is not responding");
    if (answer.kind === "reject") return refuse(answer.message ?? "invalid username or password");
    if (hosts.get(host.phone.address) !== host) return refuse("unknown host IP");
    const sameUser = [...sessions].filter((session) => session.nas.user === identity.user).length;
    if (sameUser >= (answer.limits.portLimit ?? options.sharedUsers)) {
      return refuse("no more sessions are allowed for user");
    }
    const session: Session = {
      id: names.nextId(),
      nas: identity,
      host,
      loginBy: way,
      startedMs: now(),
      classes: answer.classes,
      limits: answer.limits,
      meter: setRate(freshMeter(now()), now(), host.phone.appetite, answer.limits.rates),
      endTimer: null,
      interimTimer: null,
    };
    host.session = session;
    sessions.add(session);
    nas.account("Start", identity, accountingState(session), null);
    watchEnd(session);
    watchInterim(session);
    return { kind: "logged-in", session };
  }

  /** The session id: two digits for the service, two (or one) that change at each boot, and a counter. NAS-Port is the same number. */
  function name(phone: Phone, user: string): NasSession {
    const { longCountFrom } = knobs;
    const count = ++sessionCount + (longCountFrom ?? 0);
    const hex = (digits: number) => (count % 16 ** digits).toString(16).padStart(digits, "0");
    const sessionId = longCountFrom === null ? `80${names.rebootPart}${hex(4)}` : `80${names.rebootPart[1]}${hex(5)}`;
    return { sessionId, user, address: phone.address, mac: phone.mac, nasPort: Number.parseInt(sessionId, 16) };
  }

  function rememberCookie(host: Host, user: string, password: string) {
    if (!options.loginBy.includes("mac-cookie")) return;
    const expiresAtMs = now() + options.macCookieSeconds * 1000;
    cookies.set(host.phone.mac, { id: names.nextId(), mac: host.phone.mac, user, password, expiresAtMs });
  }

  function accountingState(session: Session) {
    return {
      classes: session.classes,
      reading: read(session.meter, now()),
      sessionSeconds: Math.floor((now() - session.startedMs) / 1000),
    };
  }

  function watchEnd(session: Session) {
    session.endTimer?.cancel();
    const end = nextEnd(session.limits, session.meter, session.startedMs, now());
    if (end === null) return;
    session.endTimer = world.clock.after(Math.min(Math.max(0, end.atMs - now()), timerMsMax), () => {
      const due = nextEnd(session.limits, session.meter, session.startedMs, now());
      if (!due || due.atMs > now()) watchEnd(session);
      else if (!knobs.ignoresLimits) finish(session, due.cause);
      else session.endTimer = world.clock.after(knobLookMs, () => watchEnd(session));
    });
  }

  function watchInterim(session: Session) {
    session.interimTimer?.cancel();
    const everyS = options.interimUpdate === "received" ? session.limits.interimSeconds : options.interimUpdate;
    if (!everyS) return;
    session.interimTimer = world.clock.after(everyS * 1000, () => {
      nas.account("Interim-Update", session.nas, accountingState(session), null);
      watchInterim(session);
    });
  }

  function finish(session: Session, reason: EndReason) {
    if (!sessions.delete(session)) return;
    session.endTimer?.cancel();
    session.interimTimer?.cancel();
    const { host } = session;
    host.session = null;
    host.lastSeenMs = now();
    if (!ends[reason].keepsCookie) cookies.delete(host.phone.mac);
    const { cause } = ends[reason];
    nas.account("Stop", session.nas, accountingState(session), cause);
    onEnd({ session, cause, reading: read(session.meter, now()) });
    world.log.info("router-session-ended", { session: session.nas.sessionId, reason });
    comeBack(host.phone);
  }

  /** A phone that still uses the network sends its next packet within a second; a MAC cookie then logs it in again. */
  function comeBack(phone: Phone) {
    if (!eats(phone)) return;
    world.clock.after(1000, () => {
      if (!stopped && eats(phone)) void see(phone);
    });
  }

  return {
    hosts: () => {
      forgetSilentHosts();
      return [...hosts.values()];
    },
    sessions: () => [...sessions],
    cookies: () => [...cookies.values()].filter((cookie) => cookie.expiresAtMs > now()),
    see,
    logIn,
    end: finish,
    removeHost(host) {
      if (host.session) finish(host.session, "host-removed");
      hosts.delete(host.phone.address);
    },
    removeCookie: (cookie) => void cookies.delete(cookie.mac),
    change(session, limits) {
      session.limits = limits;
      session.meter = setRate(session.meter, now(), session.host.phone.appetite, limits.rates);
      watchEnd(session);
    },
    appetiteChanged(phone) {
      const session = hosts.get(phone.address)?.session;
      if (!session) return comeBack(phone);
      session.meter = setRate(session.meter, now(), phone.appetite, session.limits.rates);
      watchEnd(session);
    },
    use(session, bytes) {
      session.meter = addBytes(session.meter, now(), bytes);
      watchEnd(session);
    },
    reading: (session) => read(session.meter, now()),
    chap(host) {
      if (!host.chap || now() - host.chap.issuedMs > chapKeptMs) {
        const [id = 0, ...challenge] = world.random.bytes(17);
        host.chap = { id, challenge: Buffer.from(challenge), issuedMs: now() };
      }
      return host.chap;
    },
    stop() {
      stopped = true;
      for (const session of sessions) {
        session.endTimer?.cancel();
        session.interimTimer?.cancel();
      }
      sessions.clear();
      hosts.clear();
      cookies.clear();
    },
  };
}

const refuse = (message: string): LogInOutcome => ({ kind: "refused", message });
