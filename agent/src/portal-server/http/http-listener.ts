/**
 * The portal server on a socket. Plain node:http: all routing is in `portal-server.ts`, so Express (same memory at start as
 * measured, some 0.5 MB more in the bundle) would only be a second router in front of it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { probeSocket } from "@karibu/protocol/process/probe-socket";
import type { Clock, World } from "@karibu/protocol/world";
import type { HttpHandler, HttpListener, HttpResponse } from "../../ground/http.ts";
import { createRateLimit, type RateLimit } from "../../ground/rate-limit.ts";
import { type Place, placeOfMost, placeToFree } from "./connection-places.ts";
import { plainAddress } from "./peer-address.ts";
import { problemResponse } from "./problems.ts";
import { securityHeaders } from "./security-headers.ts";

const usualConnectionsMax = 512;
/** A browser opens six connections. A phone that uses all of them must leave some to other phones. */
const connectionsPerAddressMax = 32;
/** A page is a handful of requests, and an open one asks every few seconds. */
const requestsOfAddress = { burst: 120, everyMs: 50, keysMax: 4096 };
/** Where a whole site stands behind one address: its router's, or this machine's where a proxy or a demo's phones ask from it. */
const requestsOfShared = { burst: 1200, everyMs: 5, keysMax: 16_384 };
const ownMachine = new Set(["127.0.0.1", "::1"]);
const bodyBytesMax = 16 * 1024;
const urlBytesMax = 4096;
const unreadBytesMax = 4096;
/** RouterOS kills the agent 10 s after the stop signal. Its last writes matter more than an answer to a slow phone. */
const closingMsMax = 2000;

const timeouts = {
  // Slow or silent clients are cut: a phone at the edge of the Wi-Fi must not hold a place for long.
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 8192,
} as const;

type ListenerWorld = Pick<World, "clock" | "log">;

/**
 * Guests on a TCP port, and beside it a socket for who asks on this machine whether the agent lives (`probeSocket`). Rejects when the port
 * is taken (`EADDRINUSE`). Port 0: any free port. `isShared`: do many phones have this address (a router that masquerades)? It may
 * use all connections that no other address wants. Absent: no address is shared. `connectionsMax`: of a process with many sites.
 */
export async function listenHttp(
  portal: HttpHandler,
  options: {
    readonly port: number;
    readonly address?: string;
    readonly world: ListenerWorld;
    readonly isShared?: (address: string) => boolean;
    readonly connectionsMax?: number;
  },
): Promise<HttpListener> {
  const { world, isShared = () => false, connectionsMax = usualConnectionsMax } = options;
  const guests = await openServer(portal, world, openDoor(world.clock, isShared, connectionsMax), {
    port: options.port,
    ...(options.address === undefined ? {} : { host: options.address }),
  });
  const port = (guests.server.address() as AddressInfo).port;
  const probes = await openServer(portal, world, openToAll, { path: probeSocket(port) }).catch((error: unknown) => {
    // Not Linux: the launcher asks at the port then.
    world.log.debug("probe-socket-not-opened", { error: String(error) });
    return null;
  });
  return {
    port,
    close: async () => {
      await Promise.all([guests.close(), probes?.close()]);
    },
  };
}

/**
 * The same server without a port: it takes the connections of phones that somebody brings. `peer`: the phone's address.
 */
export function serveHttp(
  portal: HttpHandler,
  options: { readonly world: ListenerWorld; readonly isShared?: (address: string) => boolean },
): { take(connection: Duplex, peer: string): void; close(): Promise<void> } {
  const { world, isShared = () => false } = options;
  const door = openDoor(world.clock, isShared, usualConnectionsMax);
  const { server, close } = createPortalServer(portal, world, door);
  return {
    take(connection, peer) {
      const destroySoon = () => void connection.end(() => connection.destroy());
      server.emit("connection", Object.assign(connection, { remoteAddress: peer, destroySoon }));
    },
    close,
  };
}

interface Door {
  /** A connection has come; false: it is closed. */
  enter(socket: Socket): boolean;
  /** Its next request begins to be answered. Not null: this answer, and none of the portal's. */
  refuse(socket: Socket, request: IncomingMessage): HttpResponse | null;
  /** The request is here in full. */
  wholly(socket: Socket): void;
  /** The answer has left. */
  answered(socket: Socket): void;
}

const openToAll: Door = { enter: () => true, refuse: () => null, wholly() {}, answered() {} };

interface PortalServer {
  readonly server: Server;
  close(): Promise<void>;
}

async function openServer(
  portal: HttpHandler,
  world: ListenerWorld,
  door: Door,
  where: { readonly port: number; readonly host?: string } | { readonly path: string },
): Promise<PortalServer> {
  const opened = createPortalServer(portal, world, door);
  const { server } = opened;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => world.log.error("http-failed", { error: String(error) }));
  return opened;
}

function createPortalServer(portal: HttpHandler, { clock, log }: ListenerWorld, door: Door): PortalServer {
  const connections = new Set<Socket>();
  const answering = new Set<Socket>();
  const goingOn = new Set<ServerResponse>();
  let isClosing = false;
  const server = createServer(timeouts, (request, response) => {
    const { socket } = request;
    answering.add(socket);
    response.once("close", () => {
      answering.delete(socket);
      door.answered(socket);
      if (isClosing) socket.destroySoon();
    });
    const refusal = door.refuse(socket, request);
    if (refusal !== null) return refuse(request, response, refusal);
    response.once("close", () => goingOn.delete(response));
    answer(portal, request, response, () => door.wholly(socket), goingOn).catch((error: unknown) => {
      log.debug("http-aborted", { error: String(error) });
      response.destroy();
    });
  });
  server.on("connection", (socket) => {
    if (!door.enter(socket)) return socket.destroy();
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.setTimeout(30_000);
  return {
    server,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        const late = clock.after(closingMsMax, () => server.closeAllConnections());
        server.close(() => {
          late.cancel();
          resolve();
        });
        for (const response of goingOn) response.end();
        // Not by `closeIdleConnections`: to that, one which a browser has opened in advance is busy.
        for (const socket of connections) if (!answering.has(socket)) socket.destroy();
      }),
  };
}

/** Connections and requests of guests, shared out: what one of them takes too much of, the others still get. */
function openDoor(clock: Clock, isShared: (address: string) => boolean, connectionsMax: number): Door {
  const places = new Map<Socket, Place & { readonly socket: Socket }>();
  const open = new Map<string, number>();
  const own = createRateLimit(requestsOfAddress);
  const shared = createRateLimit(requestsOfShared);

  function leave(socket: Socket): void {
    const place = places.get(socket);
    if (!places.delete(socket) || place === undefined) return;
    const left = (open.get(place.address) ?? 1) - 1;
    if (left === 0) open.delete(place.address);
    else open.set(place.address, left);
  }

  function step(socket: Socket, isAnswering: boolean): void {
    const place = places.get(socket);
    if (place === undefined) return;
    place.isAnswering = isAnswering;
    place.sinceMs = clock.monotonicMs();
  }

  return {
    enter(socket) {
      const address = plainAddress(socket.remoteAddress ?? "");
      const count = (open.get(address) ?? 0) + 1;
      if (count > connectionsPerAddressMax && !isShared(address)) return false;
      if (places.size >= connectionsMax) {
        const loser =
          placeOfMost(places.values(), count, connectionsPerAddressMax) ??
          placeToFree(places.values(), clock.monotonicMs());
        if (loser === null) return false;
        leave(loser.socket);
        loser.socket.destroy();
      }
      open.set(address, (open.get(address) ?? 0) + 1);
      places.set(socket, { socket, address, sinceMs: clock.monotonicMs(), isAnswering: false });
      socket.once("close", () => leave(socket));
      return true;
    },
    refuse(socket, request) {
      const address = places.get(socket)?.address ?? "";
      const limit: RateLimit = isShared(address) || ownMachine.has(address) ? shared : own;
      const waitSeconds = limit.take(address, clock.monotonicMs());
      return waitSeconds === 0 ? null : tooMany(request, waitSeconds);
    },
    wholly: (socket) => step(socket, true),
    answered: (socket) => step(socket, false),
  };
}

/** A person's page comes again by itself; a script reads how long to wait. */
function tooMany(request: IncomingMessage, retryAfterSeconds: number): HttpResponse {
  if (!/\btext\/html\b/.test(request.headers.accept ?? "")) return problemResponse("slow-down", { retryAfterSeconds });
  return {
    status: 429,
    headers: {
      ...securityHeaders({ styleHashes: [], postOrigins: [] }),
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "retry-after": String(retryAfterSeconds),
    },
    body: busyPage(retryAfterSeconds),
  };
}

const busyPage = (seconds: number): string =>
  `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="${seconds}"><title>Karibu</title><p>Many requests came from here. This page comes again in ${seconds} s. <p lang="sw">Maombi mengi yametoka hapa. Ukurasa huu utafunguka tena baada ya sekunde ${seconds}.`;

/** Without reading what the guest sends on. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: HttpResponse): void {
  send(request, response, { ...refusal, headers: { ...refusal.headers, connection: "close" } });
  request.resume();
}

async function answer(
  portal: HttpHandler,
  request: IncomingMessage,
  response: ServerResponse,
  noteWhole: () => void,
  goingOn: Set<ServerResponse>,
): Promise<void> {
  const url = withoutDestination(request.url ?? "/");
  const body = url.length > urlBytesMax ? null : await readBody(request);
  if (body === null) {
    const tooLong = url.length > urlBytesMax;
    const refusal = problemResponse("bad-request", {
      status: tooLong ? 414 : 413,
      detail: tooLong ? `longer than ${urlBytesMax} bytes` : `more than ${bodyBytesMax} bytes`,
      field: tooLong ? "url" : "body",
    });
    refuse(request, response, refusal);
    return;
  }
  noteWhole();
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  const { remoteAddress, localAddress, localPort } = request.socket;
  const at =
    localAddress === undefined || localPort === undefined ? {} : { at: { address: localAddress, port: localPort } };
  const asked = { method: request.method ?? "GET", url, headers, body, address: remoteAddress ?? null, ...at };
  const answered = await portal.handle(asked);
  if (answered.goesOn === undefined || request.method === "HEAD") return send(request, response, answered);
  goingOn.add(response);
  goOn(response, answered, answered.goesOn);
}

/**
 * The page that a guest wanted when the hotspot sent them here (`dst`) may have an address of any length. It is for the portal's script alone, which has it
 * from the browser.
 */
const withoutDestination = (url: string): string =>
  url.length > urlBytesMax ? url.replace(/([?&])dst=[^&]*&?/, "$1") : url;

/** Who does not read what is sent loses the connection: their backlog would be the agent's memory. */
function goOn(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  begin: NonNullable<HttpResponse["goesOn"]>,
): void {
  response.writeHead(status, headers as Record<string, string | string[]>);
  response.write(body);
  const gone = begin(
    (text) => {
      if (response.writableLength > unreadBytesMax) response.destroy();
      else response.write(text);
    },
    () => response.end(),
  );
  response.once("close", gone);
  if (response.destroyed) gone();
}

function send(request: IncomingMessage, response: ServerResponse, answer: HttpResponse): void {
  const length = typeof answer.body === "string" ? Buffer.byteLength(answer.body) : answer.body.length;
  response.writeHead(answer.status, { ...answer.headers, "content-length": length } as Record<
    string,
    string | string[] | number
  >);
  response.end(request.method === "HEAD" ? undefined : answer.body);
}

/** Null when it is longer than allowed; what follows is not read. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
