/** A hub that is run without reports by e-mail, at which some were scheduled before. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { samples } from "./test-samples.ts";

const hub = useHub(anyEngine, { modules: [], fromNoon: true });

test("[SYS-27] [REP-12] nothing is sent, and what was scheduled stands as it was", async () => {
  const { providerId, token, ownerEmail } = await hub.makeProvider("Small");
  const { items } = (await askerOf(hub, () => token)("GET", "/users?limit=50")).body;
  const nowMs = hub.world.clock.wall().atMs;
  await hub.database().asProvider(providerId, async (tx) => {
    for (const row of samples.one.rows({ providerId, siteId: "", nowMs, label: "small" })) await row.execute(tx);
    await sql`update report_schedules set active = true, user_ids = ${JSON.stringify([items[0].userId])}`.execute(tx);
  });
  const before = hub.letters().length;
  await hub.hub().maintenance.runDue();
  expect(
    hub
      .letters()
      .slice(before)
      .filter(({ to }) => to === ownerEmail),
  ).toEqual([]);
  const { rows } = await hub
    .database()
    .asProvider(providerId, (tx) => sql`select next_day, active, sent_at_ms from report_schedules`.execute(tx));
  expect(rows).toEqual([{ nextDay: "2026-01-05", active: true, sentAtMs: null }]);
});
