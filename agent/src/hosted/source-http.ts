/**
 * One HTTP port for the portals of many sites. Routers masquerade their phones into the tunnel, so the peer's address identifies the
 * site. A portal gets no requests from other addresses.
 */
import type { Adapters } from "../ground/adapters.ts";
import type { HttpHandler } from "../ground/http.ts";
import { isLoopback, plainAddress } from "../portal-server/http/peer-address.ts";
import { problemResponse } from "../portal-server/http/problems.ts";

export interface SourceHttp {
  /** The listener for the agent of the router at this address. */
  of(sourceAddress: string): NonNullable<Adapters["listenHttp"]>;
  /** Does this address belong to a site? */
  isSite(address: string): boolean;
  /** The handler for the shared socket. */
  readonly portal: HttpHandler;
}

/** `own` answers requests of this machine. `port`: the port of the socket, when it listens. */
export function createSourceHttp(own: HttpHandler, port: () => number): SourceHttp {
  const portals = new Map<string, HttpHandler>();
  return {
    of: (sourceAddress) => async (portal) => {
      if (portals.has(sourceAddress)) throw new Error(`the portal of ${sourceAddress} is there already`);
      portals.set(sourceAddress, portal);
      return {
        port: port(),
        async close() {
          if (portals.get(sourceAddress) === portal) portals.delete(sourceAddress);
        },
      };
    },
    isSite: (address) => portals.has(address),
    portal: {
      async handle(request) {
        const address = plainAddress(request.address ?? "");
        const site = portals.get(address);
        if (site !== undefined) return await site.handle({ ...request, address });
        return isLoopback(address)
          ? await own.handle(request)
          : problemResponse("not-found", { detail: "no such site" });
      },
    },
  };
}
