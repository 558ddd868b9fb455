/**
 * One HTTP port for the portals of many sites: routers masquerade their phones into the tunnel, so the peer's address says
 * whose portal is meant. Nobody else's requests reach any of them.
 */
import type { Adapters } from "../ground/adapters.ts";
import type { HttpHandler } from "../ground/http.ts";
import { isLoopback, plainAddress } from "../portal-server/http/peer-address.ts";
import { problemResponse } from "../portal-server/http/problems.ts";

export interface SourceHttp {
  /** What the agent of the router at this address is given. */
  of(sourceAddress: string): NonNullable<Adapters["listenHttp"]>;
  /** Has a site this address? */
  isSite(address: string): boolean;
  /** To be put on the socket. */
  readonly portal: HttpHandler;
}

/** `own` answers whoever is no site's; null: not even that. `port`: of the socket, once it listens. */
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
