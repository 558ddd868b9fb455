/** Serves the hotspot on a real port. The source address identifies the client. Without power, connections break. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { World } from "@karibu/protocol/world";
import type { Router } from "./router.ts";

const bodyBytesMax = 64 * 1024;

/** Listens before the router exists, because the router's URL contains the port. */
export async function listenHttp(port: number, address = "127.0.0.1"): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve());
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not a TCP port");
  return { server, port: bound.port };
}

/** `addressOf`: of a peer, in the guests' network. Absent: as the peer has it. */
export function serveHotspot(
  world: World,
  router: Router,
  server: Server,
  addressOf: (peer: string) => string = (peer) => peer,
): void {
  router.onPower((on) => {
    if (!on) server.closeAllConnections();
  });
  server.on("request", (request, response) => {
    const address = addressOf(request.socket.remoteAddress ?? "0.0.0.0");
    answer(router, address, request, response).catch((error: unknown) => {
      world.log.warn("router-http-failed", { message: error instanceof Error ? error.message : String(error) });
      request.socket.destroy();
    });
  });
}

async function answer(
  router: Router,
  address: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!router.running) return void request.socket.destroy();
  const client = router.client(address);
  if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) {
    request.resume();
    return void response.writeHead(413, { "Content-Length": 0, Connection: "close" }).end();
  }
  const body = await readBody(request);
  const host = request.headers.host ?? "";
  const target = /^https?:\/\//i.test(request.url ?? "") ? String(request.url) : `http://${host}${request.url ?? "/"}`;
  if (!URL.canParse(target)) return void response.writeHead(400, { "Content-Length": 0 }).end();
  const form = request.method === "POST" ? Object.fromEntries(new URLSearchParams(body)) : undefined;
  const page = await client.request(target, form);
  response.writeHead(page.status, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(page.body),
    "Cache-Control": "no-cache",
    ...page.headers,
  });
  response.end(page.body);
}

/** Throws when the body is too long and has no Content-Length. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyBytesMax) throw new RangeError("body too long");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
