/**
 * One port of RADIUS over TLS for many sites in one process, as `source-udp.ts` is for datagrams: the address of the router, which WireGuard
 * guarantees, is its site. Other addresses get no connection.
 */
import type { HearStreams, OpenStreams, RadiusStream, RadiusStreams } from "../ground/radius-streams.ts";

export interface SourceStreams {
  /** Opens the port for all present and later sites. Rejects when it is taken. */
  open(): Promise<OpenStreams>;
  /** The connections of the router at this address. */
  of(sourceAddress: string): RadiusStreams;
}

export function createSourceStreams(streams: RadiusStreams): SourceStreams {
  const sites = new Map<string, HearStreams>();
  const siteOf = (stream: RadiusStream) => sites.get(stream.peer.address);
  let shared: OpenStreams | null = null;
  return {
    async open() {
      shared = await streams.open({
        mayConnect: (address) => sites.has(address),
        packet: (packet, stream) => siteOf(stream)?.packet(packet, stream),
        closed: (stream) => siteOf(stream)?.closed(stream),
      });
      return shared;
    },
    of: (sourceAddress) => ({
      asksForCertificate: streams.asksForCertificate,
      async open(hear) {
        if (shared === null) throw new Error("the port for RADIUS over TLS is not open");
        const { port, counters } = shared;
        sites.set(sourceAddress, hear);
        return {
          port,
          counters,
          async close() {
            if (sites.get(sourceAddress) === hear) sites.delete(sourceAddress);
          },
        };
      },
    }),
  };
}
