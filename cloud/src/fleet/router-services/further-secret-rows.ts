/**
 * Secrets of further routers in the database. The next one lies sealed under the master key beside the present one, until the router itself has
 * told the hub that it has it. The site's agent is told which ones it must take: when one changes, and with each link, because a lost stick or an
 * older environment of its container would have former ones.
 */

import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { hasComeSql, isAheadSql } from "../../ground/db/hub-clock.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { linksOf } from "../link/site-links.ts";
import { furtherSecretContext } from "./further-router-rows.ts";
import type { FurtherSecretProblem } from "./further-secret-problems.ts";

interface Parts {
  readonly world: Pick<World, "clock" | "random">;
  readonly envelope: Envelope;
}

export interface DueSecret {
  readonly providerId: string;
  readonly siteId: string;
  readonly ownAddress: string;
  readonly tries: number;
  readonly takenAtMs: number;
}

export interface SecretOrder {
  readonly address: string;
  readonly current: string;
  readonly next: string | null;
}

/** `kept`, `behind`: what the agent answers (`protocol/src/rpc/router/keep-router-secret.ts`). */
export type SecretOutcome = "kept" | "behind" | FurtherSecretProblem;

/** So long the agent may take for its answer, and no other process asks it. */
const heldMs = 60_000;
const minuteMs = 60_000;

/** Somebody saw a secret, or asks for new ones: of this router, or of all of the site. One that is under way goes on at once. */
export async function wantFurtherSecrets(
  { world }: { readonly world: Pick<World, "clock"> },
  tx: Tx,
  { siteId, ownAddress }: { readonly siteId: string; readonly ownAddress?: string },
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  let wanted = tx
    .updateTable("site_further_routers")
    .set({ secretWantedAtMs: nowMs, secretNextAtMs: nowMs, secretTries: 0 })
    .where("siteId", "=", siteId);
  if (ownAddress !== undefined) wanted = wanted.where("ownAddress", "=", ownAddress);
  await wanted.execute();
}

const dueSecrets = (processId: string, nowMs: number): RawBuilder<unknown> => sql`site_further_routers d
      join ${linksOf(processId)} l on l.provider_id = d.provider_id and l.site_id = d.site_id
      where (d.secret_next_at_ms <= ${nowMs}::bigint or coalesce(d.secret_tried_at_ms, 0) <= l.connected_at_ms
          or ${isAheadSql("d.secretTriedAtMs", nowMs)})
        and ${hasComeSql("d.secretHeldUntilMs", heldMs, nowMs)}`;

/** Is there anything that `takeDueSecrets` of this process would take? */
export const secretsWait = (processId: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`exists (select from ${dueSecrets(processId, nowMs)})`;

/** Takes those that are due, or were not told since this link began, and whose link this process has. Asked as the platform. */
export async function takeDueSecrets(
  tx: Tx,
  { processId, nowMs, max }: { readonly processId: string; readonly nowMs: number; readonly max: number },
): Promise<DueSecret[]> {
  const { rows } = await sql<Omit<DueSecret, "takenAtMs">>`
    update site_further_routers r
    set secret_held_until_ms = ${nowMs + heldMs}::bigint, secret_tries = r.secret_tries + 1
    from (
      select d.provider_id, d.site_id, d.own_address from ${dueSecrets(processId, nowMs)}
      order by d.secret_next_at_ms limit ${max} for update of d skip locked
    ) due
    where r.provider_id = due.provider_id and r.site_id = due.site_id and r.own_address = due.own_address
    returning r.provider_id, r.site_id, r.own_address, r.secret_tries as "tries"`.execute(tx);
  return rows.map((row) => ({ ...row, takenAtMs: nowMs }));
}

const ofRouter = (tx: Tx, { siteId, ownAddress }: { readonly siteId: string; readonly ownAddress: string }) =>
  tx.updateTable("site_further_routers").where("siteId", "=", siteId).where("ownAddress", "=", ownAddress);

/** Locks the router's row. Null: the router is gone. */
export async function lockFurtherSecret(tx: Tx, place: { readonly siteId: string; readonly ownAddress: string }) {
  const row = await tx
    .selectFrom("site_further_routers")
    .selectAll()
    .where("siteId", "=", place.siteId)
    .where("ownAddress", "=", place.ownAddress)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}
export type FurtherSecretRow = NonNullable<Awaited<ReturnType<typeof lockFurtherSecret>>>;

export function openFurtherSecrets(envelope: Envelope, row: FurtherSecretRow): SecretOrder {
  const place = { providerId: row.providerId, siteId: row.siteId };
  const open = (sealed: Uint8Array, kind: "" | "/next") =>
    envelope.open(sealed, furtherSecretContext(place, row.ownAddress, kind)).toString();
  return {
    address: row.ownAddress,
    current: open(row.radiusSecretSealed, ""),
    next: row.nextSecretSealed === null ? null : open(row.nextSecretSealed, "/next"),
  };
}

/** What the agent is told. A new secret is made where one is wanted and a router is there to fetch it. Null: the router is gone. */
export async function openOrder({ world, envelope }: Parts, tx: Tx, due: DueSecret): Promise<SecretOrder | null> {
  const row = await lockFurtherSecret(tx, due);
  if (row === null) return null;
  const order = openFurtherSecrets(envelope, row);
  const mayFetch = row.ownKeyHash !== null || row.freshKeyHash !== null;
  if (order.next !== null || row.secretWantedAtMs === null || !mayFetch) return order;
  const next = newSecret(world, 18);
  const context = furtherSecretContext(due, due.ownAddress, "/next");
  await ofRouter(tx, due)
    .set({ nextSecretSealed: envelope.seal(Buffer.from(next), context), secretSentAtMs: null })
    .execute();
  return { ...order, next };
}

/** What came of it. What was sent counts as taken only where nothing changed meanwhile. */
export async function noteSecretTry(
  { world, envelope }: Parts,
  tx: Tx,
  { due, order, outcome }: { readonly due: DueSecret; readonly order: SecretOrder; readonly outcome: SecretOutcome },
): Promise<void> {
  const row = await lockFurtherSecret(tx, due);
  if (row === null) return;
  const nowMs = world.clock.wall().atMs;
  const now = openFurtherSecrets(envelope, row);
  // A link that began since then may be another agent's memory: that one is told too.
  const tried = { secretTriedAtMs: due.takenAtMs, secretHeldUntilMs: 0 };
  if (now.current !== order.current || now.next !== order.next) {
    await ofRouter(tx, due)
      .set({ ...tried, secretNextAtMs: nowMs })
      .execute();
    return;
  }
  // The agent has a newer one than the hub: only another one ends that.
  const isLost = outcome === "behind" && order.next === null;
  const isTaken = outcome === "kept" || outcome === "behind";
  const wantedAtMs = isLost ? (row.secretWantedAtMs ?? nowMs) : row.secretWantedAtMs;
  const mayFetch = row.ownKeyHash !== null || row.freshKeyHash !== null;
  const waits = order.next !== null ? "waiting" : wantedAtMs === null ? null : "unclaimed";
  const isBegun = wantedAtMs !== null && order.next === null && mayFetch;
  await ofRouter(tx, due)
    .set({
      ...tried,
      secretWantedAtMs: wantedAtMs,
      secretProblem: isTaken ? waits : outcome,
      secretTries: isTaken ? 0 : row.secretTries,
      secretNextAtMs: isTaken ? (isBegun ? nowMs : null) : nowMs + nextTryMs(outcome, due.tries),
      secretSentAtMs: isTaken && order.next !== null ? (row.secretSentAtMs ?? nowMs) : row.secretSentAtMs,
    })
    .execute();
}

/** The router asked. `next`: it has the next one, which is the present one from now on; null: it has not. Its agent is told where it must know. */
export async function noteRouterHas(
  { world, envelope }: Parts,
  tx: Tx,
  row: FurtherSecretRow,
  next: string | null,
): Promise<void> {
  const place = { providerId: row.providerId, siteId: row.siteId, ownAddress: row.ownAddress };
  const nowMs = world.clock.wall().atMs;
  // One that waits for a router that fetches it is made now.
  const isWanted = row.secretWantedAtMs !== null && row.nextSecretSealed === null;
  const due = isWanted && row.secretProblem === "unclaimed" ? { secretNextAtMs: nowMs } : {};
  if (next === null) {
    await ofRouter(tx, place)
      .set({ heardAtMs: nowMs, ...due })
      .execute();
    return;
  }
  await ofRouter(tx, place)
    .set({
      heardAtMs: nowMs,
      radiusSecretSealed: envelope.seal(Buffer.from(next), furtherSecretContext(place, place.ownAddress)),
      nextSecretSealed: null,
      secretSentAtMs: null,
      secretChangedAtMs: nowMs,
      secretWantedAtMs: null,
      secretProblem: null,
      secretTries: 0,
      secretNextAtMs: nowMs,
    })
    .execute();
}

function nextTryMs(problem: SecretOutcome, tries: number): number {
  if (problem === "old-agent") return 24 * 60 * minuteMs;
  return Math.min(60 * minuteMs, minuteMs * 2 ** Math.min(20, Math.max(0, tries - 1)));
}

/** For a restore, as statements: routers and agents may have newer secrets than the back-up knows. All are changed once more. */
export const furtherSecretsForgotten: readonly string[] = [
  "update site_further_routers set next_secret_sealed = null, secret_sent_at_ms = null, secret_held_until_ms = 0, secret_tries = 0, secret_next_at_ms = 0, secret_wanted_at_ms = coalesce(secret_wanted_at_ms, 0)",
  "update site_further_routers set claim_hash = null, fresh_key_hash = null",
];
