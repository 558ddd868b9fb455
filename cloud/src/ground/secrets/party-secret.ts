/**
 * The secret of all parties (`amounts/parties.ts`): random, made once for a database, kept sealed and in back-ups. A new master key seals it
 * again and changes no party. Who is first makes it, and in the same transaction renames the customers of before: a process that dies
 * meanwhile has changed nothing, and a back-up of before is renamed when a hub starts on it.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { createParties, type Parties, partyKeys, partySecretBytes } from "../amounts/parties.ts";
import type { Database } from "../db/database.ts";
import { lockKeys } from "../db/lock-keys.ts";
import type { Envelope } from "./envelope.ts";

const sealContext = "party-secret";

/** All processes on one database get the same. Throws the envelope's Faults. */
export async function openParties(world: World, database: Database, envelope: Envelope): Promise<Parties> {
  const secret = await database.asPlatform("party-secret", async (tx) => {
    // Renaming is one statement over all tables: a large database takes minutes, and who starts meanwhile waits as long.
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`select pg_advisory_xact_lock(${lockKeys.parties})`.execute(tx);
    const row = await tx.selectFrom("party_secret").select("secret_sealed").executeTakeFirst();
    if (row !== undefined) return envelope.open(row.secret_sealed, sealContext);
    const made = world.random.bytes(partySecretBytes);
    const { books, sites } = partyKeys(made);
    const { rows } = await sql<{ renamed: number }>`
      select karibu_name_parties(${padded(books, 0x36)}, ${padded(books, 0x5c)}, ${padded(sites, 0x36)}, ${padded(sites, 0x5c)}) as renamed
    `.execute(tx);
    const renamed = Number(rows[0]?.renamed ?? 0);
    if (renamed > 0) world.log.info("parties-renamed", { rows: renamed });
    const secret_sealed = envelope.seal(made, sealContext);
    await tx.insertInto("party_secret").values({ secret_sealed, made_at_ms: world.clock.wall().atMs }).execute();
    return made;
  });
  return createParties(secret);
}

/** A key as HMAC mixes it in (RFC 2104): filled up to SHA-256's block, each byte changed. */
const padded = (key: Uint8Array, by: number): Buffer =>
  Buffer.concat([key, Buffer.alloc(64 - key.length)]).map((byte) => byte ^ by) as Buffer;
