/**
 * Keys with which further routers ask the hub for their secret; the database has their digests alone. A script that was downloaded has a claim.
 * The router exchanges it for a key of its own, and shows that; then the claim is dead. A lost answer harms nothing: until the key was shown, the
 * claim gives another one.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { FurtherSecretRow } from "./further-secret-rows.ts";

/** From the download until the router is there. */
const claimLivesMs = 3 * 86_400_000;

interface RouterPlace {
  readonly siteId: string;
  readonly ownAddress: string;
}

const ofRouter = (tx: Tx, { siteId, ownAddress }: RouterPlace) =>
  tx.updateTable("site_further_routers").where("site_id", "=", siteId).where("own_address", "=", ownAddress);

/** For a script. The claim of an earlier script is void; the key of a router that is there stays. */
export async function giveClaim({ world }: { readonly world: World }, tx: Tx, place: RouterPlace): Promise<string> {
  const claim = `c${newSecret(world)}`;
  await ofRouter(tx, place)
    .set({ claim_hash: sha256Hex(claim), claim_until_ms: world.clock.wall().atMs + claimLivesMs, fresh_key_hash: null })
    .execute();
  return claim;
}

/** Whose key it may be, by its digest. */
export async function findByKey(
  database: Database,
  hash: string,
): Promise<(RouterPlace & { readonly providerId: string }) | null> {
  const row = await database.asPlatform("further-router-key", (tx) =>
    tx
      .selectFrom("site_further_routers as router")
      .innerJoin("sites", (join) =>
        join.onRef("sites.provider_id", "=", "router.provider_id").onRef("sites.site_id", "=", "router.site_id"),
      )
      .select(["router.provider_id", "router.site_id", "own_address"])
      .where((is) =>
        is.or([is("claim_hash", "=", hash), is("fresh_key_hash", "=", hash), is("own_key_hash", "=", hash)]),
      )
      .where("sites.deleted_at_ms", "is", null)
      .executeTakeFirst(),
  );
  return row === undefined ? null : { providerId: row.provider_id, siteId: row.site_id, ownAddress: row.own_address };
}

/**
 * Lets the router in whose row is locked. `key`: its own, given now, and told this once; empty where it has shown one. Null: the key opens nothing
 * any more.
 */
export async function takeKey(
  { world }: { readonly world: World },
  tx: Tx,
  row: FurtherSecretRow,
  hash: string,
): Promise<{ readonly key: string } | null> {
  const place = { siteId: row.site_id, ownAddress: row.own_address };
  const nowMs = world.clock.wall().atMs;
  if (hash === row.own_key_hash) return { key: "" };
  if (hash === row.fresh_key_hash) {
    const shown = { own_key_hash: hash, fresh_key_hash: null, claim_hash: null, claim_until_ms: null };
    await ofRouter(tx, place).set(shown).execute();
    return { key: "" };
  }
  if (hash !== row.claim_hash || nowMs >= (row.claim_until_ms ?? 0)) return null;
  const key = `k${newSecret(world)}`;
  await ofRouter(tx, place)
    .set({ fresh_key_hash: sha256Hex(key) })
    .execute();
  return { key };
}
