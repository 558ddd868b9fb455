/** The secret that all customers' names come of: made once, kept sealed, the same for every process and under every master key. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { partySecretBytes } from "../amounts/parties.ts";
import { engineSuite, engines, realWorld, useDatabase } from "../db/test-databases.ts";
import { createEnvelope } from "./envelope.ts";
import { openParties } from "./party-secret.ts";
import { countStale, rewrapAll } from "./rewrap.ts";

const world = realWorld();
const anna = "254712000111";

engineSuite("an empty database", { on: engines }, (engine) => {
  const empty = useDatabase(engine);
  const masterKey = world.random.bytes(32);

  test("[SYS-13] processes that start at the same moment get the same parties, and the secret is nowhere in clear", async () => {
    const all = await Promise.all(
      Array.from({ length: 3 }, () => openParties(world, empty.current(), createEnvelope(world.random, [masterKey]))),
    );
    expect(new Set(all.map((parties) => parties.ofPhone("one", anna))).size).toBe(1);
    const { rows } = await empty
      .current()
      .asPlatform("test", (tx) => sql<{ secretSealed: Buffer }>`select secret_sealed from party_secret`.execute(tx));
    const sealed = Buffer.from(rows[0]?.secretSealed ?? "");
    const secret = createEnvelope(world.random, [masterKey]).open(sealed, "party-secret");
    expect(secret).toHaveLength(partySecretBytes);
    expect(sealed.includes(secret)).toBe(false);
  });

  test("[SYS-13] a second start, and one under a new master key, keep every name", async () => {
    const database = empty.current();
    const own = createEnvelope(world.random, [masterKey]);
    const name = (await openParties(world, database, own)).ofPhone("one", anna);
    const next = world.random.bytes(32);
    const both = createEnvelope(world.random, [next, masterKey]);
    const again = await openParties(world, database, own);
    expect(await countStale(database, both)).toMatchObject({ "party_secret.secret_sealed": 1 });
    await rewrapAll(database, both);
    const later = await openParties(world, database, createEnvelope(world.random, [next]));
    for (const parties of [again, later]) expect(parties.ofPhone("one", anna)).toBe(name);
    const stranger = createEnvelope(world.random, [world.random.bytes(32)]);
    await expect(openParties(world, database, stranger)).rejects.toMatchObject({
      code: "secrets/unknown-master-key",
    });
  });
});
