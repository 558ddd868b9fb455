/**
 * A router under load: so many packets a second, half of them log-ins of phones that come back, half interim updates. Each
 * session has its own voucher and its own phone; all other vouchers are unsold.
 */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { hidePassword, sealRequest } from "@karibu/protocol/radius/seal";

export interface RouterLoad {
  readonly secret: string;
  readonly authPort: number;
  readonly acctPort: number;
  readonly sessions: number;
  readonly vouchers: readonly string[];
}

export interface LoadResult {
  readonly sent: number;
  readonly answered: number;
}

/** A site's past: so many sessions begin and end, each with a voucher and a phone of its own, behind those of the load. */
export async function runPast(load: RouterLoad, closed: number): Promise<LoadResult> {
  const router = await openRouter();
  for (let session = load.sessions; session < load.sessions + closed; session++) {
    router.send(logIn(load, session, 3 * session), load.authPort);
    router.send(report(load, session, "start", 3 * session + 1), load.acctPort);
    router.send(report(load, session, "stop", 3 * session + 2), load.acctPort);
    // No more at once than a socket's buffer holds.
    if (session % 10 === 9) await router.answers(1000);
  }
  return router.close();
}

/** Opens all sessions, then keeps the rate for so long. */
export async function runLoad(load: RouterLoad, packetsPerSecond: number, forMs: number): Promise<LoadResult> {
  const router = await openRouter();
  for (let session = 0; session < load.sessions; session++) {
    router.send(logIn(load, session, session), load.authPort);
    router.send(report(load, session, "start", session), load.acctPort);
    if (session % 20 === 19) await sleepMs(100);
  }
  const total = Math.round((packetsPerSecond * forMs) / 1000);
  const beginMs = performance.now();
  for (let number = 0; number < total; number++) {
    const dueMs = beginMs + (number * 1000) / packetsPerSecond;
    while (performance.now() < dueMs) await sleepMs(5);
    const session = (number >> 1) % load.sessions;
    if (number % 2 === 0) router.send(logIn(load, session, number), load.authPort);
    else router.send(report(load, session, "interim", number), load.acctPort);
  }
  return router.close();
}

/** One socket, as a router has. */
async function openRouter() {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  let sent = 0;
  let answered = 0;
  socket.on("message", () => answered++);
  /** Until all is answered, or for so long. */
  async function answers(forMs: number): Promise<void> {
    for (let waitedMs = 0; waitedMs < forMs && answered < sent; waitedMs += 2) await sleepMs(2);
  }
  return {
    answers,
    send(packet: Uint8Array, port: number): void {
      sent++;
      socket.send(packet, port, "127.0.0.1");
    },
    async close(): Promise<LoadResult> {
      await answers(2000);
      socket.close();
      return { sent, answered };
    },
  };
}

function logIn(load: RouterLoad, session: number, number: number): Buffer {
  const authenticator = randomBytes(16);
  const voucher = load.vouchers[session] as string;
  const attributes: Attribute[] = [
    { name: "userName", value: voucher },
    { name: "userPassword", value: hidePassword(voucher, authenticator, load.secret) },
    { name: "callingStationId", value: macOf(session) },
    { name: "nasIdentifier", value: "router" },
    { name: "messageAuthenticator", value: new Uint8Array(16) },
  ];
  return sealRequest({ code: codes.accessRequest, id: number & 255, authenticator, attributes }, load.secret);
}

function report(load: RouterLoad, session: number, status: "start" | "interim" | "stop", number: number): Buffer {
  const attributes: Attribute[] = [
    { name: "userName", value: load.vouchers[session] as string },
    { name: "acctStatusType", value: statusTypes[status] },
    { name: "acctSessionId", value: `8${String(session).padStart(7, "0")}` },
    { name: "callingStationId", value: macOf(session) },
    { name: "framedIpAddress", value: `10.5.${session >> 8}.${session & 255}` },
    { name: "nasIdentifier", value: "router" },
    { name: "acctSessionTime", value: status === "start" ? 0 : number },
    { name: "acctInputOctets", value: number },
    { name: "acctOutputOctets", value: 10 * number },
  ];
  const packet = { code: codes.accountingRequest, id: number & 255, authenticator: new Uint8Array(16), attributes };
  return sealRequest(packet, load.secret);
}

function macOf(number: number): string {
  return [2, 0, 0, number >> 16, number >> 8, number]
    .map((octet) => (octet & 255).toString(16).toUpperCase().padStart(2, "0"))
    .join(":");
}

export function sleepMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
