/** A restore of an older back-up posts to no address that was taken away since, or switched off. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { realWorld } from "../../ground/db/test-databases.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { repeatFound, revocationsIn } from "../../operations/back-ups/repeat-revocations.ts";
import { createRevocationSender } from "../../operations/back-ups/send-revocations.ts";
import { hubTagOf } from "../../operations/back-ups/stored-names.ts";
import { createFolderStore } from "../../operations/back-ups/stores/folder-store.ts";

const before = ["removed", "off", "fewer", "as before"].map(
  (
    name,
  ) => `insert into webhooks (provider_id, webhook_id, name, url_sealed, host, secret_sealed, active, events, created_at_ms, updated_at_ms)
    values ('p', '${name}', '${name}', '\\x01', 'old.test', '\\x02', true, '["payment.received", "site.away"]', 1, 1);`,
);

test("[BEY-29] [SYS-01] an address that was taken away or switched off since hears nothing, and one that was to hear less hears no more than that", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-webhooks-restored-"));
  const world = realWorld();
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const database = await openInMemory(world);
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  const ask = (what: string) => database.alone("write", (run) => run(what));
  await ask(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
    created_at_ms, updated_at_ms) values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1)`);
  await ask(
    "insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('g', 'hub', '\\x01', 1)",
  );
  await ask(before.join(""));
  await ask("delete from revocations_noted");
  await ask("delete from webhooks where name = 'removed'");
  await ask("update webhooks set active = false where name = 'off'");
  await ask(`update webhooks set events = '["site.away"]' where name = 'fewer'`);
  await ask("update webhooks set failing_since_ms = 5 where name = 'as before'");
  const store = createFolderStore(folder);
  await createRevocationSender({ world, database, envelope }, store).sendAll();

  const { revocations } = await revocationsIn(store, envelope)(hubTagOf("hub"), 0);
  const again = await database.alone("write", async (run) => {
    await run("set local karibu.restoring = 'yes'");
    await run(`delete from webhooks; ${before.join("")}`);
    return repeatFound(run, revocations);
  });
  expect(again.map(({ what, label }) => `${what} ${label}`).sort()).toEqual([
    ...["webhook-changed fewer", "webhook-ended off", "webhook-ended removed"],
  ]);
  const both = ["payment.received", "site.away"];
  expect(await ask("select name, active, events from webhooks order by name")).toEqual([
    { name: "as before", active: true, events: both },
    { name: "fewer", active: true, events: ["site.away"] },
    { name: "off", active: false, events: both },
  ]);
}, 240_000);
