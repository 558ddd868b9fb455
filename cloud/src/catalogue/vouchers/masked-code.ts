import type { Actor } from "../../ground/http/actor.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import type { Voucher } from "./vouchers.ts";

/** A code that nobody has used is cash: without the permission, only its end. A used one names a customer's package, and is shown. */
export function shownTo<One extends Voucher>(actor: Pick<Actor, "may">, voucher: One): One {
  if (voucher.redeemedAtMs !== null || actor.may(revealsCodes)) return voucher;
  return { ...voucher, code: `…${voucher.code.slice(-4)}` };
}
