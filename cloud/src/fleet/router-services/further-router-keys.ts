/**
 * Keys with which further routers ask the hub for their secret; the database has their digests alone. A script that was downloaded has a claim.
 * The router exchanges it for a key of its own, and shows that; then the claim is dead. A lost answer harms nothing: until the key was shown, the
 * claim gives another one.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { siteIsThere } from "../sites/site-is-there.ts";
import type { FurtherSecretRow } from "./further-secret-rows.ts";

/** From the download until the router is there. */
const claimLivesMs = 3 * 86_400_000;

interface RouterPlace {
  readonly siteId: string;
  readonly ownAddress: string;
}

const ofRouter = (tx: Tx, { siteId, ownAddress }: RouterPlace) =>
  tx.updateTable("site_further_routers").where("siteId", "=", siteId).where("ownAddress", "=", ownAddress);

/** For a script. The claim of an earlier script is void; the key of a router that is there stays. */
export async function giveClaim({ world }: { readonly world: World }, tx: Tx, place: RouterPlace): Promise<string> {
  const claim = `c${newSecret(world)}`;
  await ofRouter(tx, place)
    .set({ claimHash: sha256Hex(claim), claimUntilMs: world.clock.wall().atMs + claimLivesMs, freshKeyHash: null })
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
      .selectFrom("site_further_routers")
      .select(["providerId", "siteId", "ownAddress"])
      .where((is) => is.or([is("claimHash", "=", hash), is("freshKeyHash", "=", hash), is("ownKeyHash", "=", hash)]))
      .where(siteIsThere("site_further_routers"))
      .executeTakeFirst(),
  );
  return row === undefined ? null : { providerId: row.providerId, siteId: row.siteId, ownAddress: row.ownAddress };
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
  const place = { siteId: row.siteId, ownAddress: row.ownAddress };
  const nowMs = world.clock.wall().atMs;
  if (hash === row.ownKeyHash) return { key: "" };
  if (hash === row.freshKeyHash) {
    const shown = { ownKeyHash: hash, freshKeyHash: null, claimHash: null, claimUntilMs: null };
    await ofRouter(tx, place).set(shown).execute();
    return { key: "" };
  }
  if (hash !== row.claimHash || nowMs >= (row.claimUntilMs ?? 0)) return null;
  const key = `k${newSecret(world)}`;
  await ofRouter(tx, place)
    .set({ freshKeyHash: sha256Hex(key) })
    .execute();
  return { key };
}
