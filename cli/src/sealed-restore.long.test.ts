/** `karibu restore` of what the hub stored by itself: sealed, in a folder. */
import { createWriteStream } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { sealed } from "@karibu/cloud/operations/back-ups/seal-backup";
import { backupName } from "@karibu/cloud/operations/back-ups/stored-names";
import { silentWorld } from "@karibu/cloud/real-world";
import { expect, test } from "vitest";
import { karibu, makeFolder } from "./test-karibu.ts";

const masterKey = Buffer.alloc(32, 7);

test("[SYS-23] [SYS-09] a sealed back-up comes back from its store with the master key, and is refused when it is cut or of another key", async () => {
  const [store, other, files] = await Promise.all([makeFolder(), makeFolder(), makeFolder()]);
  const world = silentWorld();
  const database = await openDatabase(world, { databaseUrl: null, dataDir: null });
  const atMs = Date.UTC(2026, 10, 20);
  const name = backupName("0a1b2c3d", atMs, world.random.bytes(4));
  const content = new PassThrough();
  const seal = (source: AsyncIterable<Uint8Array>) =>
    sealed(world.random, createEnvelope(world.random, [masterKey]), source);
  await Promise.all([
    writeBackup(database, atMs, content),
    pipeline(content, seal, createWriteStream(join(store, name))),
  ]);
  await database.close();

  const settings = { KARIBU_DATA: other, KARIBU_BACKUP_FOLDER: store };
  const foreign = { ...settings, KARIBU_MASTER_KEY: Buffer.alloc(32, 8).toString("base64") };
  expect(await karibu(foreign, "restore", "--from-store", "newest")).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("sealed with a master key that is not here"),
  });
  const cut = join(files, "cut.sealed");
  const bytes = await readFile(join(store, name));
  await writeFile(cut, bytes.subarray(0, bytes.length - 9));
  expect(await karibu(settings, "restore", "--in", cut)).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("nothing was restored"),
  });
  expect(await karibu({ KARIBU_DATA: other }, "restore", "--from-store", "newest")).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("no back-up store is set"),
  });
  // A store that gives an old back-up for the newest: this one is of a release that sealed files for no name.
  const newer = backupName("0a1b2c3d", atMs + 86_400_000, world.random.bytes(4));
  await writeFile(join(store, newer), bytes);
  expect(await karibu(settings, "restore", "--from-store", "newest")).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("holds a back-up of 2026-11-20T00:00:00.000Z"),
  });
  await rm(join(store, newer));
  const restored = await karibu(settings, "restore", "--from-store", "newest");
  expect(restored.text).toContain("the back-up is of 2026-11-20T00:00:00.000Z");
  expect(restored).toMatchObject({ code: 0, complaints: "" });
  expect(restored.text).toContain(`fetched: ${name}`);
  // No hub ever ran on this database, so none wrote down what was revoked.
  expect(restored.text).toContain("what was revoked since the back-up is not known");
}, 600_000);
