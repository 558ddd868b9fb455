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
  const row = await tx.selectFrom("message_rules").selectAll().where("provider_id", "=", providerId).executeTakeFirst();
  return row === undefined ? usualMessageRules : rulesOf(row);
}

/** Of those that have said it: of one SMS, thousandths of a minor unit. */
export async function readPartPrices(tx: Tx, providerIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom("message_rules")
    .select(["provider_id", "part_price_millicents"])
    .where(sql<boolean>`provider_id = any(${providerIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.provider_id, row.part_price_millicents]));
}

/** Does this provider, a column, want buyers to hear when a package ends? */
export const tellsOfGrants = (providerId: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`exists (
  select from message_rules rules where rules.provider_id = ${providerId} and rules.grant_notices_hours is not null)`;

export async function writeMessageRules(tx: Tx, providerId: string, rules: MessageRules): Promise<void> {
  const row = {
    quiet_from_minute: rules.quietFromMinute,
    quiet_until_minute: rules.quietUntilMinute,
    marketing_from_minute: rules.marketingFromMinute,
    marketing_until_minute: rules.marketingUntilMinute,
    way_out: rules.wayOut,
    part_price_millicents: rules.partPriceMillicents,
    month_cap_cents: rules.monthCapCents,
    reminder_days: json(rules.reminderDays),
    reminder_minute: rules.reminderMinute,
    reminds_by_sms: rules.remindsBySms,
    reminds_by_email: rules.remindsByEmail,
    notices: rules.notices,
    grant_notices_hours: rules.grantNoticesHours,
  };
  await tx
    .insertInto("message_rules")
    .values({ provider_id: providerId, ...row })
    .onConflict((on) => on.column("provider_id").doUpdateSet(row))
    .execute();
}

const rulesOf = (row: Selectable<Schema["message_rules"]>): MessageRules => ({
  quietFromMinute: row.quiet_from_minute,
  quietUntilMinute: row.quiet_until_minute,
  marketingFromMinute: row.marketing_from_minute,
  marketingUntilMinute: row.marketing_until_minute,
  wayOut: row.way_out,
  partPriceMillicents: row.part_price_millicents,
  monthCapCents: row.month_cap_cents,
  reminderDays: [...row.reminder_days],
  reminderMinute: row.reminder_minute,
  remindsBySms: row.reminds_by_sms,
  remindsByEmail: row.reminds_by_email,
  notices: row.notices,
  grantNoticesHours: row.grant_notices_hours,
});
