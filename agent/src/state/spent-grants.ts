/**
 * Grants that ended for good, without their details. A voucher's code verifies itself for ever, so its end is kept for ever: four bits,
 * in blocks of a batch's serials. The other kinds are entries of their own; `prune-grants.ts` knows which of them are let go.
 */
import {
  nibbleOf,
  spentPlaceOf as placeOf,
  spentReasons as reasons,
  setNibble,
  spentInBlock,
} from "@karibu/protocol/codes/spent-codes";
import { freeRefOf } from "@karibu/protocol/grant-id";
import type { SpentGrants, SpentReason } from "./site-state.ts";

const bytesMin = 8;

export const noSpentGrants = (): SpentGrants => ({ blocks: new Map(), others: new Map(), trialPlans: new Set() });

export function spentReasonOf({ blocks, others }: SpentGrants, grantId: string): SpentReason | null {
  if (others.size > 0) {
    const other = others.get(grantId);
    if (other !== undefined) return other.reason;
  }
  if (blocks.size === 0) return null;
  const place = placeOf(grantId);
  return place === null ? null : (reasons[nibbleOf(blocks.get(place.block), place.index)] ?? null);
}

/** `atMs`: when it was noted. */
export function addSpent(spent: SpentGrants, grantId: string, reason: SpentReason, atMs: number): void {
  const place = placeOf(grantId);
  if (place === null) {
    const free = freeRefOf(grantId);
    if (free?.what === "trial") spent.trialPlans.add(free.planId);
    return void spent.others.set(grantId, { reason, atMs });
  }
  const block = blockFor(spent, place.block, place.index);
  setNibble(block, place.index, reasons.indexOf(reason));
}

export function removeSpent(spent: SpentGrants, grantId: string): void {
  spent.others.delete(grantId);
  const place = placeOf(grantId);
  const block = place === null ? undefined : spent.blocks.get(place.block);
  if (place === null || nibbleOf(block, place.index) === 0 || block === undefined) return;
  setNibble(block, place.index, 0);
  if (block.every((byte) => byte === 0)) spent.blocks.delete(place.block);
}

/** How many codes and other grants are known as spent. Counts all blocks: for tests and figures. */
export function spentCount({ blocks, others }: SpentGrants): number {
  let count = others.size;
  for (const block of blocks.values()) for (const byte of block) count += Number(byte > 15) + Number(byte % 16 > 0);
  return count;
}

/** A block grows by doubling: a batch of one voucher takes eight bytes. */
function blockFor({ blocks }: SpentGrants, name: string, index: number): Uint8Array {
  const block = blocks.get(name);
  const needed = (index >> 1) + 1;
  if (block !== undefined && block.length >= needed) return block;
  const larger = new Uint8Array(Math.max(bytesMin, 2 ** Math.ceil(Math.log2(needed))));
  if (block !== undefined) larger.set(block);
  blocks.set(Buffer.from(name).toString(), larger); // a text in one piece
  return larger;
}

/** As releases before format 2 of the folder wrote it, and read it: by the grant's id up to its last dot, then by the rest. */
export type SpentTexts = readonly (readonly [string, readonly (readonly [string, SpentReason])[]])[];

/** Blocks in base 64, and the others with the time when they were noted. */
export interface SpentBits {
  readonly blocks: readonly (readonly [string, string])[];
  readonly others: readonly (readonly [string, SpentReason, number])[];
}

export function spentBits({ blocks, others }: SpentGrants): SpentBits {
  return {
    blocks: [...blocks].map(([name, block]) => [name, Buffer.from(block).toString("base64")]),
    others: [...others].map(([grantId, { reason, atMs }]) => [grantId, reason, atMs]),
  };
}

export function spentTexts(spent: SpentGrants): SpentTexts {
  const byPrefix = new Map<string, [string, SpentReason][]>();
  const add = (grantId: string, reason: SpentReason): void => {
    const dot = grantId.lastIndexOf(".") + 1;
    const rest: [string, SpentReason] = [grantId.slice(dot), reason];
    const known = byPrefix.get(grantId.slice(0, dot));
    if (known === undefined) byPrefix.set(grantId.slice(0, dot), [rest]);
    else known.push(rest);
  };
  for (const [grantId, { reason }] of spent.others) add(grantId, reason);
  for (const [name, block] of spent.blocks) {
    for (const [grantId, reason] of spentInBlock(name, block)) add(grantId, reason);
  }
  return [...byPrefix];
}

/** `atMs`: the time of the snapshot, for texts, which hold no times. */
export function restoreSpent(texts: SpentTexts, bits: SpentBits | undefined, atMs: number): SpentGrants {
  const spent = noSpentGrants();
  for (const [prefix, rests] of texts) for (const [rest, reason] of rests) addSpent(spent, prefix + rest, reason, atMs);
  for (const [name, block] of bits?.blocks ?? []) spent.blocks.set(name, new Uint8Array(Buffer.from(block, "base64")));
  for (const [grantId, reason, notedAtMs] of bits?.others ?? []) addSpent(spent, grantId, reason, notedAtMs);
  return spent;
}
