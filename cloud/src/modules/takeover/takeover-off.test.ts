/** A hub that is run without takeovers, in which one was being withdrawn when its hub ended. */
import { Fault } from "@karibu/protocol/fault";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { keyContext } from "../../catalogue/vouchers/batches.ts";
import { listedKeyBytes } from "../../catalogue/vouchers/listed-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { orderShadow, restShadowRuns } from "./shadow-rest.ts";

const hub = useHub(anyEngine, { modules: [] });

/** A takeover whose withdrawal its hub did not end. @returns how its list and itself are now */
async function halfWithdrawn(name: string, { untilMs, keyBytes }: { untilMs: number; keyBytes: number }) {
  const { token, providerId } = await hub.makeProvider(name);
  const call = (method: string, path: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, { token, ...(body ? { body } : {}) });
  const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site;
  const plan = { name: "A day", priceCents: 5000, terms: { validitySeconds: 86_400 } };
  const { planId } = (await call("POST", "/plans", plan)).body;
  const { batchId } = (await call("POST", "/vouchers/batches", { planId, siteId, quantity: 3 })).body;
  await hub.database().asProvider(providerId, async (tx) => {
    await sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms,
        withdrawing_until_ms, withdrawing_off)
      values (${providerId}, 't1', ${siteId}, 'mikhmon', 'applied', '{}', '[]', 180, 'Asha', 1, ${untilMs}::bigint, ${JSON.stringify([batchId])}::jsonb)`.execute(
      tx,
    );
    const key = hub.envelope.seal(hub.world.random.bytes(keyBytes), keyContext(providerId, batchId));
    await sql`update voucher_batches set takeover_id = 't1', active = false, key_sealed = ${key} where batch_id = ${batchId}`.execute(
      tx,
    );
  });
  return async () => {
    const { rows } = await hub
      .database()
      .asProvider(providerId, (tx) => sql`select state, withdrawing_until_ms from takeovers`.execute(tx));
    return { active: (await call("GET", `/vouchers/batches/${batchId}`)).body.active, rows };
  };
}

test("[SYS-27] [RTR-31] a withdrawal that was under way is given up: the codes that customers hold work again; one that fails holds up no other's", async () => {
  const nowMs = hub.world.clock.wall().atMs;
  const broken = await halfWithdrawn("Broken", { untilMs: nowMs - 2, keyBytes: 1 });
  const small = await halfWithdrawn("Small", { untilMs: nowMs - 1, keyBytes: listedKeyBytes });
  await hub.hub().maintenance.runDue();
  expect(await small()).toEqual({ active: true, rows: [{ state: "applied", withdrawingUntilMs: null }] });
  expect(await broken()).toMatchObject({ active: false });
});

describe("[SYS-27] [RTR-31] shadow runs", () => {
  test("stop at their sites where the module is off, also at one that was away, and begin anew where it is on; those that are over only end", async () => {
    const { providerId } = await hub.makeProvider("Shadowed");
    const { database, world } = hub;
    const platform = (query: ReturnType<typeof sql>) => database().asPlatform("test", (tx) => query.execute(tx));
    await platform(sql`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      select ${providerId}, name, name, 300, true, 1, 1 from unnest(array['here', 'away', 'over', 'quiet']) name`);
    await platform(sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms, shadow)
      select ${providerId}, 'of-' || site_id, site_id, 'mikhmon', case site_id when 'over' then 'withdrawn' else 'applied' end, '{}', '[]', 180, 'Asha', 1,
        case site_id when 'quiet' then null else 'runs' end from sites where provider_id = ${providerId}`);
    await platform(sql`insert into site_links (provider_id, site_id, process_id) select provider_id, site_id, case site_id when 'away' then null else 'p' end
      from sites where provider_id = ${providerId}`);
    let orders: string[] = [];
    const call = async (siteId: string, _method: unknown, { do: order }: { do: string }) =>
      void orders.push(`${siteId} ${order}`);
    const run = async (isOn: boolean) => {
      orders = [];
      const parts = { world, database: database(), call: call as never };
      const job = restShadowRuns(parts, isOn);
      await job.run(() => false);
      await job.run(() => false);
      return orders.toSorted();
    };
    expect(await run(false)).toEqual(["here stop", "over stop"]);
    await platform(sql`update site_links set process_id = 'p' where site_id = 'away'`);
    expect(await run(false)).toEqual(["away stop"]);
    expect(await run(true)).toEqual(["away start", "here start"]);
    expect(await run(true)).toEqual([]);
  });

  async function place(name: string) {
    const { providerId } = await hub.makeProvider(name);
    const inside = <Result>(work: (tx: Tx) => Promise<Result>) => hub.database().asProvider(providerId, work);
    const run = (query: ReturnType<typeof sql>) => inside((tx) => query.execute(tx));
    const siteId = `site of ${name}`;
    await run(sql`insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      values (${providerId}, ${siteId}, 'Kiosk', 300, true, 1, 1)`);
    await run(sql`insert into site_links (provider_id, site_id, process_id) values (${providerId}, ${siteId}, 'p')`);
    const begin = (id: string, state: string, shadow: string | null) =>
      run(sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms, shadow)
        values (${providerId}, ${id}, ${siteId}, 'mikhmon', ${state}, '{}', '[]', 180, 'Asha', 1, ${shadow})`);
    const noted = async () => {
      const { rows } = await run(sql`select shadow from takeovers order by takeover_id`);
      return rows.map((row) => (row as { shadow: string | null }).shadow);
    };
    return { inside, begin, noted, siteId };
  }

  test("one that the site refused to begin is not noted; where its answer was lost, what may go on there is", async () => {
    const { inside, begin, noted, siteId } = await place("Refused");
    await begin("t1", "applied", null);
    const row = { siteId, takeoverId: "t1" };
    const order = (what: "start" | "stop", tell: () => Promise<unknown>) =>
      orderShadow(inside, row, what, tell as never).then(
        () => "told",
        (error) => error.code,
      );
    const fails = (code: "site/refused" | "site/deadline") => async () => {
      throw new Fault(code, "no", { retry: "never" });
    };
    expect([await order("start", fails("site/refused")), await noted()]).toEqual(["site/refused", [null]]);
    expect([await order("start", async () => ({ sinceMs: null })), await noted()]).toEqual(["told", [null]]);
    expect([await order("start", fails("site/deadline")), await noted()]).toEqual(["site/deadline", ["runs"]]);
    expect([await order("start", fails("site/refused")), await noted()]).toEqual(["site/refused", ["runs"]]);
    expect([await order("stop", fails("site/deadline")), await noted()]).toEqual(["site/deadline", ["runs"]]);
    expect([await order("stop", async () => ({ sinceMs: null })), await noted()]).toEqual(["told", [null]]);
  });

  test("what a person orders while the hub tells the site another thing is what the site does in the end", async () => {
    for (const [before, asked, after, atSite] of [
      [["rests"], "stop", [null], "stop"],
      [["runs", null], "start", [null, "runs"], "start"],
    ] as const) {
      const { inside, begin, noted, siteId } = await place(`Meanwhile ${asked}`);
      const isOver = before.length === 2;
      await begin("t1", isOver ? "withdrawn" : "applied", before[0]);
      if (isOver) await begin("t2", "applied", null);
      let lastAtSite = "";
      let isFirst = true;
      const tellSite = async (_siteId: string, _method: unknown, { do: order }: { do: string }) => {
        if (isFirst) {
          isFirst = false;
          const row = { siteId, takeoverId: isOver ? "t2" : "t1" };
          const report = { sinceMs: asked === "start" ? 1 : null } as never;
          await orderShadow(inside, row, asked, async () => report);
        }
        lastAtSite = order;
      };
      const parts = { world: hub.world, database: hub.database(), call: tellSite as never };
      await restShadowRuns(parts, true).run(() => false);
      expect([await noted(), lastAtSite]).toEqual([after, atSite]);
    }
  });
});
