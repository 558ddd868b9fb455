/**
 * Health checks of the agent from outside, like a phone and a router: its health page (the state is open), its
 * portal, and RADIUS on both ports by Status-Server. They use plain sockets, because an HTTP client needs half a megabyte.
 */
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { Clock } from "@karibu/protocol/world";
import { answersStatusServer, buildStatusServer } from "./status-server.ts";

export interface Life {
  readonly health: boolean;
  readonly portal: boolean;
  /** Null: no secret is set, so RADIUS is not checked. */
  readonly radius: boolean | null;
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
  const [health, portal, auth, acct] = await Promise.all([
    probeHealth(clock, targets),
    fetchStatus(clock, targets, "/"),
    secret === null ? null : askRadius(clock, targets, radiusAuthPort, secret),
    secret === null ? null : askRadius(clock, targets, radiusAcctPort, secret),
  ]);
  return { health, portal: portal === 200, radius: auth === null || acct === null ? null : auth && acct };
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
function fetchStatus(
  clock: Clock,
  { httpPort, timeoutMs }: Pick<ProbeTargets, "httpPort" | "timeoutMs">,
  path: string,
): Promise<number | null> {
  return new Promise((resolve) => {
    const socket = connect(httpPort, "127.0.0.1");
    let head = "";
    let bytes = 0;
    const finish = (status: number | null): void => {
      timer.cancel();
      socket.destroy();
      resolve(status);
    };
    const timer = clock.after(timeoutMs, () => finish(null));
    socket.on("error", () => finish(null));
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
