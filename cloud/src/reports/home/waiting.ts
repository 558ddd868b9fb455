/**
 * Everything that needs a person, kind by kind. Each kind is counted by an index of the rows that wait, and counting stops: nobody
 * needs to know whether it is four hundred or four thousand.
 */
import { type RawBuilder, sql } from "kysely";
import { isLate } from "../../back-office/tickets/ticket-routes.ts";
import { conditions } from "../../fleet/alarms/open-alarms.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { isWaitingSql } from "../../money/claims/claim-log.ts";
import { nearLimit } from "../../money/purchases/unverified-limit.ts";

export const waitingKinds = [
  "payments-review",
  "payments-unknown",
  "payments-unreceipted",
  "money-unmatched",
  "callbacks-unmatched",
  "codes-unknown",
  "claims",
  "refunds-to-decide",
  "refunds-failed",
  "corrections-to-decide",
  "differences",
  "expenses-above-till",
  "invoices-overdue",
  "tickets-late",
  "outages-to-decide",
  "jobs-failed",
  "messages-failed",
  "mails-failed",
  "channels-failing",
  "limit-near",
  "alarms",
  "batches-failed",
  "invitations-unconfirmed",
  "invitations-expired",
] as const;
export type WaitingKind = (typeof waitingKinds)[number];

/** Counting stops here. */
const countMax = 100;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Moment {
  readonly providerId: string;
  readonly nowMs: number;
  /** `2026-11-21`, in the provider's time zone. */
  readonly today: string;
}

interface Cause {
  readonly kind: WaitingKind;
  /** Who may read the list where it stands. */
  readonly permission: Permission;
  /** The rows that wait. */
  rows(of: Moment): RawBuilder<unknown>;
}

const causes: readonly Cause[] = [
  {
    kind: "payments-review",
    permission: "payments.read",
    rows: ({ providerId }) => sql`from purchases where provider_id = ${providerId} and review is not null`,
  },
  {
    kind: "payments-unknown",
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from purchases where provider_id = ${providerId} and state = 'unknown' and review is null`,
  },
  {
    kind: "payments-unreceipted",
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from purchases where provider_id = ${providerId} and state = 'paid_unreceipted' and review is null`,
  },
  {
    kind: "money-unmatched",
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from (
        select 1 from receipts where provider_id = ${providerId} and suspense_cents > 0 and state in ('suspense', 'frozen')
        union all
        select 1 from receipts where provider_id = ${providerId} and state = 'credit' and note = 'two sources name two amounts'
      ) money`,
  },
  {
    kind: "callbacks-unmatched",
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from evidence where provider_id = ${providerId} and state = 'unmatched' and seen_at_ms is null`,
  },
  {
    kind: "codes-unknown",
    permission: "payments.read",
    rows: ({ providerId }) => sql`from unread_evidence where provider_id = ${providerId} and seen_at_ms is null`,
  },
  {
    kind: "claims",
    permission: "payments.read",
    rows: ({ providerId, nowMs }) =>
      sql`from payment_claims where provider_id = ${providerId} and ${isWaitingSql(nowMs)}`,
  },
  {
    kind: "refunds-to-decide",
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from refunds where provider_id = ${providerId} and resolution is null and state = 'asked'`,
  },
  {
    kind: "refunds-failed",
    permission: "payments.read",
    rows: ({ providerId, nowMs }) => sql`from refunds where provider_id = ${providerId} and resolution is null
      and (state in ('unknown', 'failed', 'returned') or (state = 'sent' and changed_at_ms < ${nowMs - hourMs}::bigint))`,
  },
  {
    kind: "corrections-to-decide",
    permission: "ledger.read",
    rows: ({ providerId }) => sql`from corrections where provider_id = ${providerId} and state = 'asked'`,
  },
  {
    kind: "differences",
    permission: "ledger.read",
    rows: ({ providerId }) =>
      sql`from statement_differences where provider_id = ${providerId} and resolved_at_ms is null`,
  },
  {
    kind: "expenses-above-till",
    permission: "ledger.read",
    rows: ({ providerId }) => sql`from expenses where provider_id = ${providerId} and short_cents > 0
      and looked_at_ms is null and voided_entry_id is null`,
  },
  {
    kind: "invoices-overdue",
    permission: "ledger.read",
    rows: ({ providerId, today }) =>
      sql`from invoices where provider_id = ${providerId} and state = 'issued' and due_on < ${today}::date`,
  },
  {
    kind: "tickets-late",
    permission: "tickets.read",
    rows: ({ providerId, nowMs }) => sql`from tickets where provider_id = ${providerId} and ${isLate(nowMs)}`,
  },
  {
    kind: "outages-to-decide",
    permission: "messages.read",
    rows: ({ providerId }) => sql`from outages where provider_id = ${providerId} and state = 'found'`,
  },
  {
    kind: "messages-failed",
    permission: "messages.read",
    rows: ({ providerId, nowMs }) =>
      sql`from (
        select from messages where provider_id = ${providerId} and state = 'failed' and changed_at_ms > ${nowMs - 7 * dayMs}::bigint
        union all
        select from messages where provider_id = ${providerId} and state = 'unknown' and changed_at_ms > ${nowMs - 7 * dayMs}::bigint
      ) as messages_in_trouble`,
  },
  {
    kind: "mails-failed",
    permission: "jobs.read",
    rows: ({ providerId, nowMs }) =>
      sql`from mail_outbox where provider_id = ${providerId} and state = 'failed' and created_at_ms > ${nowMs - 7 * dayMs}::bigint`,
  },
  {
    kind: "channels-failing",
    permission: "channels.read",
    rows: ({ providerId }) =>
      sql`from channels where provider_id = ${providerId} and active and (keys_problem is not null
        or initiator_code is not null or exists (select from channel_troubles t where t.provider_id = channels.provider_id
          and t.channel_id = channels.channel_id))`,
  },
  {
    kind: "limit-near",
    permission: "channels.read",
    rows: ({ providerId, nowMs }) => sql`from ${nearLimit(providerId, nowMs)}`,
  },
  {
    kind: "alarms",
    permission: "sites.read",
    // Channels have a kind of their own.
    rows: ({ providerId, nowMs }) => sql`from (
      select 1 from alarms where provider_id = ${providerId} and acknowledged_at_ms is null and at_ms > ${nowMs - 30 * dayMs}::bigint
      union all
      select 1 from ${conditions(providerId, { nowMs, withChannels: false })} lasting where acknowledged_at_ms is null) alarm`,
  },
  {
    kind: "batches-failed",
    permission: "vouchers.read",
    rows: ({ providerId }) => sql`from voucher_batches where provider_id = ${providerId} and state = 'failed'`,
  },
  {
    kind: "invitations-unconfirmed",
    permission: "users.read",
    rows: ({ providerId, nowMs }) => sql`from mailed_tokens where provider_id = ${providerId} and kind = 'invitation'
      and used_at_ms is null and expires_at_ms > ${nowMs}::bigint`,
  },
  {
    kind: "invitations-expired",
    permission: "users.read",
    rows: ({ providerId, nowMs }) => sql`from mailed_tokens where provider_id = ${providerId} and kind = 'invitation'
      and used_at_ms is null and expires_at_ms <= ${nowMs}::bigint`,
  },
];

export interface Waiting {
  readonly kind: WaitingKind;
  readonly count: number;
  /** There are more than `count`. */
  readonly more: boolean;
}

/** Only kinds that this person may read, and of which something waits. */
export async function readWaiting(tx: Tx, of: Moment, may: (permission: Permission) => boolean): Promise<Waiting[]> {
  const mine = causes.filter(({ permission }) => may(permission));
  if (mine.length === 0) return [];
  const counts = mine.map(
    ({ kind, rows }) =>
      sql`select ${kind}::text as kind, count(*)::int as count from (select 1 ${rows(of)} limit ${countMax + 1}) one`,
  );
  const { rows } = await sql<{ kind: WaitingKind; count: number }>`${sql.join(counts, sql` union all `)}`.execute(tx);
  return rows.map(({ kind, count }) => waitingOf(kind, count)).filter(({ count }) => count > 0);
}

/** Jobs have no provider's guard: read as the platform, of this provider alone. */
export async function readFailedJobs(tx: Tx, providerId: string): Promise<Waiting[]> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from
    (select 1 from dead_jobs where data->>'providerId' = ${providerId} limit ${countMax + 1}) one`.execute(tx);
  return [waitingOf("jobs-failed", rows[0]?.count ?? 0)].filter(({ count }) => count > 0);
}

function waitingOf(kind: WaitingKind, count: number): Waiting {
  return { kind, count: Math.min(count, countMax), more: count > countMax };
}
