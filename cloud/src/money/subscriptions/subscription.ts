import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export type AnySubscriptionRow = Selectable<Schema["subscriptions"]>;

/** An account's right to a plan, period by period. */
export type SubscriptionRow = AnySubscriptionRow & {
  readonly kind: "line";
  readonly customerId: string;
  readonly accountId: string;
  readonly everyUnit: "day" | "week" | "month";
  readonly everyCount: number;
};

/** A phone's package, bought anew before the last one ends. */
export type PackageRow = AnySubscriptionRow & Selectable<Schema["subscription_packages"]>;

export type ItemRow = Selectable<Schema["subscription_items"]>;
