import { newId } from "@karibu/protocol/identifiers";
import { type LinkKeys, makeLinkKeys } from "@karibu/protocol/link/link-keys";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

/** The key that identifies the hub to agents, and the generation of this database. */
export interface HubIdentity {
  readonly keys: LinkKeys;
  readonly generation: string;
}

const sealContext = "hub-identity";

/** Created once per database; all processes get the same. */
export async function loadHubIdentity(world: World, database: Database, envelope: Envelope): Promise<HubIdentity> {
  const made = makeLinkKeys(world.random);
  return await database.asPlatform("hub-identity", async (tx) => {
    await tx
      .insertInto("hub_identity")
      .values({
        generation: newId(world),
        publicKey: made.publicKey,
        seedSealed: envelope.seal(Buffer.from(made.seed, "base64"), sealContext),
        madeAtMs: world.clock.wall().atMs,
      })
      .onConflict((on) => on.doNothing())
      .execute();
    return (await readHubIdentity(tx, envelope)) as HubIdentity;
  });
}

/** Null: no hub has started on this database. */
export async function readHubIdentity(tx: Tx, envelope: Envelope): Promise<HubIdentity | null> {
  const row = await tx.selectFrom("hub_identity").selectAll().executeTakeFirst();
  if (row === undefined) return null;
  const seed = envelope.open(row.seedSealed, sealContext).toString("base64");
  return { keys: { seed, publicKey: row.publicKey }, generation: row.generation };
}

/** Which hub this is; a restore does not change it. Null: no hub has started on this database. */
export async function readHubPublicKey(tx: Tx): Promise<string | null> {
  const row = await tx.selectFrom("hub_identity").select("publicKey").executeTakeFirst();
  return row?.publicKey ?? null;
}

/** The same as `renewGeneration`, as statements for a restore, which writes in one raw transaction. */
export function generationRenewal(world: World): readonly string[] {
  return [`update hub_identity set generation = '${newId(world)}'`];
}

/** After a restore of the database: sites take a snapshot, and send again what this database lacks. */
export async function renewGeneration(world: World, database: Database): Promise<void> {
  await database.asPlatform("hub-restored", (tx) =>
    tx
      .updateTable("hub_identity")
      .set({ generation: newId(world) })
      .execute(),
  );
}
