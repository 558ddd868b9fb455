/** Everything that needs a person, kind by kind, money first. Counting stops: nobody needs to know whether it is four hundred or four thousand. */

import { sql } from "kysely";
import { batchesWaiting } from "../catalogue/vouchers/waiting.ts";
import { alarmsWaiting } from "../fleet/alarms/waiting.ts";
import type { Tx } from "../ground/db/database.ts";
import type { Permission } from "../ground/http/permissions.ts";
import { failedJobsOf } from "../ground/jobs/job-figures.ts";
import type { WaitingMoment, WaitingWork } from "../ground/lists/waiting-work.ts";
import { mailWaiting } from "../ground/mail/waiting.ts";
import { invitationsWaiting } from "../identity/credentials/waiting.ts";
import { messagesWaiting } from "../messaging/waiting.ts";
import { everyModule, type ModuleWaiting as KindOfModule } from "../modules/all-modules.ts";
import { channelsWaiting } from "../money/channel-health/waiting.ts";
import { claimsWaiting } from "../money/claims/waiting.ts";
import { correctionsWaiting } from "../money/corrections/waiting.ts";
import { evidenceWaiting } from "../money/evidence/waiting.ts";
import { expensesWaiting } from "../money/expenses/waiting.ts";
import { invoicesWaiting } from "../money/invoices/waiting.ts";
import { limitWaiting, purchasesWaiting } from "../money/purchases/waiting.ts";
import { receiptsWaiting } from "../money/receipts/waiting.ts";
import { differencesWaiting } from "../money/reconciliation/waiting.ts";
import { refundsWaiting } from "../money/refunds/waiting.ts";

/** In the order of the page, modules' last. A room with the first row of its own has a line here. */
const ofHub = {
  ...purchasesWaiting,
  ...receiptsWaiting,
  ...evidenceWaiting,
  ...claimsWaiting,
  ...refundsWaiting,
  ...correctionsWaiting,
  ...differencesWaiting,
  ...expensesWaiting,
  ...invoicesWaiting,
  ...messagesWaiting,
  ...mailWaiting,
  ...channelsWaiting,
  ...limitWaiting,
  ...alarmsWaiting,
  ...batchesWaiting,
  ...invitationsWaiting,
};

/** By their kinds. */
export type WaitingKinds = Readonly<Record<string, WaitingWork>>;

/** What needs a person in one module. */
export interface ModuleWaiting {
  readonly module: string;
  readonly hook: WaitingKinds;
}

/** @param ofModules whose kinds there are, too */
export const waitingWith = (ofModules: readonly WaitingKinds[]): WaitingKinds => Object.assign({}, ofHub, ...ofModules);

export type WaitingKind = keyof typeof ofHub | KindOfModule | "jobs-failed";
export const waitingKinds: readonly WaitingKind[] = [
  ...(Object.keys(waitingWith(everyModule.map(({ waiting = {} }) => waiting))) as WaitingKind[]),
  "jobs-failed",
];

/** Counting stops here. */
const countMax = 100;

export interface Waiting {
  readonly kind: WaitingKind;
  readonly count: number;
  /** There are more than `count`. */
  readonly more: boolean;
}

/**
 * Only kinds that this person may read, and of which something waits.
 * @param waiting of this hub, as `waitingWith` has it
 */
export async function readWaiting(
  tx: Tx,
  of: WaitingMoment,
  may: (permission: Permission) => boolean,
  waiting: WaitingKinds,
): Promise<Waiting[]> {
  const mine = Object.entries(waiting).filter(([, { permission }]) => may(permission));
  if (mine.length === 0) return [];
  const counts = mine.map(
    ([kind, { rows }]) =>
      sql`select ${kind}::text as kind, count(*)::int as count from (select 1 ${rows(of)} limit ${countMax + 1}) one`,
  );
  const { rows } = await sql<{ kind: WaitingKind; count: number }>`${sql.join(counts, sql` union all `)}`.execute(tx);
  return rows.map(({ kind, count }) => waitingOf(kind, count)).filter(({ count }) => count > 0);
}

/**
 * Jobs have no provider's guard: read as the platform, of this provider alone.
 * @param jobsOff names of those of modules that are off: nobody could do anything about one
 */
export async function readFailedJobs(tx: Tx, providerId: string, jobsOff: readonly string[]): Promise<Waiting[]> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from
    (select 1 ${failedJobsOf(providerId, jobsOff)} limit ${countMax + 1}) one`.execute(tx);
  return [waitingOf("jobs-failed", rows[0]?.count ?? 0)].filter(({ count }) => count > 0);
}

function waitingOf(kind: WaitingKind, count: number): Waiting {
  return { kind, count: Math.min(count, countMax), more: count > countMax };
}
