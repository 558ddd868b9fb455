/** Access points that routers ping: what people write down, what sites say of them, and the alarm. */

import { sql } from "kysely";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { playProcess } from "../link/test-processes.ts";
import { accessPointProjector } from "./project-access-points.ts";

const hub = useHub("embedded");
let mine: TestProvider;
let theirs: TestProvider;
beforeAll(async () => {
  mine = await hub.makeProvider("Mine");
  theirs = await hub.makeProvider("Theirs");
});
afterEach(() => vi.restoreAllMocks());

const call = askerOf(hub, () => mine.token);

let seq = 0;
const told = (siteId: string, points: object[], provider = mine) =>
  hub.database().asProvider(provider.providerId, (tx) =>
    accessPointProjector.project(tx, {
      providerId: provider.providerId,
      receivedAtMs: hub.world.clock.wall().atMs,
      records: [{ siteId, epoch: "e", record: { kind: "access-points", seq: ++seq, atMs: seq * 1000, points } }],
    } as never),
  );

test("[RAD-11] access points are named, told to the site, and shown with state, loss, time and history; a silent one is an alarm", async () => {
  const siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId as string;
  const path = `/sites/${siteId}/access-points`;
  const hostile = '<img src=x onerror="1">';
  const accessPoints = [
    { name: hostile, address: "192.168.88.2" },
    { name: "Pole", address: "10.9.0.3" },
  ];
  expect(await call("PUT", path, { accessPoints })).toMatchObject({ status: 200, body: { changes: [] } });
  for (const address of ["8.8.8.8", "172.32.0.1", "192.168.1", "10.0.0.1; /system/reset", "127.0.0.1"])
    expect((await call("PUT", path, { accessPoints: [{ name: "x", address }] })).status, address).toBe(400);
  const twice = { accessPoints: [accessPoints[0], { ...accessPoints[0], name: "again" }] };
  expect((await call("PUT", path, twice)).body.code).toBe("address-twice");
  const fed = () =>
    hub
      .database()
      .asProvider(mine.providerId, (tx) =>
        tx.selectFrom("feed_rows").select(["key", "body"]).where("kind", "=", "access-point").orderBy("key").execute(),
      );
  expect(await fed()).toMatchObject([{ key: "10.9.0.3" }, { key: "192.168.88.2", body: { name: hostile } }]);

  const up = { address: "10.9.0.3", state: "up", lossPercent: 0, roundTripUs: 1200 };
  const down = { ...up, state: "down", lossPercent: 100, roundTripUs: null };
  await told(siteId, [up, { ...up, address: "192.168.99.99" }]);
  await told(siteId, [up]);
  await told(siteId, [down]);
  // Another provider's site says nothing of ours.
  await told(siteId, [up], theirs);
  const { body } = await call("GET", path);
  expect(body.accessPoints).toMatchObject([
    { name: hostile, state: null },
    { name: "Pole", state: "down", lossPercent: 100, roundTripUs: null, sinceMs: 3000 },
  ]);
  expect(body.changes.map(({ state, atMs }: { state: string; atMs: number }) => [state, atMs])).toEqual([
    ["down", 3000],
    ["up", 1000],
  ]);
  const alarms = async () =>
    (await call("GET", "/alarms")).body.items.filter(({ kind }: { kind: string }) => kind === "access-point-down");
  expect(await alarms()).toEqual([]); // the site itself is away: its own alarm says so
  await hub.database().asPlatform("test", (tx) => playProcess(tx, "p"));
  await hub.database().asProvider(mine.providerId, (tx) =>
    tx
      .insertInto("site_links")
      .values({
        providerId: mine.providerId,
        siteId,
        processId: "p",
        linkId: "l",
        connectedAtMs: 1,
      } as never)
      .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet({ processId: "p" }))
      .execute(),
  );
  expect(await alarms()).toMatchObject([{ severity: "wrong", siteId, fields: { name: "Pole", address: "10.9.0.3" } }]);

  expect((await call("GET", path, undefined, theirs.token)).status).toBe(404);
  expect((await call("PUT", path, { accessPoints: [] })).body.accessPoints).toEqual([]);
  expect(await fed()).toEqual([
    { key: "10.9.0.3", body: null },
    { key: "192.168.88.2", body: null },
  ]);
  expect(await alarms()).toEqual([]);
});

test("[RAD-11] a site that tells of its access points thousands of times at once takes a few statements; each change is kept, and the last one counts", async () => {
  const siteId = (await call("POST", "/sites", { name: "Loud" })).body.site.siteId as string;
  const path = `/sites/${siteId}/access-points`;
  await call("PUT", path, { accessPoints: [{ name: "Pole", address: "10.9.0.3" }] });
  const { providerId } = mine;
  let statements = 0;
  const records = Array.from({ length: 301 }, (_, at) => {
    const state = at % 2 === 0 ? "up" : "down";
    const point = { address: "10.9.0.3", state, lossPercent: at % 2 === 0 ? 0 : 100, roundTripUs: null };
    const points = [point, point, { ...point, address: "192.168.99.99" }];
    return { siteId, epoch: "loud", record: { kind: "access-points", seq: at + 1, atMs: 1000 + at, points } };
  });
  await hub.database().asProvider(providerId, (tx) => {
    const counted = tx.withPlugin({
      transformQuery: ({ node }) => {
        statements++;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    return accessPointProjector.project(counted, { providerId, receivedAtMs: 1, records } as never);
  });
  expect(statements).toBeLessThan(5);
  const { body } = await call("GET", path);
  expect(body.accessPoints).toMatchObject([{ state: "up", lossPercent: 0, sinceMs: 1300 }]);
  const { rows } = await hub
    .database()
    .asProvider(providerId, (tx) =>
      sql<{ count: number }>`select count(*)::int as count from access_point_changes where site_id = ${siteId}`.execute(
        tx,
      ),
    );
  expect(rows[0]?.count).toBe(301);
});
