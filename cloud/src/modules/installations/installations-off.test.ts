/** A hub that is run without installations and stock, in which somebody asked for a line before. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] [CUS-17] who asked for a line and became no customer still gets their data, and is erased; what is lent to them holds up nothing", async () => {
  const { providerId, token } = await hub.makeProvider("Small");
  const call = (method: string, to: string, body?: object) =>
    hub.call(method, `/api/v1/installations/lead1${to}`, {
      token,
      headers: { "Idempotency-Key": to },
      ...(body ? { body } : {}),
    });
  const run = (statement: ReturnType<typeof sql>) =>
    hub.database().asProvider(providerId, (tx) => statement.execute(tx));
  await run(sql`insert into installations (provider_id, installation_id, number, state, name, place_note, checklist, made_by, created_at_ms, changed_at_ms)
    values (${providerId}, 'lead1', 1, 'lead', 'Nafula', 'The well', '[]', 'Asha', 1, 1)`);
  await run(sql`insert into stock_kinds (provider_id, kind_id, name, has_serials, unit, active, created_at_ms)
    values (${providerId}, 'k1', 'Radio', true, 'piece', true, 1)`);
  // Nobody could give it back in a hub without stock.
  await run(sql`insert into stock_items (provider_id, item_id, kind_id, serial, serial_key, place, holding, received_at_ms, changed_at_ms)
    values (${providerId}, 'i1', 'k1', 'S1', 'S1', 'job:lead1', 'lent', 1, 1)`);
  expect((await call("GET", "")).status).toBe(404);
  const file = JSON.parse((await call("GET", "/personal-data")).text);
  expect(file.tables.installations).toMatchObject([{ name: "Nafula", place_note: "The well" }]);
  expect((await call("GET", "/erasure")).body).toMatchObject({ name: "Nafula", refused: null });
  expect((await call("POST", "/erase", { nameText: "Nafula" })).status).toBe(200);
  const { rows } = await run(sql`select name, place_note, state from installations`);
  expect(rows).toEqual([{ name: "–", placeNote: null, state: "cancelled" }]);
});
