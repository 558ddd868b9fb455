/**
 * Which numbers are one person's. The one that they have now; and those that they had before, where nobody else who is a customer has the number, or
 * had it, and nobody used it since: operators give numbers out again, and a number typed wrongly was never theirs. The owner may say otherwise for
 * those that were used since. What is another customer's is never reached.
 */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";

export interface EarlierNumber {
  readonly numberId: string;
  readonly party: Party;
  readonly phoneMasked: string;
  readonly untilMs: number;
  /** Another customer has it, or had it. */
  readonly isAnothers: boolean;
  /** Something was bought with it after the person had given it up. */
  readonly isUsedSince: boolean;
}

/** Oldest first. @param ids the person's rows as a customer */
export async function earlierNumbers(tx: Tx, ids: readonly string[], now: Party | null): Promise<EarlierNumber[]> {
  const rows = await tx
    .selectFrom("customer_numbers as number")
    .select((one) => [
      "number_id",
      "phone_hash",
      "phone_masked",
      "until_ms",
      one
        .or([
          one.exists(
            one
              .selectFrom("customers as other")
              .select("other.customer_id")
              .whereRef("other.provider_id", "=", "number.provider_id")
              .whereRef("other.phone_hash", "=", "number.phone_hash")
              .where("other.customer_id", "not in", ids),
          ),
          one.exists(
            one
              .selectFrom("customer_numbers as other")
              .select("other.number_id")
              .whereRef("other.provider_id", "=", "number.provider_id")
              .whereRef("other.phone_hash", "=", "number.phone_hash")
              .where("other.customer_id", "not in", ids),
          ),
        ])
        .as("is_anothers"),
      one
        .or([
          one.exists(
            one
              .selectFrom("intents")
              .select("intent_id")
              .whereRef("intents.provider_id", "=", "number.provider_id")
              .whereRef("intents.phone_hash", "=", "number.phone_hash")
              .whereRef("intents.created_at_ms", ">", "number.until_ms"),
          ),
          one.exists(
            one
              .selectFrom("receipts")
              .select("receipt")
              .whereRef("receipts.provider_id", "=", "number.provider_id")
              .whereRef("receipts.party", "=", "number.phone_hash")
              .whereRef("receipts.booked_at_ms", ">", "number.until_ms"),
          ),
        ])
        .as("is_used_since"),
    ])
    .where("number.customer_id", "in", ids)
    .orderBy("until_ms")
    .orderBy("number_id")
    .execute();
  // The same number of two rows of one person, and the one that they have again, count once.
  const known = new Set<Party | null>([now]);
  return rows.flatMap((row) => {
    if (known.has(row.phone_hash)) return [];
    known.add(row.phone_hash);
    return [
      {
        numberId: row.number_id,
        party: row.phone_hash,
        phoneMasked: row.phone_masked,
        untilMs: row.until_ms,
        isAnothers: Boolean(row.is_anothers),
        isUsedSince: Boolean(row.is_used_since),
      },
    ];
  });
}

/** @param wanted number ids; null: those that are theirs by the rule above. Throws a Problem 404, also for what is another customer's. */
export function chosenNumbers(
  numbers: readonly EarlierNumber[],
  wanted: readonly string[] | null,
): readonly EarlierNumber[] {
  if (wanted === null) return numbers.filter(({ isAnothers, isUsedSince }) => !isAnothers && !isUsedSince);
  const own = numbers.filter(({ isAnothers }) => !isAnothers);
  if (wanted.some((id) => own.every(({ numberId }) => numberId !== id))) throw notFound("number", "numbers");
  return own.filter(({ numberId }) => wanted.includes(numberId));
}
