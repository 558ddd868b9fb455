/** Who is in a group: customers that are on, by what they have. */
import { sql } from "kysely";
import { z } from "zod";
import { isCustomerAt } from "../../catalogue/accounts/customers-at.ts";
import type { Tx } from "../../ground/db/database.ts";

const id = z.string().min(1).max(128);
export const groupWho = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("all") }),
  /** Whose subscription ends in the next so many days. */
  z.strictObject({ by: z.literal("expiring"), days: z.int().min(1).max(90) }),
  /** Who belongs there, or has a line there. */
  z.strictObject({ by: z.literal("site"), siteId: id }),
  /** With a subscription of this plan that goes on. */
  z.strictObject({ by: z.literal("plan"), planId: id }),
  z.strictObject({ by: z.literal("chosen"), customerIds: z.array(id).min(1).max(500) }),
]);
export type GroupWho = z.output<typeof groupWho>;

export interface Member {
  readonly customerId: string;
  readonly name: string;
  readonly hasPhone: boolean;
  /** What they said last about messages of this class by SMS; null: nothing. */
  readonly allowed: boolean | null;
  /** Of their subscription that ends next; null: they have none. */
  readonly plan: string | null;
  readonly dueMs: number | null;
}

/** A bigger one is chosen in parts: what one transaction reads is bounded. */
export const groupMax = 20_000;

/** In the order of their ids. One more than `groupMax`: it is too big. */
export async function readMembers(
  tx: Tx,
  of: {
    readonly providerId: string;
    readonly who: GroupWho;
    readonly class: "service" | "marketing";
    readonly nowMs: number;
  },
): Promise<Member[]> {
  const { providerId, who, nowMs } = of;
  const rows = await tx
    .selectFrom("customers")
    .select(["customers.customerId", "customers.name", "customers.phoneHash"])
    .select((each) => [
      each
        .selectFrom("message_consents")
        .select("allowed")
        .whereRef("message_consents.providerId", "=", "customers.providerId")
        .whereRef("message_consents.toHash", "=", "customers.phoneHash")
        .where("message_consents.channel", "=", "sms")
        .where("message_consents.class", "=", of.class)
        .orderBy("message_consents.place", "desc")
        .orderBy("message_consents.consentId", "desc")
        .limit(1)
        .as("allowed"),
      each
        .selectFrom("subscriptions")
        .select(sql<string>`json_build_array(subscriptions.plan_name, subscriptions.paid_until_ms)`.as("next"))
        .whereRef("subscriptions.providerId", "=", "customers.providerId")
        .whereRef("subscriptions.customerId", "=", "customers.customerId")
        .where("subscriptions.endedAtMs", "is", null)
        .orderBy("subscriptions.paidUntilMs")
        .limit(1)
        .as("next"),
    ])
    .where("customers.providerId", "=", providerId)
    .where("customers.active", "=", true)
    .where("customers.deletedAtMs", "is", null)
    .$if(who.by === "site", (is) => is.where(isCustomerAt("customers", who.by === "site" ? [who.siteId] : [])))
    .$if(who.by === "chosen", (is) =>
      is.where("customers.customerId", "in", who.by === "chosen" ? [...new Set(who.customerIds)] : []),
    )
    .$if(who.by === "expiring" || who.by === "plan", (is) =>
      is.where(({ exists, selectFrom }) =>
        exists(
          selectFrom("subscriptions")
            .select("subscriptionId")
            .whereRef("subscriptions.providerId", "=", "customers.providerId")
            .whereRef("subscriptions.customerId", "=", "customers.customerId")
            .where("subscriptions.endedAtMs", "is", null)
            .$if(who.by === "plan", (of) => of.where("subscriptions.planId", "=", who.by === "plan" ? who.planId : ""))
            .$if(who.by === "expiring", (of) =>
              of
                .where("subscriptions.paidUntilMs", ">", nowMs)
                .where("subscriptions.paidUntilMs", "<=", nowMs + (who.by === "expiring" ? who.days : 0) * 86_400_000),
            ),
        ),
      ),
    )
    .orderBy("customers.customerId")
    .limit(groupMax + 1)
    .execute();
  return rows.map(({ customerId, name, phoneHash: party, allowed, next }) => {
    const [plan, dueMs] = (next ?? [null, null]) as unknown as [string | null, number | null];
    return { customerId, name, hasPhone: party !== null, allowed, plan, dueMs: dueMs === null ? null : Number(dueMs) };
  });
}

/** Of those with a number: who may be written to. */
export const mayGet = ({ hasPhone, allowed }: Member, kind: "service" | "marketing"): boolean =>
  hasPhone && (kind === "marketing" ? allowed === true : allowed !== false);
