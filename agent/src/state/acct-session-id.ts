/**
 * RouterOS' Acct-Session-Id, eight hex symbols: two for the service, then what changes at each reboot, then a count of sessions. RouterOS
 * sends no Accounting-On and no Stop after a power cut, so this is the first word that a router lost its sessions. How many symbols each
 * part has is not documented. Public captures (80100014, 80300083, 8050005a) fit one symbol of boot and a count of 20 bits; two symbols and
 * 16 bits are possible. Read here as one symbol and 20 bits, and judged so that both readings, also with a full count that carries into the
 * boot, never end a session that is open. Pure.
 */
export interface RouterOsSessionId {
  /** Seen so far: `80` (hotspot) and `81` (PPP). */
  readonly service: string;
  readonly boot: number;
  readonly count: number;
}

/** Random ids of other NASes hardly ever begin like that. */
const routerOsId = /^8[0-3][0-9a-f]{6}$/i;
const counts = 2 ** 20;

/** Null: an id of another form, which tells nothing of boots. */
export function readSessionId(sessionId: string): RouterOsSessionId | null {
  if (!routerOsId.test(sessionId)) return null;
  const number = Number.parseInt(sessionId.slice(2), 16);
  return {
    service: sessionId.slice(0, 2).toLowerCase(),
    boot: Math.floor(number / counts),
    count: number % counts,
  };
}

/**
 * What a new session's id says about its router since the last one.
 * `rebooted`: another boot and a lower count: it lost what was open before, unless its uptime says otherwise.
 * `doubtful`: a reboot or none. The router's uptime decides, and without one the interims that do not come.
 */
export type SinceLastId = "same-boot" | "rebooted" | "doubtful";

/** So many sessions may begin unheard between two that are heard, and a count that runs over is known as one within so many. */
const unheardMax = 4096;
/** Starts overtake each other by so many at most. */
const overtakenMax = 64;

export function sinceLastId(last: RouterOsSessionId, next: RouterOsSessionId): SinceLastId {
  const all = 16 * counts;
  const forward = ((next.boot - last.boot) * counts + next.count - last.count + all) % all;
  if (forward <= unheardMax) return next.boot === last.boot ? "same-boot" : "doubtful";
  if (next.boot !== last.boot) return next.count <= last.count ? "rebooted" : "doubtful";
  return next.count < last.count && last.count - next.count <= overtakenMax ? "same-boot" : "doubtful";
}
