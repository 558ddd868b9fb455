/** Notes the router's sessions: when each begins and ends, and what its counters show. */
import type { Router } from "../../router/device/router.ts";
import type { NasSession, Session } from "../../router/model/hotspot-state.ts";
import type { NewFact, Told } from "../judge/chronicle.ts";

export interface SessionWatch {
  /** Notes what changed since the last look. */
  look(): void;
  /** All sessions end at once, as in a power cut. */
  endAll(cause: string): void;
  /** Sessions of which nobody has said yet what they are charged to. `name`: as the chronicle has it. */
  unattributed(): readonly { readonly name: string; readonly nas: NasSession }[];
  attribute(name: string): void;
  /** Open ones of which somebody has. */
  attributed(): readonly { readonly name: string; readonly nas: NasSession }[];
}

const kinds = { Start: "start", "Interim-Update": "interim", Stop: "stop" } as const;

const toldOf = ({ limits }: Session): Told => ({
  seconds: limits.sessionSeconds,
  idleSeconds: limits.idleSeconds,
  bytes: limits.totalBytes,
  upBitsPerSecond: limits.rates.upBitsPerSecond,
  downBitsPerSecond: limits.rates.downBitsPerSecond,
  reportSeconds: limits.interimSeconds,
  places: limits.portLimit,
});

interface Watched {
  readonly name: string;
  bytes: number;
  rates: Session["limits"]["rates"];
}

export function createSessionWatch(router: Router, note: (fact: NewFact) => void): SessionWatch {
  const open = new Map<Session, Watched>();
  const unattributed = new Map<string, NasSession>();
  /** How often the router has given an id. */
  const given = new Map<string, number>();
  const names = new WeakMap<NasSession, string>();
  const phoneOf = (address: string): number => Number(address.split(".").at(-1)) - 10;

  function begin(session: Session): Watched {
    const { sessionId, address, mac } = session.nas;
    const times = (given.get(sessionId) ?? 0) + 1;
    given.set(sessionId, times);
    const begun = { name: times === 1 ? sessionId : `${sessionId} (${times})`, bytes: 0, rates: session.limits.rates };
    open.set(session, begun);
    // One of the same id that nobody spoke of is not told from this one any more.
    for (const [name, nas] of unattributed) if (nas.sessionId === sessionId) unattributed.delete(name);
    unattributed.set(begun.name, session.nas);
    names.set(session.nas, begun.name);
    note({ kind: "session-began", session: begun.name, phone: phoneOf(address), mac, told: toldOf(session) });
    return begun;
  }

  function look(): void {
    const running = router.running;
    const current = new Set(running?.hotspot.sessions() ?? []);
    for (const [session, { name, bytes }] of open) {
      if (current.has(session)) continue;
      open.delete(session);
      note({ kind: "session-ended", session: name, cause: "unknown", bytes });
    }
    for (const session of current) {
      const { upBytes = 0, downBytes = 0 } = running?.hotspot.reading(session) ?? {};
      const bytes = upBytes + downBytes;
      const known = open.get(session) ?? begin(session);
      noteSpeed(session, known);
      if (known.bytes === bytes) continue;
      known.bytes = bytes;
      note({ kind: "counted", session: known.name, bytes });
    }
  }

  function noteSpeed({ limits: { rates } }: Session, known: Watched): void {
    const { upBitsPerSecond, downBitsPerSecond } = rates;
    const isSame =
      known.rates.upBitsPerSecond === upBitsPerSecond && known.rates.downBitsPerSecond === downBitsPerSecond;
    known.rates = rates;
    if (!isSame) note({ kind: "speed-changed", session: known.name, upBitsPerSecond, downBitsPerSecond });
  }

  router.onSessionEnd(({ session, cause, reading }) => {
    const { name } = open.get(session) ?? begin(session);
    open.delete(session);
    note({ kind: "session-ended", session: name, cause, bytes: reading.upBytes + reading.downBytes });
  });

  router.onReport(({ session, status, reading, sessionSeconds: seconds }, isHeard) => {
    // One that the router began by itself is seen at the next look.
    if (!names.has(session)) look();
    const name = names.get(session);
    const bytes = reading.upBytes + reading.downBytes;
    if (name !== undefined) note({ kind: "report", session: name, status: kinds[status], bytes, seconds, isHeard });
  });

  return {
    look,
    endAll(cause) {
      for (const { name, bytes } of open.values()) note({ kind: "session-ended", session: name, cause, bytes });
      open.clear();
    },
    unattributed: () => [...unattributed].map(([name, nas]) => ({ name, nas })),
    attribute: (name) => void unattributed.delete(name),
    attributed: () => [...open].flatMap(([{ nas }, { name }]) => (unattributed.has(name) ? [] : [{ name, nas }])),
  };
}
