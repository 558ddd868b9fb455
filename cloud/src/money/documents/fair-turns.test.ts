/** What looks for lost work of all providers: a thousand rows of one that nothing can be done about are not in the way of the others. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { insertProvider } from "../../ground/db/test-rows.ts";
import { submitWaiting } from "../fiscal/submissions.ts";
import { createDocuments } from "./create-documents.ts";

const database = useDatabase(anyEngine);
const world = realWorld();
const stuck = 1100;

/** Keeps of whom and of what a job was sent. */
function keptJobs() {
  const sent: { readonly providerId: string; readonly documentId?: string; readonly chargeId?: string }[] = [];
  return { sent, jobs: { send: async (_: Tx, __: string, data: object) => void sent.push(data as never) } };
}

async function openProviders(...ids: readonly string[]) {
  for (const providerId of ids) await database.current().asPlatform("test", (tx) => insertProvider(tx, providerId));
}

test("[PAY-24] a thousand documents that an authority never takes hold up no other provider's, and none of their own that is newer", async () => {
  await openProviders("full-a", "new-a");
  const submissions = (providerId: string, count: number, of: { sequence: number; triedAtMs: number }) =>
    database.current().asProvider(providerId, (tx) =>
      sql`insert into fiscal_submissions (provider_id, document_id, number_text, authority, sequence, data, state, made_at_ms, changed_at_ms)
        select ${providerId}, ${providerId} || '-' || (${of.sequence}::bigint + n), 'N', 'etims', ${of.sequence}::bigint + n, '{}'::jsonb,
          'waiting', 1, ${of.triedAtMs}::bigint from generate_series(1, ${count}::integer) n`.execute(tx),
    );
  await submissions("full-a", stuck, { sequence: 0, triedAtMs: 2000 });
  await submissions("full-a", 1, { sequence: 7000, triedAtMs: 1000 });
  await submissions("new-a", 1, { sequence: 9000, triedAtMs: 3000 });
  const { sent, jobs } = keptJobs();
  const parts = { world, database: database.current(), jobs, taxAdapters: { etims: {} } };
  expect(await submitWaiting(parts as never)).toBe(1000);
  const ids = sent.map(({ documentId }) => documentId);
  expect(ids).toEqual(expect.arrayContaining(["new-a-9001", "full-a-7001"]));
});

test("[PAY-24] where a device tells documents in turn the first of them is asked for, however many wait behind it and whenever it was tried", async () => {
  await openProviders("turn-a", "turn-b");
  for (const providerId of ["turn-a", "turn-b"])
    await database.current().asProvider(providerId, async (tx) => {
      await sql`insert into fiscal_submissions (provider_id, document_id, number_text, authority, sequence, data, state, made_at_ms, changed_at_ms)
        select ${providerId}, ${providerId} || '-' || n, 'N', 'etims', n, '{}'::jsonb, 'waiting', 1, case when n = 1 then 5000 else 1000 end
        from generate_series(1, ${stuck}::integer) n`.execute(tx);
      await sql`insert into tax_devices (provider_id, authority, tax_pin, branch, environment, serial, key_sealed, control_unit, next_number, opened_at_ms)
        values (${providerId}, 'etims', 'P', '00', 'sandbox', 'S', '\\x00', 'C', 1, 1)`.execute(tx);
    });
  const { sent, jobs } = keptJobs();
  const parts = { world, database: database.current(), jobs, taxAdapters: { etims: { openDevice: () => {} } } };
  await submitWaiting(parts as never);
  const turns = sent.flatMap(({ documentId = "" }) => (documentId.startsWith("turn-") ? [documentId] : []));
  expect(turns.toSorted()).toEqual(["turn-a-1", "turn-b-1"]);
});

test("[PAY-24] a thousand charges that get no document hold up no other provider's", async () => {
  await openProviders("full-b", "new-b");
  const charges = (providerId: string, count: number) =>
    database.current().asProvider(providerId, (tx) =>
      sql`insert into document_charges (provider_id, charge_id, cause, customer_name, currency, total_cents, lines, at_ms, state)
        select ${providerId}, ${providerId} || '-' || n, 'c', 'Asha', 'KES', 100, '[]'::jsonb, 1, 'waiting'
        from generate_series(1, ${count}::integer) n`.execute(tx),
    );
  await charges("full-b", stuck);
  await charges("new-b", 1);
  const { sent, jobs } = keptJobs();
  const parts = { world, database: database.current(), jobs, taxAdapters: {} };
  const { maintenance = [] } = createDocuments(parts as never);
  await maintenance.find(({ name }) => name === "issue-documents")?.run();
  expect(sent).toHaveLength(1000);
  expect(sent).toContainEqual({ providerId: "new-b", chargeId: "new-b-1" });
});
