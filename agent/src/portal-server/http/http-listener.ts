/**
 * The portal server on a socket. Plain node:http: all routing is in `portal-server.ts`, so Express (same memory at start as
 * measured, some 0.5 MB more in the bundle) would only be a second router in front of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { World } from "@karibu/protocol/world";
import type { HttpHandler, HttpListener, HttpResponse } from "../../ground/http.ts";

import { plainAddress } from "./peer-address.ts";
import { problemResponse } from "./problems.ts";

const connectionsMax = 512;
/** A browser opens six connections. A phone that uses all of them must leave some to other phones. */
const connectionsPerAddressMax = 32;
const bodyBytesMax = 16 * 1024;
const urlBytesMax = 4096;
/** RouterOS kills the agent 10 s after the stop signal. Its last writes matter more than an answer to a slow phone. */
const closingMsMax = 2000;

/**
 * Rejects when the port is taken (`EADDRINUSE`). Port 0: any free port. `isShared`: do many phones have this address (a router that
 * masquerades)? It may use all connections. Absent: no address is shared.
 */
export async function listenHttp(
  portal: HttpHandler,
  options: {
    readonly port: number;
    readonly address?: string;
    readonly world: Pick<World, "clock" | "log">;
    readonly isShared?: (address: string) => boolean;
  },
): Promise<HttpListener> {
  const { clock, log } = options.world;
  const connections = new Set<Socket>();
  const answering = new Set<Socket>();
  let isClosing = false;
  const server = createServer(
    // Slow or silent clients are cut: a phone at the edge of the Wi-Fi must not hold a place for long.
    {
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 5000,
      maxHeaderSize: 8192,
    },
    (request, response) => {
      const { socket } = request;
      answering.add(socket);
      response.once("close", () => {
        answering.delete(socket);
        if (isClosing) socket.destroySoon();
      });
      answer(portal, request, response).catch((error: unknown) => {
        log.debug("http-aborted", { error: String(error) });
        response.destroy();
      });
    },
  );
  server.maxConnections = connectionsMax;
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.on("connection", shareOut(options.isShared ?? (() => false)));
  server.setTimeout(30_000);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => log.error("http-failed", { error: String(error) }));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        const late = clock.after(closingMsMax, () => server.closeAllConnections());
        server.close(() => {
          late.cancel();
          resolve();
        });
        // Not by `closeIdleConnections`: to that, one which a browser has opened in advance is busy.
        for (const socket of connections) if (!answering.has(socket)) socket.destroy();
      }),
  };
}

/** Closes what an address opens beyond its share. */
function shareOut(isShared: (address: string) => boolean): (socket: Socket) => void {
  const open = new Map<string, number>();
  return (socket) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    if (isShared(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > connectionsPerAddressMax) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  };
}

async function answer(portal: HttpHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? "/";
  const body = url.length > urlBytesMax ? null : await readBody(request);
  if (body === null) {
    const tooLong = url.length > urlBytesMax;
    const refusal = problemResponse("bad-request", {
      status: tooLong ? 414 : 413,
      detail: tooLong ? `longer than ${urlBytesMax} bytes` : `more than ${bodyBytesMax} bytes`,
      field: tooLong ? "url" : "body",
    });
    send(request, response, { ...refusal, headers: { ...refusal.headers, connection: "close" } });
    request.resume();
    return;
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  const address = request.socket.remoteAddress ?? null;
  send(request, response, await portal.handle({ method: request.method ?? "GET", url, headers, body, address }));
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
