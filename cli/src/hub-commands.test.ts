import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrate, readMigrations } from "@karibu/cloud/ground/db/migrate";
import { openDatabase, openEngine } from "@karibu/cloud/ground/db/open-database";
import { silentWorld } from "@karibu/cloud/real-world";
import { expect, test } from "vitest";
import { karibu, makeFolder } from "./test-karibu.ts";

test("[SYS-09] [SYS-11] back-up, verification and restore by command; doctor and users on the result", async () => {
  const [data, other, files] = await Promise.all([makeFolder(), makeFolder(), makeFolder()]);
  const out = join(files, "hub.backup.gz");
  await (await openDatabase(silentWorld(), { databaseUrl: null, dataDir: data })).close();
  expect(await karibu({ KARIBU_DATA: data }, "backup", "--out", out, "--verify")).toMatchObject({ code: 0 });
  expect(await readdir(files), "the proof leaves nothing behind").toEqual(["hub.backup.gz"]);
  expect((await stat(out)).mode & 0o077, "nobody else may read it").toBe(0);
  const restored = await karibu({ KARIBU_DATA: other }, "restore", "--in", out);
  expect(restored.complaints).toBe("");
  expect(restored.text).toContain("restored: ");
  const doctor = await karibu({ KARIBU_DATA: other }, "doctor", "--hub");
  expect(doctor.text).toContain("row-level-security: holds");
  expect(doctor.text).toContain("LOOK   https: not safe");
  expect(doctor.text).not.toContain("callback-spool"); // it looks, and makes no folder
  expect(doctor.code).toBe(0);
  await mkdir(join(other, "callbacks"));
  await writeFile(join(other, "callbacks", "1700000000000-0a0b0c0d-1.log"), "left by a process that never came back\n");
  const orphan = await karibu({ KARIBU_DATA: other }, "doctor", "--hub");
  expect(orphan.text).toMatch(
    /WRONG {2}callback-spool: 39 bytes of callbacks wait since \d+ s: no hub has booked them/,
  );
  expect(orphan.code).toBe(1);
  const told = await karibu({ KARIBU_DATA: other }, "restore", "--done-by-server");
  expect(told).toMatchObject({ code: 0, text: expect.stringContaining("each site takes a snapshot") });
  const nobody = await karibu(
    { KARIBU_DATA: other, NEW_PASSWORD: "a-new-password" },
    "users",
    "set-password",
    "a@b.test",
  );
  expect(nobody).toMatchObject({ code: 1, complaints: "karibu users: there is nobody with the address a@b.test\n" });
}, 600_000);

test("[SYS-09] doctor and back-up migrate nothing and make nothing: an older database stays older, an absent one absent", async () => {
  const [data, nowhere, files] = await Promise.all([makeFolder(), makeFolder(), makeFolder()]);
  const world = silentWorld();
  const place = { databaseUrl: null, dataDir: data };
  const older = await openEngine(world, place);
  const names = (await readMigrations()).map(({ name }) => name);
  const before = names.at(-2) as string;
  await migrate(world, older, before);
  await older.close();

  const doctor = await karibu({ KARIBU_DATA: data }, "doctor", "--hub");
  expect(doctor).toMatchObject({
    code: 1,
    text: expect.stringContaining(`1 migrations wait, from ${names.at(-1)} on`),
  });
  expect(await karibu({ KARIBU_DATA: data }, "backup", "--out", join(files, "f"), "--verify")).toMatchObject({
    code: 0,
  });
  const after = await openEngine(world, place);
  const [last] = await after.hold((run) => run("select max(name) as name from migrations"));
  await after.close();
  expect(last?.name).toBe(before);
  expect(await readdir(data)).not.toContain("master.key");

  for (const words of [
    ["doctor", "--hub"],
    ["backup", "--out", join(files, "none")],
  ])
    expect(await karibu({ KARIBU_DATA: nowhere }, ...words)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining("holds no database"),
    });
  expect(await readdir(nowhere)).toEqual([]);
  expect(await readdir(files)).toEqual(["f"]);
}, 600_000);

test("words that make no sense, settings that are wrong and files that are not there are named", async () => {
  const data = await makeFolder();
  expect((await karibu({ KARIBU_DATA: data }, "backup")).complaints).toContain("--out FILE is missing");
  expect((await karibu({ KARIBU_DATA: data, PORT: "no" }, "restore", "--in", "x")).complaints).toContain("PORT:");
  expect((await karibu({ KARIBU_DATA: data }, "restore", "--in", join(data, "nothing"))).complaints).toContain(
    "ENOENT",
  );
  expect((await karibu({ KARIBU_DATA: data }, "restore", "--in", data)).complaints).toContain("is no plain file");
  expect((await karibu({}, "users", "dance")).code).toBe(2);
  expect((await karibu({}, "providers", "suspend")).code).toBe(2);
}, 600_000);
