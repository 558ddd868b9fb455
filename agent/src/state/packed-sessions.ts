/**
 * Closed sessions as texts, oldest first. They are found by their keys and by the names that their NAS gave them, by chains of
 * rows with the same hash, newest first. Rows are numbered, and only ever dropped from the oldest on: what a chain leads to before the
 * first row is no more, so nothing has to be taken out of it.
 */
import { crc32 } from "node:zlib";
import { isPacked, packSession, unpackSession } from "./packed-session.ts";
import { nameOf, type Session } from "./session.ts";

const rowsMin = 256;

export class PackedSessions {
  /** How many there are. */
  count = 0;
  /** By the row's number in a ring; an empty one was taken out. */
  private rows: string[] = [];
  private keySums = new Uint32Array(0);
  /** Of the name that means this row; 0: none does. */
  private nameSums = new Uint32Array(0);
  private byKey = noChains(0);
  private byName = noChains(0);
  /** Numbers of the oldest row and of the next one. 0 is none. */
  private first = 1;
  private next = 1;

  has(sessionKey: string): boolean {
    return this.rowOf(sessionKey) !== 0;
  }

  get(sessionKey: string): Session | undefined {
    const row = this.rowOf(sessionKey);
    return row === 0 ? undefined : unpackSession(this.textOf(row));
  }

  /** The session that this name means; null: none of these. */
  named(name: string): Session | null {
    const row = this.rowNamed(name);
    return row === 0 ? null : unpackSession(this.textOf(row));
  }

  /** The name means another one now. */
  dropName(name: string): void {
    const row = this.rowNamed(name);
    if (row !== 0) this.nameSums[row & this.mask] = 0;
  }

  /** As the newest. */
  add(session: Session, isNamed: boolean): void {
    if (this.next - this.first >= this.rows.length) this.makeRoom();
    this.append(packSession(session), sumOf(session.sessionKey), isNamed ? sumOf(nameOf(session)) : 0);
  }

  /** In its place. False: it is not here. */
  replace(session: Session): boolean {
    const row = this.rowOf(session.sessionKey);
    if (row !== 0) this.rows[row & this.mask] = packSession(session);
    return row !== 0;
  }

  /** Null: it is not here. `wasNamed`: its name meant it. */
  remove(sessionKey: string): { readonly wasNamed: boolean } | null {
    const row = this.rowOf(sessionKey);
    if (row === 0) return null;
    const wasNamed = this.nameSums[row & this.mask] !== 0;
    this.clear(row);
    return { wasNamed };
  }

  /** Takes the oldest one out. Undefined: there is none. */
  shift(): Session | undefined {
    while (this.first < this.next) {
      const text = this.textOf(this.first);
      if (text !== "") this.clear(this.first);
      this.first += 1;
      if (text !== "") return unpackSession(text);
    }
    return undefined;
  }

  /** Oldest first. They are as they are now, whatever happens to the sessions afterwards. */
  texts(): string[] {
    const found: string[] = [];
    for (let row = this.first; row < this.next; row++) if (this.textOf(row) !== "") found.push(this.textOf(row));
    return found;
  }

  /** Those that no name means here. */
  *unnamed(): Generator<Session, void> {
    for (let row = this.first; row < this.next; row++)
      if (this.nameSums[row & this.mask] === 0 && this.textOf(row) !== "") yield unpackSession(this.textOf(row));
  }

  private get mask(): number {
    return this.rows.length - 1;
  }

  private textOf(row: number): string {
    return this.rows[row & this.mask] as string;
  }

  private clear(row: number): void {
    this.rows[row & this.mask] = "";
    this.nameSums[row & this.mask] = 0;
    this.count -= 1;
  }

  private rowOf(sessionKey: string): number {
    if (this.count === 0) return 0;
    const { keySums, mask, first } = this;
    const { heads, before } = this.byKey;
    const sum = sumOf(sessionKey);
    for (let row = heads[sum & mask] as number; row >= first; row = before[row & mask] as number)
      if (keySums[row & mask] === sum && isPacked(this.textOf(row), sessionKey)) return row;
    return 0;
  }

  private rowNamed(name: string): number {
    if (this.count === 0) return 0;
    const { nameSums, mask, first } = this;
    const { heads, before } = this.byName;
    const sum = sumOf(name);
    for (let row = heads[sum & mask] as number; row >= first; row = before[row & mask] as number)
      if (nameSums[row & mask] === sum && nameOf(unpackSession(this.textOf(row))) === name) return row;
    return 0;
  }

  private append(text: string, keySum: number, nameSum: number): void {
    const { mask } = this;
    const row = this.next++;
    this.rows[row & mask] = text;
    this.keySums[row & mask] = keySum;
    this.nameSums[row & mask] = nameSum;
    link(this.byKey, keySum & mask, row, mask);
    if (nameSum !== 0) link(this.byName, nameSum & mask, row, mask);
    this.count += 1;
  }

  /** Closes the gaps, and doubles the ring where they are few. */
  private makeRoom(): void {
    const { first, next, mask, rows, keySums, nameSums } = this;
    const size = this.count * 2 > rows.length ? rows.length * 2 : rows.length;
    this.rows = new Array(Math.max(rowsMin, size)).fill("");
    this.keySums = new Uint32Array(this.rows.length);
    this.nameSums = new Uint32Array(this.rows.length);
    this.byKey = noChains(this.rows.length);
    this.byName = noChains(this.rows.length);
    [this.first, this.next, this.count] = [1, 1, 0];
    for (let row = first; row < next; row++) {
      const text = rows[row & mask] as string;
      if (text !== "") this.append(text, keySums[row & mask] as number, nameSums[row & mask] as number);
    }
  }
}

/** Rows with the same hash: the newest one, and for each row the one before it. */
interface Chains {
  readonly heads: Int32Array;
  readonly before: Int32Array;
}

function noChains(size: number): Chains {
  return { heads: new Int32Array(size), before: new Int32Array(size) };
}

function link({ heads, before }: Chains, head: number, row: number, mask: number): void {
  before[row & mask] = heads[head] as number;
  heads[head] = row;
}

/** Never 0, which is no name's. */
const sumOf = (text: string): number => crc32(text) || 1;
