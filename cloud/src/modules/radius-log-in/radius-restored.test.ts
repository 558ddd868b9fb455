/** A restore of an older back-up brings no RADIUS server back that people could log in by. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { repeatFound, revocationsIn } from "../../operations/back-ups/repeat-revocations.ts";
import { createRevocationSender } from "../../operations/back-ups/send-revocations.ts";
import { hubTagOf } from "../../operations/back-ups/stored-names.ts";
import { createFolderStore } from "../../operations/back-ups/stores/folder-store.ts";

const server = (providerId: string, host: string, atMs: number) => `
  insert into console_radius (provider_id, host, site_id, port, secret_sealed, names, roles, role_map, changed_at_ms, confirmed, server_at_ms)
  values ('${providerId}', ${host}, 1812, '\\x01', 'address', '["support"]', '[]', ${atMs}, '{}', ${atMs});`;
const before = `delete from console_radius;
  ${server("ended", "'removed.radius.test', null", 1)} ${server("moved", "'old.radius.test', null", 1)}
  ${server("site", "'old.site.test', null", 1)}`;

test("[BEY-29] [TEN-13] it asks no server that was taken away, the one that took another's place in its stead, and none at a site that the back-up does not have", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-radius-restored-"));
  const world = realWorld();
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const database = await openInMemory(world);
  const ask = (what: string) => database.alone("write", (run) => run(what));
  const servers = () => ask("select provider_id, host from console_radius order by 1");
  try {
    for (const id of ["ended", "moved", "site"])
      await ask(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
        bridge_data_bytes, created_at_ms, updated_at_ms) values ('${id}', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1)`);
    await ask(
      "insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('g', 'hub', '\\x01', 1)",
    );
    await ask(before);
    await ask("delete from revocations_noted");
    await ask(
      `insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
        values ('site', 's', 'S', 300, true, 1, 1)`,
    );
    await ask("delete from console_radius where provider_id = 'ended'");
    await ask("update console_radius set host = 'new.radius.test', changed_at_ms = 9 where provider_id = 'moved'");
    await ask("update console_radius set host = null, site_id = 's', changed_at_ms = 9 where provider_id = 'site'");
    const store = createFolderStore(folder);
    await createRevocationSender({ world, database, envelope }, store).sendAll();
    const { revocations } = await revocationsIn(store, envelope)(hubTagOf("hub"), 0);
    const again = await database.alone("write", async (run) => {
      await run("set local karibu.restoring = 'yes'");
      await run(`${before} delete from sites`);
      return repeatFound(run, revocations);
    });
    expect(again.map(({ what, label }) => `${what} ${label}`).sort()).toEqual([
      ...["radius-changed new.radius.test", "radius-changed old.site.test", "radius-ended removed.radius.test"],
    ]);
    expect(await servers()).toEqual([{ provider_id: "moved", host: "new.radius.test" }]);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 240_000);
