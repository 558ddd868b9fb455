/** Set-ups in the database: of each site the newest. */

import { sha256Hex } from "@karibu/protocol/hash";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { World } from "@karibu/protocol/world";
import type { Insertable, Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { forgetServiceSecrets } from "../router-services/service-rows.ts";
import { tokenLifeMs } from "./claim-policy.ts";
import type { StepStates } from "./report-policy.ts";

export type SetUpRow = Selectable<Schema["site_set_ups"]>;
export type ScriptRow = Selectable<Schema["site_scripts"]>;

export interface Place {
  readonly providerId: string;
  readonly siteId: string;
}

/** 128 bits, 22 characters: it is part of a line that a person copies. */
const tokenBytes = 16;

/**
 * Begins a set-up: the site's former one is forgotten, and its token with it. The token is shown once; only a hash is stored.
 * `template`: choices to begin with.
 */
export async function beginSetUp(
  world: World,
  tx: Tx,
  { providerId, siteId }: Place,
  template: SetUpChoices | null,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = Buffer.from(world.random.bytes(tokenBytes)).toString("base64url");
  const nowMs = world.clock.wall().atMs;
  const fresh = {
    token_hash: sha256Hex(token),
    token_expires_at_ms: nowMs + tokenLifeMs,
    begun_at_ms: nowMs,
    template,
    serial: null,
    public_key: null,
    resume_hash: null,
    claimed_at_ms: null,
    other_router_at_ms: null,
    facts: null,
    facts_at_ms: null,
    chosen_at_ms: null,
    cancelled_at_ms: null,
    steps: {},
    image_sent_bytes: 0,
    image_bytes: null,
  } satisfies Partial<Insertable<Schema["site_set_ups"]>>;
  await tx
    .insertInto("site_set_ups")
    .values({ provider_id: providerId, site_id: siteId, ...fresh })
    .onConflict((on) => on.columns(["provider_id", "site_id"]).doUpdateSet(fresh))
    .execute();
  return { token, expiresAtMs: nowMs + tokenLifeMs };
}

/** Null: the site was never set up by a line, or its router was cut off since. */
export async function readSetUp(tx: Tx, siteId: string): Promise<SetUpRow | null> {
  return (await tx.selectFrom("site_set_ups").selectAll().where("site_id", "=", siteId).executeTakeFirst()) ?? null;
}

/** Locks the row until the transaction ends. */
export async function lockSetUp(tx: Tx, siteId: string): Promise<SetUpRow | null> {
  const rows = tx.selectFrom("site_set_ups").selectAll().where("site_id", "=", siteId).forUpdate();
  return (await rows.executeTakeFirst()) ?? null;
}

export interface SetUpChange {
  readonly serial?: string;
  readonly publicKey?: string;
  readonly tokenExpiresAtMs?: number;
  /** Null: it is forgotten. */
  readonly resumeKey?: string | null;
  readonly claimedAtMs?: number;
  readonly otherRouterAtMs?: number;
  readonly facts?: RouterFacts;
  readonly factsAtMs?: number;
  readonly chosenAtMs?: number;
  readonly cancelledAtMs?: number;
  readonly steps?: StepStates;
  readonly imageSentBytes?: number;
  readonly imageBytes?: number;
}

export async function changeSetUp(tx: Tx, siteId: string, change: SetUpChange): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx
    .updateTable("site_set_ups")
    .set({
      serial: change.serial,
      public_key: change.publicKey,
      token_expires_at_ms: change.tokenExpiresAtMs,
      resume_hash: typeof change.resumeKey === "string" ? sha256Hex(change.resumeKey) : change.resumeKey,
      claimed_at_ms: change.claimedAtMs,
      other_router_at_ms: change.otherRouterAtMs,
      facts: change.facts,
      facts_at_ms: change.factsAtMs,
      chosen_at_ms: change.chosenAtMs,
      cancelled_at_ms: change.cancelledAtMs,
      steps: change.steps,
      image_sent_bytes: change.imageSentBytes,
      image_bytes: change.imageBytes,
    })
    .where("site_id", "=", siteId)
    .execute();
}

/** Whose key has this SHA-256: a token of a line, or the key that a router was given. Null: nobody's, or of a site that is gone. */
export async function findKey(
  database: Database,
  hash: string,
): Promise<(Place & { readonly by: "token" | "resume-key" }) | null> {
  const row = await database.asPlatform("set-up-key", (tx) =>
    tx
      .selectFrom("site_set_ups")
      .innerJoin("sites", (join) =>
        join
          .onRef("sites.provider_id", "=", "site_set_ups.provider_id")
          .onRef("sites.site_id", "=", "site_set_ups.site_id"),
      )
      .select(["site_set_ups.provider_id", "site_set_ups.site_id", "token_hash"])
      .where((is) => is.or([is("token_hash", "=", hash), is("resume_hash", "=", hash)]))
      .where("sites.deleted_at_ms", "is", null)
      .executeTakeFirst(),
  );
  if (row === undefined) return null;
  return {
    providerId: row.provider_id,
    siteId: row.site_id,
    by: row.token_hash === hash ? "token" : "resume-key",
  };
}

/** The router's key opens nothing any more: its tunnel was cut off. */
export async function forgetResumeKey(tx: Tx, { providerId, siteId }: Place): Promise<void> {
  await tx
    .updateTable("site_set_ups")
    .set({ resume_hash: null })
    .where("provider_id", "=", providerId)
    .where("site_id", "=", siteId)
    .execute();
}

/** Ends the set-up and forgets the site's script with its secrets: its router was stolen, or the site is gone. */
export async function endSetUp(tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom("site_set_ups").where("site_id", "=", siteId).execute();
  await tx.deleteFrom("site_scripts").where("site_id", "=", siteId).execute();
  await forgetServiceSecrets(tx, siteId);
}

/** For a restore, as statements: a set-up that ended since the back-up stands in it as under way, with keys that are good. */
export function setUpsEnded(nowMs: number): readonly string[] {
  return [`update site_set_ups set cancelled_at_ms = ${nowMs} where cancelled_at_ms is null`];
}

/** What the site's router runs, as its agent said since this script was made: RouterOS may have been upgraded. Null: nothing was heard since. */
export async function readRouterOs(tx: Tx, { site_id, made_at_ms }: ScriptRow): Promise<string | null> {
  const row = await tx
    .selectFrom("router_health")
    .select("router_os")
    .where("site_id", "=", site_id)
    .where("told_at_ms", ">", made_at_ms)
    .executeTakeFirst();
  return row?.router_os ?? null;
}

export async function readScript(tx: Tx, siteId: string): Promise<ScriptRow | null> {
  return (await tx.selectFrom("site_scripts").selectAll().where("site_id", "=", siteId).executeTakeFirst()) ?? null;
}
