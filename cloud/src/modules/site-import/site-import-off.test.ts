/** A hub that is run without the import of sites, at which columns were told before. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] [RTR-02] no file is taken, a site is made one by one, and what columns mean stays", async () => {
  const { providerId, token } = await hub.makeProvider("Small");
  await hub.database().asProvider(providerId, (tx) =>
    sql`insert into site_import_columns (provider_id, header, meaning, chosen_at_ms)
      values (${providerId}, 'barabara', 'district', 1)`.execute(tx),
  );
  const call = askerOf(hub, () => token);
  // A site could be called so.
  expect((await call("POST", "/sites/import", { csv: "name\nA\n" })).status).toBe(405);
  expect((await call("GET", "/sites/import/example")).status).toBe(404);
  expect((await call("POST", "/sites", { name: "A" })).status).toBe(201);
  const { rows } = await hub
    .database()
    .asProvider(providerId, (tx) => sql`select header, meaning from site_import_columns`.execute(tx));
  expect(rows).toEqual([{ header: "barabara", meaning: "district" }]);
});
