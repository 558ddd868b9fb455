/** A purchase on its way through `absorb-evidence.ts`, and what judging it takes. */
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { PurchaseGrants } from "../../catalogue/grants/purchase-grant.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { ChannelKind } from "../channels/tables.ts";
import type { PurchaseTables } from "./tables.ts";

export type IntentRow = Selectable<PurchaseTables["intents"]>;

export interface AbsorbParts {
  readonly world: World;
  readonly jobs: JobQueue;
  readonly emit: Emit;
  readonly grants: PurchaseGrants;
  /** The hourly limit of unverified money, minor units, of providers that have set none: see `unverified-limit.ts`. */
  readonly unverifiedCentsMax: number;
  /** In the transaction that opens a purchase's grant: what else follows (a message, a renewal). */
  readonly onPaid?: (tx: Tx, intent: JudgedIntent) => Promise<void>;
}

/** A purchase, and the kind of its channel. */
export type JudgedIntent = IntentRow & { readonly kind: ChannelKind };
