/** A phone's request to the agent's real HTTP server, over a connection in memory: bytes go in, bytes come out. */
import type { Duplex } from "node:stream";
import type { HttpHandler, HttpListener, HttpRequest } from "@karibu/agent/ground/http";
import { serveHttp } from "@karibu/agent/portal-server/http/http-listener";
import type { World } from "@karibu/protocol/world";
import { askInMemory, type BytesAnswer, createOpenConnections } from "../../http/in-memory-http.ts";

export interface PortalDoor {
  /** For the agent: `Adapters.listenHttp`; `isShared`: for a host of many sites. */
  listen(portal: HttpHandler, isShared?: (address: string) => boolean): Promise<HttpListener>;
  /** Null: nobody listens, or the connection ended without an answer. */
  ask(request: HttpRequest): Promise<BytesAnswer | null>;
  /** Nobody waits any more for what was not answered: what hangs on open connections, a whole story in the end, may go. */
  hangUp(): void;
}

/** `world`: the agent's. One for each of its lives. `onBytes`: see `askInMemory`. */
export function openPortalDoor(world: Pick<World, "clock" | "log">, onBytes: () => void): PortalDoor {
  let server: ReturnType<typeof serveHttp> | null = null;
  const connections = createOpenConnections();
  let isOver = false;
  const nothing = (): Promise<null> | null => (isOver ? new Promise(() => {}) : null);
  return {
    async listen(portal, isShared = () => false) {
      server = serveHttp(portal, { world, isShared });
      const { close } = server;
      return {
        port: 80,
        close() {
          server = null;
          return close();
        },
      };
    },
    async ask({ method, url: path, headers: given, body, address }) {
      const { take } = server ?? {};
      if (take === undefined) return null;
      const headers = Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      const request = { method, path, headers, ...(method === "GET" ? {} : { body }) };
      const connect = (serving: Duplex) => {
        connections.add(serving);
        take(serving, address ?? "");
      };
      return askInMemory(connect, request, onBytes).catch(nothing);
    },
    hangUp() {
      isOver = true;
      connections.hangUp();
    },
  };
}
