/** Set-ups in the database: of each site the newest. */

import { sha256Hex } from "@karibu/protocol/hash";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { World } from "@karibu/protocol/world";
import type { Insertable, Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { forgetServiceSecrets } from "../router-services/service-rows.ts";
import { siteIsThere } from "../sites/site-is-there.ts";
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
    tokenHash: sha256Hex(token),
    tokenExpiresAtMs: nowMs + tokenLifeMs,
    begunAtMs: nowMs,
    template,
    serial: null,
    publicKey: null,
    resumeHash: null,
    claimedAtMs: null,
    otherRouterAtMs: null,
    facts: null,
    factsAtMs: null,
    chosenAtMs: null,
    cancelledAtMs: null,
    steps: {},
    imageSentBytes: 0,
    imageBytes: null,
  } satisfies Partial<Insertable<Schema["site_set_ups"]>>;
  await tx
    .insertInto("site_set_ups")
    .values({ providerId, siteId, ...fresh })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(fresh))
    .execute();
  return { token, expiresAtMs: nowMs + tokenLifeMs };
}

/** Null: the site was never set up by a line, or its router was cut off since. */
export async function readSetUp(tx: Tx, siteId: string): Promise<SetUpRow | null> {
  return (await tx.selectFrom("site_set_ups").selectAll().where("siteId", "=", siteId).executeTakeFirst()) ?? null;
}

/** Locks the row until the transaction ends. */
export async function lockSetUp(tx: Tx, siteId: string): Promise<SetUpRow | null> {
  const rows = tx.selectFrom("site_set_ups").selectAll().where("siteId", "=", siteId).forUpdate();
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
      publicKey: change.publicKey,
      tokenExpiresAtMs: change.tokenExpiresAtMs,
      resumeHash: typeof change.resumeKey === "string" ? sha256Hex(change.resumeKey) : change.resumeKey,
      claimedAtMs: change.claimedAtMs,
      otherRouterAtMs: change.otherRouterAtMs,
      facts: change.facts,
      factsAtMs: change.factsAtMs,
      chosenAtMs: change.chosenAtMs,
      cancelledAtMs: change.cancelledAtMs,
      steps: change.steps,
      imageSentBytes: change.imageSentBytes,
      imageBytes: change.imageBytes,
    })
    .where("siteId", "=", siteId)
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
      .select(["providerId", "siteId", "tokenHash"])
      .where((is) => is.or([is("tokenHash", "=", hash), is("resumeHash", "=", hash)]))
      .where(siteIsThere("site_set_ups"))
      .executeTakeFirst(),
  );
  if (row === undefined) return null;
  return {
    providerId: row.providerId,
    siteId: row.siteId,
    by: row.tokenHash === hash ? "token" : "resume-key",
  };
}

/** The router's key opens nothing any more: its tunnel was cut off. */
export async function forgetResumeKey(tx: Tx, { providerId, siteId }: Place): Promise<void> {
  await tx
    .updateTable("site_set_ups")
    .set({ resumeHash: null })
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .execute();
}

/** Ends the set-up and forgets the site's script with its secrets: its router was stolen, or the site is gone. */
export async function endSetUp(tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom("site_set_ups").where("siteId", "=", siteId).execute();
  await tx.deleteFrom("site_scripts").where("siteId", "=", siteId).execute();
  await forgetServiceSecrets(tx, siteId);
}

/** For a restore, as statements: a set-up that ended since the back-up stands in it as under way, with keys that are good. */
export function setUpsEnded(nowMs: number): readonly string[] {
  return [`update site_set_ups set cancelled_at_ms = ${nowMs} where cancelled_at_ms is null`];
}

/** What the site's router runs, as its agent said since this script was made: RouterOS may have been upgraded. Null: nothing was heard since. */
export async function readRouterOs(tx: Tx, { siteId, madeAtMs }: ScriptRow): Promise<string | null> {
  const row = await tx
    .selectFrom("router_health")
    .select("routerOs")
    .where("siteId", "=", siteId)
    .where("toldAtMs", ">", madeAtMs)
    .executeTakeFirst();
  return row?.routerOs ?? null;
}

export async function readScript(tx: Tx, siteId: string): Promise<ScriptRow | null> {
  return (await tx.selectFrom("site_scripts").selectAll().where("siteId", "=", siteId).executeTakeFirst()) ?? null;
}
