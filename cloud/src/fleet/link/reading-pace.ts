import type { HubSocket } from "./hub-socket.ts";

/**
 * How fast links are read: while their frames in work have more bytes than this, no link that sends another one is read on, until half of them are
 * done. Frames in work always end, so no link is held for ever.
 */
export interface ReadingPace {
  /** A frame is in work; the result ends it. */
  begin(socket: HubSocket, bytes: number): () => void;
  /** Bytes of the frames in work. */
  readonly bytes: number;
  isHeld(socket: HubSocket): boolean;
}

export function createReadingPace(inWorkBytesMax: number): ReadingPace {
  const held = new Set<HubSocket>();
  let inWork = 0;
  return {
    begin(socket, bytes) {
      inWork += bytes;
      if (inWork > inWorkBytesMax && socket.meter !== undefined && !held.has(socket)) {
        held.add(socket);
        socket.meter.hold(true);
      }
      return () => {
        inWork -= bytes;
        if (inWork > inWorkBytesMax / 2) return;
        const waiting = [...held];
        held.clear();
        for (const one of waiting) one.meter?.hold(false);
      };
    },
    get bytes() {
      return inWork;
    },
    isHeld: (socket) => held.has(socket),
  };
}
