/**
 * Changes of further routers' secrets in the database. The next one lies sealed under the master key beside the present one, until the site's agent
 * says that the router has it.
 */
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { furtherSecretContext } from "./further-router-rows.ts";
import type { FurtherSecretProblem } from "./tables.ts";

interface Parts {
  readonly world: Pick<World, "clock" | "random">;
  readonly envelope: Envelope;
}

export interface DueSecret {
  readonly providerId: string;
  readonly siteId: string;
  readonly ownAddress: string;
  readonly tries: number;
}

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
    .set({ secret_wanted_at_ms: nowMs, secret_next_at_ms: nowMs, secret_tries: 0 })
    .where("site_id", "=", siteId);
  if (ownAddress !== undefined) wanted = wanted.where("own_address", "=", ownAddress);
  await wanted.execute();
}

/** Takes those that are due and whose link this process has. Asked as the platform. */
export async function takeDueSecrets(
  tx: Tx,
  { processId, nowMs, max }: { readonly processId: string; readonly nowMs: number; readonly max: number },
): Promise<DueSecret[]> {
  const { rows } = await sql<DueSecret>`
    update site_further_routers r
    set secret_held_until_ms = ${nowMs + heldMs}::bigint, secret_tries = r.secret_tries + 1
    from (
      select d.provider_id, d.site_id, d.own_address from site_further_routers d
      join site_links l on l.provider_id = d.provider_id and l.site_id = d.site_id and l.process_id = ${processId}
      where d.secret_next_at_ms <= ${nowMs}::bigint and d.secret_held_until_ms <= ${nowMs}::bigint
      order by d.secret_next_at_ms limit ${max} for update of d skip locked
    ) due
    where r.provider_id = due.provider_id and r.site_id = due.site_id and r.own_address = due.own_address
    returning r.provider_id as "providerId", r.site_id as "siteId", r.own_address as "ownAddress", r.secret_tries as "tries"`.execute(
    tx,
  );
  return rows;
}

/** What the agent is told: the change under way, or a new one. It counts as sent from now on: the agent may have it. Null: the router is gone. */
export async function openChange(
  { world, envelope }: Parts,
  tx: Tx,
  due: DueSecret,
): Promise<{ readonly rotationId: string; readonly address: string; readonly radiusSecret: string } | null> {
  const { siteId, ownAddress: address } = due;
  const row = await tx
    .selectFrom("site_further_routers")
    .select(["rotation_id", "next_secret_sealed", "secret_sent_at_ms"])
    .where("site_id", "=", siteId)
    .where("own_address", "=", address)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  const context = furtherSecretContext(due, address, "/next");
  if (row.rotation_id !== null && row.next_secret_sealed !== null)
    return {
      rotationId: row.rotation_id,
      address,
      radiusSecret: envelope.open(row.next_secret_sealed, context).toString(),
    };
  const fresh = { rotationId: newId(world), address, radiusSecret: newSecret(world, 18) };
  await tx
    .updateTable("site_further_routers")
    .set({
      rotation_id: fresh.rotationId,
      next_secret_sealed: envelope.seal(Buffer.from(fresh.radiusSecret), context),
      secret_sent_at_ms: null,
      secret_problem: null,
    })
    .where("site_id", "=", siteId)
    .where("own_address", "=", address)
    .execute();
  return fresh;
}

/** What came of it. `done`: the next one is the router's secret from now on. */
export async function noteSecretTry(
  { world, envelope }: Parts,
  tx: Tx,
  {
    due,
    rotationId,
    outcome,
  }: {
    readonly due: DueSecret;
    readonly rotationId: string;
    readonly outcome: "done" | FurtherSecretProblem;
  },
): Promise<void> {
  const { siteId, ownAddress: address } = due;
  const nowMs = world.clock.wall().atMs;
  const ofRouter = tx
    .selectFrom("site_further_routers")
    .select(["next_secret_sealed", "secret_sent_at_ms"])
    .where("site_id", "=", siteId)
    .where("own_address", "=", address)
    .where("rotation_id", "=", rotationId);
  const row = await ofRouter.forUpdate().executeTakeFirst();
  // Another change, or another router, by now.
  if (row === undefined || row.next_secret_sealed === null) return;
  const secret = envelope.open(row.next_secret_sealed, furtherSecretContext(due, address, "/next"));
  const change =
    outcome === "done"
      ? {
          radius_secret_sealed: envelope.seal(secret, furtherSecretContext(due, address)),
          next_secret_sealed: null,
          secret_changed_at_ms: nowMs,
          secret_next_at_ms: null,
          secret_problem: null,
          secret_sent_at_ms: null,
        }
      : {
          secret_problem: outcome,
          secret_next_at_ms: nowMs + nextTryMs(outcome, due.tries),
          secret_sent_at_ms: outcome === "waiting" ? (row.secret_sent_at_ms ?? nowMs) : row.secret_sent_at_ms,
        };
  await tx
    .updateTable("site_further_routers")
    .set({ ...change, secret_held_until_ms: 0 })
    .where("site_id", "=", siteId)
    .where("own_address", "=", address)
    .execute();
}

/** The router asks its agent each half hour. A router that its agent does not know waits for a person who imports a script. */
function nextTryMs(problem: FurtherSecretProblem, tries: number): number {
  if (problem === "waiting") return 5 * minuteMs;
  if (problem === "old-agent") return 24 * 60 * minuteMs;
  return Math.min(60 * minuteMs, minuteMs * 2 ** Math.min(20, Math.max(0, tries - 1)));
}

/** For a restore, as statements: sites may have newer secrets than the back-up knows. All are changed once more. */
export const furtherSecretsForgotten: readonly string[] = [
  "update site_further_routers set next_secret_sealed = null, rotation_id = null, secret_sent_at_ms = null, secret_held_until_ms = 0, secret_tries = 0, secret_next_at_ms = 0",
];
