/** A provider's rules for messages to its customers: when they may go out, what they cost, which reminders there are. */

import { type RawBuilder, type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../ground/db/database.ts";
import { json } from "../ground/db/json.ts";
import type { Schema } from "../ground/db/schema.ts";
import { ownRule } from "../ground/http/own-rules.ts";

const minute = z.int().min(0).max(1439);

export const rulesView = z.strictObject({
  /** Minutes of the provider's local day; the same twice: no quiet hours. Receipts and codes go out all the same. */
  quietFromMinute: minute,
  quietUntilMinute: minute,
  /** Marketing goes out between these alone. Kenya and Uganda have such hours. */
  marketingFromMinute: minute,
  marketingUntilMinute: z.int().min(1).max(1440),
  /** How to end marketing, at the end of each such SMS: the operators' own code, or a word to reply. */
  wayOut: z.string().trim().min(1).max(60),
  /** Of one SMS, thousandths of a minor unit, where the gateway does not tell what it took. 0: not known. */
  partPriceMillicents: z.int().min(0).max(100_000_000),
  /** A month of the provider's calendar. Receipts and codes go out beyond it too. Null: no cap. */
  monthCapCents: z.int().min(0).max(10_000_000_000).nullable(),
  /** Whole days from the due date: -3 is three days before it. */
  reminderDays: z
    .array(z.int().min(-30).max(30))
    .max(6)
    .refine((days) => new Set(days).size === days.length, ownRule("once-each", "each day stands once")),
  reminderMinute: minute,
  remindsBySms: z.boolean(),
  remindsByEmail: z.boolean(),
  /** When a subscription expires or is suspended. */
  notices: z.boolean(),
  /** When a bought package ends that was this long at least, to the buyer whose number is known; null: no such notice. */
  grantNoticesHours: z.int().min(1).max(8760).nullable(),
});
export type MessageRules = z.output<typeof rulesView>;

export const usualMessageRules: MessageRules = {
  quietFromMinute: 21 * 60,
  quietUntilMinute: 7 * 60,
  marketingFromMinute: 8 * 60,
  marketingUntilMinute: 18 * 60,
  wayOut: "STOP *456*9*5#",
  partPriceMillicents: 0,
  monthCapCents: null,
  reminderDays: [-3, 0, 3],
  reminderMinute: 9 * 60,
  remindsBySms: true,
  remindsByEmail: true,
  notices: true,
  grantNoticesHours: null,
};

export async function readMessageRules(tx: Tx, providerId: string): Promise<MessageRules> {
  const row = await tx.selectFrom("message_rules").selectAll().where("providerId", "=", providerId).executeTakeFirst();
  return row === undefined ? usualMessageRules : rulesOf(row);
}

/** Of those that have said it: of one SMS, thousandths of a minor unit. */
export async function readPartPrices(tx: Tx, providerIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom("message_rules")
    .select(["providerId", "partPriceMillicents"])
    .where(sql<boolean>`provider_id = any(${providerIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.providerId, row.partPriceMillicents]));
}

/** Does this provider, a column, want buyers to hear when a package ends? */
export const tellsOfGrants = (providerId: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`exists (
  select from message_rules rules where rules.provider_id = ${providerId} and rules.grant_notices_hours is not null)`;

export async function writeMessageRules(tx: Tx, providerId: string, rules: MessageRules): Promise<void> {
  const row = {
    quietFromMinute: rules.quietFromMinute,
    quietUntilMinute: rules.quietUntilMinute,
    marketingFromMinute: rules.marketingFromMinute,
    marketingUntilMinute: rules.marketingUntilMinute,
    wayOut: rules.wayOut,
    partPriceMillicents: rules.partPriceMillicents,
    monthCapCents: rules.monthCapCents,
    reminderDays: json(rules.reminderDays),
    reminderMinute: rules.reminderMinute,
    remindsBySms: rules.remindsBySms,
    remindsByEmail: rules.remindsByEmail,
    notices: rules.notices,
    grantNoticesHours: rules.grantNoticesHours,
  };
  await tx
    .insertInto("message_rules")
    .values({ providerId, ...row })
    .onConflict((on) => on.column("providerId").doUpdateSet(row))
    .execute();
}

const rulesOf = (row: Selectable<Schema["message_rules"]>): MessageRules => ({
  quietFromMinute: row.quietFromMinute,
  quietUntilMinute: row.quietUntilMinute,
  marketingFromMinute: row.marketingFromMinute,
  marketingUntilMinute: row.marketingUntilMinute,
  wayOut: row.wayOut,
  partPriceMillicents: row.partPriceMillicents,
  monthCapCents: row.monthCapCents,
  reminderDays: [...row.reminderDays],
  reminderMinute: row.reminderMinute,
  remindsBySms: row.remindsBySms,
  remindsByEmail: row.remindsByEmail,
  notices: row.notices,
  grantNoticesHours: row.grantNoticesHours,
});
