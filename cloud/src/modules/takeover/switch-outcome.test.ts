import type { SwitchState } from "@karibu/protocol/rpc/switch-takeover";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { settleSwitches } from "./switch-outcome.ts";

const hub = useHub(anyEngine);

test("[RTR-31] fifty sites that never come back hide no other switch: each is asked in its turn", async () => {
  const { providerId } = await hub.makeProvider("Switched");
  await hub.database().asPlatform("test", async (tx) => {
    await sql`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      select ${providerId}, 's' || n, 's' || n, 300, true, 1, 1 from generate_series(1, 60) n`.execute(tx);
    await sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by,
        created_at_ms, switched_at_ms)
      select ${providerId}, 't' || n, 's' || n, 'router', 'switched', '[]', '[]', 180, 'u', n, n from generate_series(1, 60) n`.execute(
      tx,
    );
  });
  const isBack = (siteId: string) => ["s1", "s60"].includes(siteId);
  const done = { kind: "karibu" } as SwitchState;
  const job = settleSwitches({
    ...{ world: hub.world, database: hub.database(), emit: async () => {} },
    call: async (siteId: string) => (isBack(siteId) ? done : Promise.reject(new Error("away"))),
  } as never);
  for (let time = 0; time < 2; time++) await job.run(() => false);
  const { rows } = await hub.database().asPlatform("test", (tx) =>
    sql<{
      siteId: string;
    }>`select site_id from takeovers where settled_at_ms is not null order by switched_at_ms`.execute(tx),
  );
  expect(rows.map((row) => row.siteId)).toEqual(["s1", "s60"]);
});
