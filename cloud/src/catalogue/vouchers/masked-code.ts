import { voucherCodeSpace } from "@karibu/protocol/codes/voucher-code";
import type { Actor } from "../../ground/http/actor.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import type { BatchRow } from "./batches.ts";
import { shapeOfCode, type Voucher } from "./vouchers.ts";

const endMax = 4;
/** So many codes at least still fit what is shown. */
const guessesLeastLeft = 1_000_000;

/** A code that nobody has used is cash: without the permission, only its end. A used one names a customer's package, and is shown. */
export function shownTo<One extends Voucher>(actor: Pick<Actor, "may">, voucher: One): One {
  if (actor.may(revealsCodes)) return voucher;
  // A PIN keeps its voucher from other devices for as long as it runs.
  if (voucher.redeemedAtMs !== null) return { ...voucher, pin: null };
  return { ...voucher, code: maskedCode(voucher), pin: null };
}

/** The code alone, for a search: nobody finds by what no list shows them. */
export function codeShownTo(
  actor: Pick<Actor, "may">,
  { code, batch, isUsed }: { readonly code: string; readonly batch: BatchRow; readonly isUsed: boolean },
): string {
  return isUsed || actor.may(revealsCodes) ? code : maskedCode({ code, shape: shapeOfCode(batch, code) });
}

/** The end of a code: at most four signs, of short codes fewer or none. */
export function maskedCode({ code, shape: { length, alphabet } }: Pick<Voucher, "code" | "shape">): string {
  let shown = endMax;
  while (shown > 0 && voucherCodeSpace({ length: length - shown, alphabet }) < guessesLeastLeft) shown--;
  return `…${shown === 0 ? "" : code.slice(-shown)}`;
}
