/** What paying on the customers' page needs. */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { InvoicePromptRow } from "../../money/matching/invoice-prompts.ts";
import type { PromptParts } from "../../money/matching/send-prompt.ts";
import type { ServiceParts } from "../services/service-routes.ts";

export interface PayParts extends ServiceParts, PromptParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly database: Database;
  readonly jobs: JobQueue;
}

/** Renews a service with what a prompt brought. */
export const renewJob = "reconnection.customer-renewal";
/** A prompt is answered within minutes. */
export const renewWithinMs = 3_600_000;
/** A payment page is open for less than a day. */
const renewPageWithinMs = 25 * 3_600_000;
/** Until when the money of a prompt is expected. */
export const renewsUntilMs = (prompt: Pick<InvoicePromptRow, "createdAtMs" | "reference">): number =>
  prompt.createdAtMs + (prompt.reference === null ? renewWithinMs : renewPageWithinMs);
/** So much longer the proof of one that was paid is waited for: a list or a statement may bring it. */
export const provedWithinMs = 7 * 86_400_000;
export const firstLookMs = 3000;
