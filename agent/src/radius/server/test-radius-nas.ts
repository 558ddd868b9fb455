/** For the tests of this folder: a world whose clock the test moves, an access that answers from a table, a NAS that builds requests. */
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { type Attribute, decodePacket, type Packet } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { hidePassword, replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import type { World } from "@karibu/protocol/world";
import type { Access, AccessLimits, AccountingReport, LogInRequest } from "../../access/access.ts";
import type { UdpPeer } from "../../ground/udp.ts";
import { createRadiusHandler, type HandlerSettings, type RadiusHandler } from "./handler.ts";
import type { RadiusPort } from "./radius-port.ts";

export const secret = "testing123";
export const nasPeer: UdpPeer = { address: "10.5.0.1", port: 40_000 };

export interface TestWorld extends World {
  advance(ms: number): void;
  readonly logged: { event: string; fields: unknown }[];
}

/** Time stands still until the test moves it; randomness is a counter. */
export function createTestWorld(): TestWorld {
  let nowMs = 1000;
  let drawn = 0;
  const timers = new Set<{ atMs: number; task: () => void }>();
  const logged: { event: string; fields: unknown }[] = [];
  const log = (event: string, fields?: unknown) => {
    logged.push({ event, fields });
  };
  return {
    logged,
    clock: {
      monotonicMs: () => nowMs,
      wall: () => ({ atMs: unixMs(1_700_000_000_000 + nowMs), quality: "synced" }),
      after(delayMs, task) {
        const timer = { atMs: nowMs + delayMs, task };
        timers.add(timer);
        return { cancel: () => timers.delete(timer) };
      },
    },
    random: { bytes: (count) => Uint8Array.from({ length: count }, () => drawn++ & 255) },
    log: { debug: log, info: log, warn: log, error: log },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...timers].filter((timer) => timer.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = next.atMs;
        timers.delete(next);
        next.task();
      }
      nowMs = untilMs;
    },
  };
}

export const openLimits: AccessLimits = {
  sessionSeconds: null,
  idleSeconds: null,
  totalBytes: null,
  downKbps: null,
  upKbps: null,
  burst: null,
  devices: 1,
  interimSeconds: seconds(60),
};

export interface FakeAccess extends Access {
  readonly seen: LogInRequest[];
  readonly reports: AccountingReport[];
  readonly restarts: string[];
  /** What the next accepts and reports wait for. */
  durable: Promise<void> | null;
  limits: AccessLimits;
}

/** Knows `nemo` with `arctangent`, and `empty` whose password is empty. */
export function createFakeAccess(passwords: Record<string, string> = { nemo: "arctangent", empty: "" }): FakeAccess {
  const access: FakeAccess = {
    seen: [],
    reports: [],
    restarts: [],
    durable: null,
    limits: openLimits,
    logIn(request) {
      access.seen.push({ ...request });
      const password = Object.hasOwn(passwords, request.user) ? passwords[request.user] : undefined;
      if (password === undefined)
        return { kind: "reject", reason: "unknown-user", message: "We do not know this code." };
      if (!request.passwordIs(password))
        return { kind: "reject", reason: "wrong-password", message: "That is not right." };
      return {
        kind: "accept",
        grantId: `a.${request.user}`,
        password,
        limits: access.limits,
        durable: access.durable,
      };
    },
    account(report) {
      access.reports.push(report);
      return access.durable;
    },
    nasRestarted(nas, delaySeconds) {
      access.restarts.push(delaySeconds === 0 ? nas.name : `${nas.name} ${delaySeconds} s ago`);
      return access.durable;
    },
  };
  return access;
}

export interface TestNas {
  readonly world: TestWorld;
  readonly access: FakeAccess;
  readonly handler: RadiusHandler;
  /** Hands a datagram in and returns what came out at once. */
  send(port: RadiusPort, packet: Uint8Array, from?: UdpPeer): Buffer[];
  /** All replies so far, late ones too. */
  readonly replies: Buffer[];
}

export function createTestNas(settings: Partial<HandlerSettings> = {}, access = createFakeAccess()): TestNas {
  const world = createTestWorld();
  const handler = createRadiusHandler(world, access, {
    clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }],
    ...settings,
  });
  const replies: Buffer[] = [];
  return {
    world,
    access,
    handler,
    replies,
    send(port, packet, from = nasPeer) {
      const before = replies.length;
      handler.handle(port, packet, from, (reply) => replies.push(Buffer.from(reply)));
      return replies.slice(before);
    },
  };
}

const authenticatorOf = (id: number) => Uint8Array.from({ length: 16 }, (_, index) => (id * 16 + index) & 255);
export const messageAuthenticator: Attribute = { name: "messageAuthenticator", value: new Uint8Array(16) };

/** An Access-Request with PAP. */
export function papRequest(
  options: { id?: number; user?: string; password?: string; secret?: string; more?: readonly Attribute[] } = {},
): Buffer {
  const id = options.id ?? 1;
  const with_ = options.secret ?? secret;
  const authenticator = authenticatorOf(id);
  return sealRequest(
    {
      code: codes.accessRequest,
      id,
      authenticator,
      attributes: [
        { name: "userName", value: options.user ?? "nemo" },
        { name: "userPassword", value: hidePassword(options.password ?? "arctangent", authenticator, with_) },
        ...(options.more ?? []),
      ],
    },
    with_,
  );
}

export function request(code: number, id: number, attributes: readonly Attribute[], with_ = secret): Buffer {
  return sealRequest({ code, id, authenticator: authenticatorOf(id), attributes }, with_);
}

/** An Accounting-Request. */
export function accountingRequest(
  options: {
    id?: number;
    status?: keyof typeof statusTypes;
    session?: string;
    more?: readonly Attribute[];
    secret?: string;
  } = {},
): Buffer {
  return request(
    codes.accountingRequest,
    options.id ?? 1,
    [
      { name: "acctStatusType", value: statusTypes[options.status ?? "start"] },
      { name: "acctSessionId", value: options.session ?? "81000001" },
      { name: "userName", value: "nemo" },
      { name: "nasIdentifier", value: "lobby" },
      ...(options.more ?? []),
    ],
    options.secret ?? secret,
  );
}

/** The reply as a packet, after its authenticators were checked against the request. */
export function readReply(reply: Uint8Array | undefined, to: Uint8Array, with_ = secret): Packet {
  if (reply === undefined) throw new Error("there was no reply");
  if (!replyIsAuthentic(reply, to.subarray(4, 20), with_)) throw new Error("the reply's authenticator is wrong");
  const decoded = decodePacket(reply);
  if (decoded.kind === "malformed") throw new Error(`the reply is malformed: ${decoded.reason}`);
  return decoded.packet;
}

/** Values of a packet's attributes by name; the last one of several. */
export function valuesOf(packet: Packet): Record<string, unknown> {
  return Object.fromEntries(packet.attributes.map((each) => ["name" in each ? each.name : each.type, each.value]));
}
