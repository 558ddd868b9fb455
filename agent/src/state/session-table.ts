/**
 * The sessions of a site, by their keys and by the names that their NAS gives them. Open ones and those that ended last are objects. Of those
 * that ended before, of which hardly ever a packet comes, a text is kept (`packed-sessions.ts`); whoever asks gets the same answer of both.
 */
import { unpackSession } from "./packed-session.ts";
import { PackedSessions } from "./packed-sessions.ts";
import { nameOf, type Session } from "./session.ts";

/** Closed sessions that are kept. For these, late and repeated packets are recognised. */
export const closedSessionsKept = 10_000;
/** Of them, those that are objects. */
const closedUnpacked = 1500;
/** How many are packed or removed at a time: finding the oldest entry of a Set steps over all removed ones. */
const closedAtOnce = 250;

export interface TableLimits {
  readonly kept: number;
  readonly unpacked: number;
  readonly atOnce: number;
}

/** A session that is written down later, as it was. */
export type SavedSession = Session | { toJSON(): Session };

export class SessionTable {
  /** Open ones, and the closed ones that are no texts. */
  private readonly whole = new Map<string, Session>();
  /** Keys of the closed ones of `whole`, oldest first. */
  private readonly closed = new Set<string>();
  /** By `nasSessionId`: the key of the session that it means. Not of those that `packed` has by their names. */
  private readonly names = new Map<string, string>();
  private readonly packed = new PackedSessions();
  private readonly limits: TableLimits;

  constructor(limits: TableLimits = { kept: closedSessionsKept, unpacked: closedUnpacked, atOnce: closedAtOnce }) {
    this.limits = limits;
  }

  get size(): number {
    return this.whole.size + this.packed.count;
  }

  has(sessionKey: string): boolean {
    return this.whole.has(sessionKey) || this.packed.has(sessionKey);
  }

  get(sessionKey: string): Session | undefined {
    return this.whole.get(sessionKey) ?? this.packed.get(sessionKey);
  }

  /** A closed one keeps its place among the closed ones. One that closes may make the table forget the oldest. */
  set(session: Session): void {
    const { sessionKey, stoppedAtMs } = session;
    if (!this.whole.has(sessionKey)) {
      if (stoppedAtMs !== null) {
        if (this.packed.replace(session)) return;
      } else if (this.packed.remove(sessionKey)?.wasNamed === true) this.names.set(nameOf(session), sessionKey);
    }
    this.whole.set(sessionKey, session);
    if (stoppedAtMs === null) this.closed.delete(sessionKey);
    else this.closed.add(sessionKey);
    const { kept, unpacked, atOnce } = this.limits;
    if (this.closed.size >= unpacked + atOnce) this.packOldest();
    if (this.closed.size + this.packed.count >= kept + atOnce) this.forgetOldest();
  }

  /** Closed ones first, oldest first. */
  *values(): Generator<Session, void> {
    for (const text of this.packed.texts()) yield unpackSession(text);
    yield* this.ofKeys(this.closed);
    for (const session of this.whole.values()) if (session.stoppedAtMs === null) yield session;
  }

  /** Closed ones, oldest first, as they are now. */
  savedClosed(): SavedSession[] {
    const packed = this.packed.texts().map((text) => ({ toJSON: () => unpackSession(text) }));
    return [...packed, ...this.ofKeys(this.closed)];
  }

  /** The key of the newest session that a NAS gave this name to; null: none that is kept. `name`: a `nasSessionId`. */
  keyNamed(name: string): string | null {
    return this.names.get(name) ?? this.packed.named(name)?.sessionKey ?? null;
  }

  /** Null: the name means none any more. */
  setName(name: string, sessionKey: string | null): void {
    this.packed.dropName(name);
    if (sessionKey === null) this.names.delete(name);
    else this.names.set(name, sessionKey);
  }

  /** Names of sessions that do not mean that session, with the key of the one that each means; null: none. */
  takenNames(): (readonly [string, string | null])[] {
    const taken = new Map<string, string | null>();
    const look = (session: Session): void => {
      const name = nameOf(session);
      const meant = this.keyNamed(name);
      if (meant !== session.sessionKey) taken.set(name, meant);
    };
    for (const session of this.packed.unnamed()) look(session);
    for (const session of this.whole.values()) look(session);
    return [...taken].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  private *ofKeys(keys: Iterable<string>): Generator<Session, void> {
    for (const key of keys) yield this.whole.get(key) as Session;
  }

  private packOldest(): void {
    for (const oldest of this.closed) {
      if (this.closed.size <= this.limits.unpacked) return;
      const session = this.whole.get(oldest) as Session;
      const name = nameOf(session);
      const isNamed = this.names.get(name) === oldest;
      if (isNamed) this.names.delete(name);
      this.closed.delete(oldest);
      this.whole.delete(oldest);
      this.packed.add(session, isNamed);
    }
  }

  private forgetOldest(): void {
    while (this.closed.size + this.packed.count > this.limits.kept) {
      const oldest = this.packed.shift();
      if (oldest === undefined) return;
      const name = nameOf(oldest);
      if (this.names.get(name) === oldest.sessionKey) this.names.delete(name);
    }
  }
}
