/** Changes of secrets in the database. The new secrets lie sealed under the master key until the site has proved them; then they are the script's. */

import { newId, newSecret } from "@karibu/protocol/identifiers";
import { storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { hasComeSql, isAheadSql } from "../../ground/db/hub-clock.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { isLinked } from "../link/site-links.ts";
import { replaceSecrets } from "../set-up/script-secrets.ts";
import { forgetResumeKey, type Place, readScript } from "../set-up/set-up-rows.ts";
import { nextTryMs, type RotationCause, type TryOutcome } from "./rotation-policy.ts";

export interface RotationParts {
  readonly world: World;
  readonly envelope: Envelope;
}

export type RotationRow = Selectable<Schema["site_secret_rotations"]>;

/** 144 bits each, in letters and digits: a script or an environment takes none of them for another. */
const secretBytes = 18;
/** So long the site may take for its answer, and no other process asks it. */
const heldMs = 120_000;

const contextOf = (kind: string, { providerId, siteId }: Place) => `secret-rotation/${kind}/${providerId}/${siteId}`;

/** Null: none was ever begun. */
export async function readRotation(tx: Tx, siteId: string): Promise<RotationRow | null> {
  const rows = tx.selectFrom("site_secret_rotations").selectAll().where("siteId", "=", siteId);
  return (await rows.executeTakeFirst()) ?? null;
}

/** One that is under way goes on at once, with the secrets that it has: the site may have them already. */
export async function beginRotation(
  { world, envelope }: RotationParts,
  tx: Tx,
  place: Place,
  given: { readonly cause: RotationCause; readonly serial: string },
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  // Of two at once the second goes on with the secrets of the first: the site may have them by then.
  await lockName(tx, `secret-rotation/${place.providerId}/${place.siteId}`);
  const known = await readRotation(tx, place.siteId);
  if (known !== null && known.doneAtMs === null && known.serial === given.serial) {
    await tx
      .updateTable("site_secret_rotations")
      .set({ nextAtMs: nowMs, problem: null, why: null, tries: 0 })
      .where("siteId", "=", place.siteId)
      .execute();
    return;
  }
  const seal = (kind: string) => envelope.seal(Buffer.from(newSecret(world, secretBytes)), contextOf(kind, place));
  const fresh = {
    rotationId: newId(world),
    ...given,
    radiusSecretSealed: seal("radius"),
    apiPasswordSealed: seal("api"),
    wantedAtMs: nowMs,
    sentAtMs: null,
    tries: 0,
    nextAtMs: nowMs,
    heldUntilMs: 0,
    problem: null,
    why: null,
    doneAtMs: null,
  };
  await tx
    .insertInto("site_secret_rotations")
    .values({ providerId: place.providerId, siteId: place.siteId, ...fresh })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(fresh))
    .execute();
}

/**
 * Sites that a line has set up since their secrets were changed last: a person saw the line, or its script. Their agent is linked to this
 * process, and no set-up of theirs is under way. Asked as the platform.
 */
export async function findFirstLinks(
  tx: Tx,
  { processId, nowMs, max }: { readonly processId: string; readonly nowMs: number; readonly max: number },
): Promise<(Place & { readonly serial: string })[]> {
  const { rows } = await sql<Place & { serial: string }>`
    select s.provider_id, s.site_id, s.serial
    from ${firstLinks(processId, nowMs)}
    order by s.made_at_ms limit ${max}`.execute(tx);
  return rows;
}

/** A router's key for its set-up lives a day. */
const setUpMsMax = 24 * 3_600_000;

/** No set-up `u` of the site is under way: its script, and its router's key for it, are those of the old secrets. */
const isSetUp = (nowMs: number): RawBuilder<unknown> =>
  sql`(u.site_id is null or u.resume_hash is null or u.claimed_at_ms < ${nowMs - setUpMsMax}::bigint)`;

const firstLinks = (processId: string, nowMs: number): RawBuilder<unknown> => sql`site_scripts s
    left join site_set_ups u on u.provider_id = s.provider_id and u.site_id = s.site_id
    left join site_secret_rotations r on r.provider_id = s.provider_id and r.site_id = s.site_id
    where s.choices->>'place' = 'container' and ${isLinked("s", processId)}
      and ${isSetUp(nowMs)}
      and (r.site_id is null or r.serial <> s.serial or (r.done_at_ms is not null and r.done_at_ms < s.made_at_ms))`;

/**
 * A router that has come in another's place has secrets of its own (`firstLinks`). What a person asks for while the set-up is under way goes
 * at once: its script may be in wrong hands.
 */
const dueRotations = (processId: string, nowMs: number): RawBuilder<unknown> => sql`site_secret_rotations d
      join site_scripts s on s.provider_id = d.provider_id and s.site_id = d.site_id and s.serial = d.serial
      left join site_set_ups u on u.provider_id = d.provider_id and u.site_id = d.site_id
      where s.choices->>'place' = 'container' and ${isLinked("d", processId)}
        and (${isSetUp(nowMs)} or (d.cause = 'asked' and d.wanted_at_ms >= u.claimed_at_ms))
        and (d.next_at_ms <= ${nowMs}::bigint or d.next_at_ms is not null and ${isAheadSql("d.sentAtMs", nowMs)})
        and ${hasComeSql("d.heldUntilMs", heldMs, nowMs)}`;

/** Is there anything that a look of this process would do? */
export const rotationsWait = (processId: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`(exists (select from ${firstLinks(processId, nowMs)}) or exists (select from ${dueRotations(processId, nowMs)}))`;

export interface DueRotation extends Place {
  readonly rotationId: string;
  readonly tries: number;
}

/** Takes those that are due and whose link this process has: for `heldMs` no other process asks their sites. Asked as the platform. */
export async function takeDue(
  tx: Tx,
  { processId, nowMs, max }: { readonly processId: string; readonly nowMs: number; readonly max: number },
): Promise<DueRotation[]> {
  const { rows } = await sql<DueRotation>`
    update site_secret_rotations r
    set held_until_ms = ${nowMs + heldMs}::bigint, tries = r.tries + 1, sent_at_ms = ${nowMs}::bigint
    from (
      select d.provider_id, d.site_id from ${dueRotations(processId, nowMs)}
      order by d.next_at_ms limit ${max} for update of d skip locked
    ) due
    where r.provider_id = due.provider_id and r.site_id = due.site_id
    returning r.provider_id, r.site_id, r.rotation_id, r.tries`.execute(tx);
  return rows;
}

/** Null: it was done or replaced meanwhile. */
export async function openRotation(
  envelope: Envelope,
  tx: Tx,
  { rotationId, ...place }: DueRotation,
): Promise<{ readonly rotationId: string; readonly radiusSecret: string; readonly apiPassword: string } | null> {
  const row = await readRotation(tx, place.siteId);
  if (row === null || row.rotationId !== rotationId) return null;
  const { radiusSecretSealed: radius, apiPasswordSealed: api } = row;
  if (radius === null || api === null) return null;
  const open = (kind: string, sealed: Uint8Array) => envelope.open(sealed, contextOf(kind, place)).toString();
  return { rotationId, radiusSecret: open("radius", radius), apiPassword: open("api", api) };
}

/** Done: the script has the new secrets from now on, and nothing that a person saw opens anything. In one transaction. */
export async function noteTry(
  { world, envelope }: RotationParts,
  tx: Tx,
  due: DueRotation,
  outcome: TryOutcome,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const row = await tx
    .selectFrom("site_secret_rotations")
    .select(["rotationId", "serial"])
    .where("siteId", "=", due.siteId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.rotationId !== due.rotationId) return;
  const set = (change: Partial<RotationRow>) =>
    tx
      .updateTable("site_secret_rotations")
      .set({ ...change, heldUntilMs: 0 })
      .where("siteId", "=", due.siteId)
      .execute();
  if (outcome.kind === "problem") {
    const waitMs = nextTryMs(outcome.problem, due.tries);
    const why = outcome.why === null ? null : storableText(outcome.why);
    await set({ problem: outcome.problem, why, nextAtMs: waitMs === null ? null : nowMs + waitMs });
    return;
  }
  const secrets = await openRotation(envelope, tx, due);
  const script = await readScript(tx, due.siteId);
  // Another router has the site by now: its secrets, and its key for the set-up, are its own.
  if (script !== null && script.serial === row.serial) {
    if (secrets !== null) await replaceSecrets(envelope, tx, due, secrets);
    await forgetResumeKey(tx, due);
  }
  await set({
    radiusSecretSealed: null,
    apiPasswordSealed: null,
    nextAtMs: null,
    problem: null,
    why: null,
    doneAtMs: nowMs,
  });
}

/** For a restore, as statements: sites may have newer secrets than the back-up knows. All are changed once more. */
export const rotationsForgotten: readonly string[] = ["delete from site_secret_rotations"];
