/**
 * Health checks of the agent from outside: its health page (the state is open), its portal, and RADIUS on both ports by
 * Status-Server. The pages are asked for on the agent's own socket for this, where no guest can stand in the way; of an older agent, on the
 * guests' port. They use plain sockets, because an HTTP client needs half a megabyte.
 */
import { createSocket } from "node:dgram";
import { connect, type NetConnectOpts } from "node:net";
import { probeSocket } from "@karibu/protocol/process/probe-socket";
import type { Clock } from "@karibu/protocol/world";
import { answersStatusServer, buildStatusServer } from "./status-server.ts";

export interface Life {
  readonly health: boolean;
  readonly portal: boolean;
  /** Null: no secret is set, so RADIUS is not checked. */
  readonly radius: boolean | null;
  /** How much later than asked for the launcher's own timer came: this machine has no processor to spare. */
  readonly lateMs: number;
}

export interface ProbeTargets {
  readonly httpPort: number;
  readonly radiusAuthPort: number;
  readonly radiusAcctPort: number;
  readonly radiusSecret: string | null;
  readonly timeoutMs: number;
}

const answerBytesMax = 256 * 1024;

/** Never rejects: what does not answer in time is not alive. */
export async function probeLife(clock: Clock, targets: ProbeTargets): Promise<Life> {
  const { radiusSecret: secret, radiusAuthPort, radiusAcctPort } = targets;
  const askedMs = clock.monotonicMs();
  const [health, portal, auth, acct] = await Promise.all([
    probeHealth(clock, targets),
    fetchStatus(clock, targets, "/"),
    secret === null ? null : askRadius(clock, targets, radiusAuthPort, secret),
    secret === null ? null : askRadius(clock, targets, radiusAcctPort, secret),
  ]);
  const lateMs = Math.max(0, clock.monotonicMs() - askedMs - targets.timeoutMs);
  return { health, portal: portal === 200, radius: auth === null || acct === null ? null : auth && acct, lateMs };
}

/** What the container's health check asks. */
export async function probeHealth(
  clock: Clock,
  targets: Pick<ProbeTargets, "httpPort" | "timeoutMs">,
): Promise<boolean> {
  return (await fetchStatus(clock, targets, "/health")) === 200;
}

export function isAlive({ health, portal, radius }: Life): boolean {
  return health && portal && radius !== false;
}

/** Status of a complete answer; null without one. */
async function fetchStatus(
  clock: Clock,
  { httpPort, timeoutMs }: Pick<ProbeTargets, "httpPort" | "timeoutMs">,
  path: string,
): Promise<number | null> {
  const answer = await fetchFrom(clock, { path: probeSocket(httpPort) }, path, timeoutMs);
  return answer === "nobody-listens"
    ? numberOrNull(await fetchFrom(clock, { port: httpPort, host: "127.0.0.1" }, path, timeoutMs))
    : answer;
}

const numberOrNull = (answer: number | null | "nobody-listens"): number | null =>
  answer === "nobody-listens" ? null : answer;

function fetchFrom(
  clock: Clock,
  where: NetConnectOpts,
  path: string,
  timeoutMs: number,
): Promise<number | null | "nobody-listens"> {
  return new Promise((resolve) => {
    const socket = connect(where);
    let isConnected = false;
    let head = "";
    let bytes = 0;
    const finish = (status: number | null | "nobody-listens"): void => {
      timer.cancel();
      socket.destroy();
      resolve(status);
    };
    const timer = clock.after(timeoutMs, () => finish(null));
    // The kernel says at once that nobody listens.
    socket.on("connect", () => {
      isConnected = true;
    });
    socket.on("error", () => finish(isConnected ? null : "nobody-listens"));
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      if (head.length < 64) head += chunk.toString("latin1", 0, 64);
      if (bytes > answerBytesMax) finish(null);
    });
    socket.on("end", () => finish(Number(/^HTTP\/1\.[01] (\d{3}) /.exec(head)?.[1] ?? 0) || null));
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  });
}

function askRadius(clock: Clock, { timeoutMs }: ProbeTargets, port: number, secret: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const request = buildStatusServer(secret);
    let isOver = false;
    const finish = (answered: boolean): void => {
      if (isOver) return;
      isOver = true;
      timer.cancel();
      socket.close();
      resolve(answered);
    };
    const timer = clock.after(timeoutMs, () => finish(false));
    // Nobody listens: the kernel says so at once on the loopback.
    socket.on("error", () => finish(false));
    socket.on("message", (reply) => {
      if (answersStatusServer(reply, request, secret)) finish(true);
    });
    socket.connect(port, "127.0.0.1", () => socket.send(request, () => {}));
  });
}
