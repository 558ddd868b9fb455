/**
 * The NAS: turns log-ins and sessions into RADIUS, with the attributes that RouterOS sends for a hotspot, and reads the limits of
 * an accept. @see RouterOS manual, RADIUS
 */
import { createHash } from "node:crypto";
import type { World } from "@karibu/protocol/world";
import type { NasSession, TerminateCause } from "../model/hotspot-state.ts";
import { parseRateLimit, type Rates } from "../model/rate-limit.ts";
import type { RouterOptions } from "../model/router-options.ts";
import { type Limits, noLimits, type Reading } from "../model/session-limits.ts";
import type { RadiusClient } from "./radius-client.ts";
import { type Attribute, mikrotik, type RadiusPacket, wispr } from "./radius-wire.ts";

/** The credentials of a client. A CHAP response answers the challenge of our log-in page. */
export type Proof =
  | { readonly kind: "pap"; readonly password: string }
  | { readonly kind: "chap"; readonly id: number; readonly challenge: Buffer; readonly response: Buffer };

export type Authentication =
  | {
      readonly kind: "accept";
      readonly limits: Limits;
      readonly classes: readonly Buffer[];
      readonly group: string | null;
    }
  | { readonly kind: "reject"; readonly message: string | null }
  | { readonly kind: "no-answer" };

export interface AccountingState {
  readonly classes: readonly Buffer[];
  readonly reading: Reading;
  readonly sessionSeconds: number;
}

/** What the router tells of a session. `isHeard`: the server said that it has it. */
interface SentReport extends Omit<AccountingState, "classes"> {
  readonly session: NasSession;
  readonly status: "Start" | "Interim-Update" | "Stop";
}
export type ReportListener = (report: SentReport, isHeard: boolean) => void;

export interface Nas {
  authenticate(session: NasSession, proof: Proof): Promise<Authentication>;
  /** Does not wait for an answer. An unanswered Start or Stop is sent again later, an Interim-Update is not. */
  account(
    status: "Start" | "Interim-Update" | "Stop",
    session: NasSession,
    state: AccountingState,
    cause: TerminateCause | null,
  ): void;
}

export function createNas(
  world: World,
  radius: RadiusClient,
  options: RouterOptions,
  running: () => boolean,
  onReport: ReportListener = () => {},
): Nas {
  const base = (session: NasSession): Attribute[] => [
    ["NAS-Port-Type", "Wireless-802.11"],
    ["Calling-Station-Id", session.mac],
    ["Called-Station-Id", options.serverName],
    ["NAS-Port-Id", options.interfaceName],
    ["User-Name", session.user],
    ["NAS-Port", session.nasPort],
    ["Acct-Session-Id", session.sessionId],
    ["Framed-IP-Address", session.address],
    ["Vendor-Specific", mikrotik, [["Mikrotik-Host-IP", session.address]]],
  ];
  const location: Attribute[] = [];
  if (options.wisprLocationId !== null) {
    location.push(["Vendor-Specific", wispr, [["WISPr-Location-ID", options.wisprLocationId]]]);
  }
  if (options.wisprLocationName !== null) {
    location.push(["Vendor-Specific", wispr, [["WISPr-Location-Name", options.wisprLocationName]]]);
  }
  /** Read each time: an owner renames his router while it runs. */
  const identity = (): Attribute[] => [
    ["NAS-Identifier", options.identity],
    ["NAS-IP-Address", options.address],
  ];

  /** False: nobody said that it was heard, or the router does not live to hear it. */
  async function deliver(attributes: readonly Attribute[], happenedMs: number, keepS: number): Promise<boolean> {
    for (;;) {
      const delayS = Math.floor((world.clock.monotonicMs() - happenedMs) / 1000);
      const reply = await radius.ask("Accounting-Request", [...attributes, ["Acct-Delay-Time", delayS]]);
      const waitedMs = world.clock.monotonicMs() - happenedMs;
      if (reply !== null || !running()) return reply !== null && running();
      if (waitedMs + options.accountingRetrySeconds * 1000 > keepS * 1000) return false;
      await new Promise<void>((resolve) => world.clock.after(options.accountingRetrySeconds * 1000, resolve));
      if (!running()) return false;
    }
  }

  return {
    async authenticate(session, proof) {
      const secret: Attribute[] =
        proof.kind === "pap"
          ? [["User-Password", proof.password]]
          : [
              ["CHAP-Challenge", proof.challenge],
              ["CHAP-Password", Buffer.concat([Buffer.from([proof.id]), proof.response])],
            ];
      const logOff: Attribute = ["Vendor-Specific", wispr, [["WISPr-Logoff-URL", `${options.hotspotUrl}/logout`]]];
      const reply = await radius.ask("Access-Request", [
        ...base(session),
        ...secret,
        ...location,
        logOff,
        ...identity(),
      ]);
      if (reply === null) return { kind: "no-answer" };
      if (reply.code !== "Access-Accept") return { kind: "reject", message: reply.text("Reply-Message") };
      const limits = readLimits(reply);
      if (limits === null) return { kind: "reject", message: null };
      return {
        kind: "accept",
        limits,
        classes: reply.all("Class").filter(Buffer.isBuffer),
        group: reply.text("Mikrotik-Group"),
      };
    },
    account(status, session, state, cause) {
      const attributes: Attribute[] = [["Acct-Status-Type", status], ...base(session), ...location];
      for (const value of state.classes) attributes.push(["Class", value]);
      if (status !== "Start") attributes.push(...usage(state));
      if (cause !== null) attributes.push(["Acct-Terminate-Cause", cause]);
      attributes.push(...identity());
      const keepS = status === "Interim-Update" ? 0 : options.accountingKeptSeconds;
      const report = { session, status, reading: state.reading, sessionSeconds: state.sessionSeconds };
      onReport(report, false);
      void deliver(attributes, world.clock.monotonicMs(), keepS).then((isHeard) => {
        if (isHeard) onReport(report, true);
      });
    },
  };
}

/** Input is the traffic from the client: the upload. @see RFC 2866 §5.3, RFC 2869 §5.1 */
function usage({ reading, sessionSeconds }: AccountingState): Attribute[] {
  const { upBytes, downBytes } = reading;
  return [
    ["Acct-Session-Time", sessionSeconds],
    ["Acct-Input-Octets", upBytes % 2 ** 32],
    ["Acct-Input-Gigawords", Math.floor(upBytes / 2 ** 32)],
    ["Acct-Input-Packets", packets(upBytes)],
    ["Acct-Output-Octets", downBytes % 2 ** 32],
    ["Acct-Output-Gigawords", Math.floor(downBytes / 2 ** 32)],
    ["Acct-Output-Packets", packets(downBytes)],
  ];
}

/** An estimate: packets are not simulated. */
export const packets = (bytes: number) => Math.ceil(bytes / 1400) % 2 ** 32;

/** The limits of an Access-Accept. Null: RouterOS could not apply them. Rate-Limit goes before Ascend, Ascend before WISPr. */
function readLimits(reply: RadiusPacket): Limits | null {
  const rates = readRates(reply);
  return rates === null ? null : { ...noLimits, ...readChanges(reply), ...joined(reply), rates };
}

function joined(reply: RadiusPacket): Partial<Limits> {
  return {
    totalBytes: join(reply, "Mikrotik-Total-Limit"),
    interimSeconds: reply.number("Acct-Interim-Interval"),
  };
}

/** The limits that a CoA-Request can change too. An absent attribute is absent in the result. */
export function readChanges(packet: RadiusPacket): Partial<Limits> {
  const changes: { -readonly [K in keyof Limits]?: Limits[K] } = {};
  const set = (
    field: "sessionSeconds" | "idleSeconds" | "portLimit" | "upBytes" | "downBytes",
    value: number | null,
  ) => {
    if (value !== null) changes[field] = value;
  };
  set("sessionSeconds", packet.number("Session-Timeout"));
  set("idleSeconds", packet.number("Idle-Timeout"));
  set("portLimit", packet.number("Port-Limit"));
  set("upBytes", join(packet, "Mikrotik-Recv-Limit"));
  set("downBytes", join(packet, "Mikrotik-Xmit-Limit"));
  return changes;
}

/** Null: malformed. */
export function readRates(packet: RadiusPacket): Rates | null {
  const text = packet.text("Mikrotik-Rate-Limit");
  if (text !== null) return parseRateLimit(text);
  const [data, transmit] = [packet.number("Ascend-Data-Rate"), packet.number("Ascend-Xmit-Rate")];
  if (data !== null || transmit !== null) {
    return { upBitsPerSecond: data ?? 0, downBitsPerSecond: transmit ?? data ?? 0 };
  }
  return {
    upBitsPerSecond: packet.number("WISPr-Bandwidth-Max-Up") ?? 0,
    downBitsPerSecond: packet.number("WISPr-Bandwidth-Max-Down") ?? 0,
  };
}

function join(packet: RadiusPacket, name: string): number | null {
  const low = packet.number(name);
  const high = packet.number(`${name}-Gigawords`);
  return low === null && high === null ? null : (high ?? 0) * 2 ** 32 + (low ?? 0);
}

/** The response a browser computes on a CHAP log-in page. @see RFC 1994 §4.1 */
export function chapResponse(id: number, password: string, challenge: Buffer): Buffer {
  return createHash("md5")
    .update(Buffer.from([id]))
    .update(password)
    .update(challenge)
    .digest();
}
