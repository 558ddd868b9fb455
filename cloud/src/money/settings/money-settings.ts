/** A provider's rules about money, as the other rooms read them. A provider without a row has the defaults. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { RefundUsed } from "./refund-used.ts";

export interface MoneySettings {
  /** Another person must approve each refund. */
  readonly twoPersonRefunds: boolean;
  /** Another person must approve each correction of the books. */
  readonly correctionsNeedSecond: boolean;
  /** Money for unknown account numbers is refused before the channel takes it. */
  readonly strictAccounts: boolean;
  readonly smsAfterPayment: boolean;
  /** A payment on a phone makes a code too, which opens what was bought on any device. */
  readonly codeAfterPayment: boolean;
  /** The commission of staff with a float, in thousandths. */
  readonly commissionPermille: number;
  /** How much of a used package may be refunded. */
  readonly refundUsed: RefundUsed;
  /** How often a phone is asked for what credit does not cover of a package that renews itself; 0: never. */
  readonly renewalPromptsMax: number;
  /** The hourly limit of unverified money, minor units. Null: the hub's default. */
  readonly unverifiedCentsMax: number | null;
}

export async function readMoneySettings(tx: Tx, providerId: string): Promise<MoneySettings> {
  const row = await tx.selectFrom("money_settings").selectAll().where("providerId", "=", providerId).executeTakeFirst();
  return {
    twoPersonRefunds: row?.twoPersonRefunds ?? false,
    correctionsNeedSecond: row?.correctionsNeedSecond ?? false,
    strictAccounts: row?.strictAccounts ?? false,
    smsAfterPayment: row?.smsAfterPayment ?? true,
    codeAfterPayment: row?.codeAfterPayment ?? false,
    commissionPermille: row?.commissionPermille ?? 0,
    refundUsed: row?.refundUsed ?? "unused-part",
    renewalPromptsMax: row?.renewalPromptsMax ?? 3,
    unverifiedCentsMax: row?.unverifiedCentsMax ?? null,
  };
}

/** Has this provider, a column perhaps, switched the messages after a payment off? */
export const isSilentAfterPayment = (providerId: RawBuilder<string>): RawBuilder<boolean> => sql<boolean>`exists (
  select from money_settings m where m.provider_id = ${providerId} and not m.sms_after_payment)`;

/** The hourly limit of unverified money, minor units, as a column. Null: the hub's default. */
export const unverifiedCentsMaxOf = (providerId: string): RawBuilder<number | null> =>
  sql`(select unverified_cents_max from money_settings where provider_id = ${providerId})`;

/** `provider_id`, `unverified_cents_max` and `code_after_payment` of providers that have settings. Stands after `join`, with a name. */
export const trustRules: RawBuilder<unknown> = sql`(select provider_id, unverified_cents_max, code_after_payment from money_settings)`;
