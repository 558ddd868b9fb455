/** Which router speaks over which connection: a Disconnect goes back the way that its session's reports come. @see RFC 6614 §2.1 */
import type { RadiusStream } from "../../ground/radius-streams.ts";

export interface RouterStreams {
  /** The router (`state/router-address.ts`) has sent an authentic request over this connection. */
  note(router: string, stream: RadiusStream): void;
  closed(stream: RadiusStream): void;
  /** Where to ask the router; null: it has no connection now. */
  of(router: string): RadiusStream | null;
  /** It speaks over connections, though it may have none now. */
  isKnown(router: string): boolean;
  /** It answers by UDP, with its secret of UDP: until it is heard over a connection again. */
  forget(router: string): void;
}

/** A proxy speaks for many routers. */
const routersMax = 4096;

export function createRouterStreams(): RouterStreams {
  /** The one that was heard last is the last. Null: its connection is closed. */
  const streams = new Map<string, RadiusStream | null>();
  return {
    note(router, stream) {
      if (streams.get(router) === stream) return;
      streams.delete(router);
      if (streams.size >= routersMax)
        for (const oldest of streams.keys()) {
          streams.delete(oldest);
          break;
        }
      streams.set(router, stream);
    },
    closed(stream) {
      for (const [router, each] of streams) if (each === stream) streams.set(router, null);
    },
    of: (router) => streams.get(router) ?? null,
    isKnown: (router) => streams.has(router),
    forget: (router) => void streams.delete(router),
  };
}
