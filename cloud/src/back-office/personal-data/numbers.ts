/**
 * Which numbers are one person's. The one that they have now; and those that they had before, where nobody else who is a customer has the number, or
 * had it, and nobody used it since: operators give numbers out again. A number typed wrongly was never theirs: one that they had for less than a day
 * and that was used before is not theirs by itself either. The owner may say otherwise, but what is another customer's of those is never reached.
 * The number of now is read as a whole: its rows do not say who held it, so what a holder before bought with it goes with it.
 */
import { type RawBuilder, sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { withLists } from "./with-lists.ts";

export interface EarlierNumber {
  readonly numberId: string;
  readonly party: Party;
  readonly phoneMasked: string;
  readonly untilMs: number;
  /** Another customer has it, or had it. */
  readonly isAnothers: boolean;
  /** Something was bought, claimed or asked for with it after the person had given it up. */
  readonly isUsedSince: boolean;
  /** They had it for less than a day, and something was bought with it before: perhaps it is a stranger's, typed wrongly. */
  readonly isDoubtful: boolean;
}

const mistakeMsMax = 86_400_000;
/** Since when they had it, as far as it is known. */
const fromMs = sql<number>`greatest(
  (select c.created_at_ms from customers c where c.provider_id = number.provider_id and c.customer_id = number.customer_id),
  (select max(n.until_ms) from customer_numbers n
    where n.provider_id = number.provider_id and n.customer_id = number.customer_id and n.until_ms < number.until_ms))`;

/** Oldest first. @param ids the person's rows as a customer */
export async function earlierNumbers(
  rooms: readonly PersonalData[],
  tx: Tx,
  ids: readonly string[],
  now: Party | null,
): Promise<EarlierNumber[]> {
  const bought = sql.join(
    rooms.flatMap(({ boughtWithNumber }) => (boughtWithNumber === undefined ? [] : [sql.raw(boughtWithNumber)])),
    sql` union all `,
  );
  /** Something was bought with the number, or paid from it, before this time or after it. */
  const boughtWith = (when: "<" | ">", atMs: RawBuilder<unknown>) =>
    sql<boolean>`exists (select from (${bought}) bought where at_ms ${sql.raw(when)} ${atMs})`;
  const rows = await tx
    .selectFrom("customer_numbers as number")
    .select((one) => [
      "numberId",
      "phoneHash",
      "phoneMasked",
      "untilMs",
      one
        .or([
          one.exists(
            one
              .selectFrom("customers as other")
              .select("other.customerId")
              .whereRef("other.providerId", "=", "number.providerId")
              .whereRef("other.phoneHash", "=", "number.phoneHash")
              .where("other.customerId", "not in", ids),
          ),
          one.exists(
            one
              .selectFrom("customer_numbers as other")
              .select("other.numberId")
              .whereRef("other.providerId", "=", "number.providerId")
              .whereRef("other.phoneHash", "=", "number.phoneHash")
              .where("other.customerId", "not in", ids),
          ),
        ])
        .as("isAnothers"),
      one
        .or([
          boughtWith(">", sql`number.until_ms`),
          ...rooms.flatMap(({ usesNumbers }) =>
            usesNumbers === undefined ? [] : [withLists(usesNumbers, { customers: ids })],
          ),
        ])
        .as("isUsedSince"),
      one
        .and([one(sql<number>`number.until_ms - ${fromMs}`, "<", mistakeMsMax), boughtWith("<", fromMs)])
        .as("isDoubtful"),
    ])
    .where("number.customerId", "in", ids)
    .orderBy("untilMs")
    .orderBy("numberId")
    .execute();
  // The same number of two rows of one person, and the one that they have again, count once.
  const known = new Set<Party | null>([now]);
  return rows.flatMap((row) => {
    if (known.has(row.phoneHash)) return [];
    known.add(row.phoneHash);
    return [
      {
        numberId: row.numberId,
        party: row.phoneHash,
        phoneMasked: row.phoneMasked,
        untilMs: row.untilMs,
        isAnothers: Boolean(row.isAnothers),
        isUsedSince: Boolean(row.isUsedSince),
        isDoubtful: Boolean(row.isDoubtful),
      },
    ];
  });
}

/** @param wanted number ids; null: those that are theirs by the rule above. Throws a Problem 404, also for what is another customer's. */
export function chosenNumbers(
  numbers: readonly EarlierNumber[],
  wanted: readonly string[] | null,
): readonly EarlierNumber[] {
  if (wanted === null)
    return numbers.filter(({ isAnothers, isUsedSince, isDoubtful }) => !isAnothers && !isUsedSince && !isDoubtful);
  const own = numbers.filter(({ isAnothers }) => !isAnothers);
  if (wanted.some((id) => own.every(({ numberId }) => numberId !== id))) throw notFound("number", "numbers");
  return own.filter(({ numberId }) => wanted.includes(numberId));
}
