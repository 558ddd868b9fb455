/**
 * How the ends of vouchers are packed: four bits a serial, in blocks of a batch's serials. A code ends in five ways, and a code that has
 * ended verifies itself for ever, so its end is kept for ever: at the site, and on the way from the hub to a site that lost its memory.
 */
import { kindOfGrant } from "../grant-id.ts";

/** The number of a reason is what a block holds. 0: not spent. Only append: snapshots and journals hold these numbers. */
export const spentReasons = [null, "expired", "time-used", "data-used", "revoked", "elsewhere"] as const;
/** Why it ended. `elsewhere`: its lease went to another site, and it may come back. */
export type SpentReason = NonNullable<(typeof spentReasons)[number]>;

export const serialsPerBlock = 1024;

export interface SpentPlace {
  /** The grant's id up to the serial, and the number of the block. */
  readonly block: string;
  readonly index: number;
}

/** Null: it is no voucher of a batch, or its serial is not written as a number is. */
export function spentPlaceOf(grantId: string): SpentPlace | null {
  const kind = kindOfGrant(grantId);
  if (kind !== "voucher" && kind !== "bridge") return null;
  const dot = grantId.lastIndexOf(".");
  const serial = Number(grantId.slice(dot + 1));
  // `v.file.<hash>` may end in digits alone; it names no batch.
  if (dot < 3 || grantId.slice(2, dot) === "file" || !isSerial(serial)) return null;
  if (String(serial).length !== grantId.length - dot - 1) return null;
  return {
    block: `${grantId.slice(0, dot + 1)}${Math.floor(serial / serialsPerBlock)}`,
    index: serial % serialsPerBlock,
  };
}

const isSerial = (serial: number): boolean => Number.isInteger(serial) && serial >= 0 && serial < 1e9;

/** The grants that a block says are spent. */
export function* spentInBlock(name: string, block: Uint8Array): Generator<readonly [grantId: string, SpentReason]> {
  const dot = name.lastIndexOf(".") + 1;
  const first = Number(name.slice(dot)) * serialsPerBlock;
  for (let index = 0; index < block.length * 2; index++) {
    const reason = spentReasons[nibbleOf(block, index)] ?? null;
    if (reason !== null) yield [`${name.slice(0, dot)}${first + index}`, reason];
  }
}

export function nibbleOf(block: Uint8Array | undefined, index: number): number {
  const byte = block?.[index >> 1] ?? 0;
  return index % 2 === 0 ? byte & 15 : byte >> 4;
}

export function setNibble(block: Uint8Array, index: number, value: number): void {
  const byte = block[index >> 1] ?? 0;
  block[index >> 1] = index % 2 === 0 ? (byte & 240) | value : (byte & 15) | (value << 4);
}
