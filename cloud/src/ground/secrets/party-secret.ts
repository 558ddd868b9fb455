/**
 * The secret of all parties (`amounts/parties.ts`): random, made once for a database, kept sealed and in back-ups. A new master key seals it
 * again and changes no party.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { createParties, type Parties, partySecretBytes } from "../amounts/parties.ts";
import type { Database } from "../db/database.ts";
import { lockKeys } from "../db/lock-keys.ts";
import type { Envelope } from "./envelope.ts";

const sealContext = "party-secret";

/** All processes on one database get the same. Throws the envelope's Faults. */
export async function openParties(world: World, database: Database, envelope: Envelope): Promise<Parties> {
  const secret = await database.asPlatform("party-secret", async (tx) => {
    await sql`select pg_advisory_xact_lock(${lockKeys.parties})`.execute(tx);
    const row = await tx.selectFrom("party_secret").select("secretSealed").executeTakeFirst();
    if (row !== undefined) return envelope.open(row.secretSealed, sealContext);
    const made = world.random.bytes(partySecretBytes);
    const secretSealed = envelope.seal(made, sealContext);
    await tx.insertInto("party_secret").values({ secretSealed, madeAtMs: world.clock.wall().atMs }).execute();
    return made;
  });
  return createParties(secret);
}
