/** Whose router passwords end when people leave, where sites are away. */
import { Fault } from "@karibu/protocol/fault";
import { beforeAll, expect, test } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { queryOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { endLeavers } from "./end-leavers.ts";

const hub = useHub("embedded");
let providerId: string;
const siteIds: string[] = [];

beforeAll(async () => {
  const made = await hub.makeProvider("Leavers");
  providerId = made.providerId;
  for (const name of ["Away", "There"])
    siteIds.push((await hub.call("POST", "/api/v1/sites", { token: made.token, body: { name } })).body.site.siteId);
});

const query = queryOf(hub, () => providerId);

/** Passwords of a person who is gone, each marked. */
const marked = (siteId: string | undefined, { count, madeAtMs }: { count: number; madeAtMs: number }) =>
  query(`insert into router_passwords (provider_id, password_id, site_id, name, level, made_by, made_by_name, made_at_ms, expires_at_ms, leaving)
    select '${providerId}', '${siteId}-' || n, '${siteId}', '${siteId}-' || n, 'read', 'nobody', 'Nobody', ${madeAtMs} + n, ${madeAtMs} + 1000, 'end'
    from generate_series(1, ${count}) n`);

test("[TEN-13] many passwords at a site that is away do not keep those at another site alive", async () => {
  const [away, there] = siteIds;
  await marked(there, { count: 1, madeAtMs: 1000 });
  await marked(away, { count: 450, madeAtMs: 2000 });
  const asked: string[] = [];
  const callSite = (async (siteId: string) => {
    asked.push(siteId);
    if (siteId === away) throw new Fault("site/away", "The site is away.", { retry: "later" });
    return { endedSessions: 0, leftSessions: null };
  }) as unknown as CallSite;
  const parts = { world: hub.world, database: hub.database(), emit: async () => {}, callSite };
  expect(await endLeavers(parts)).toBe(1);
  expect(asked).toEqual([away, there]);
  expect(
    await query("select site_id, count(*)::int as count from router_passwords where leaving is not null group by 1"),
  ).toEqual([{ siteId: away, count: 450 }]);
});

test("[TEN-13] sites that hang are waited for side by side, and two processes that close the same leaver write one line", async () => {
  await query("update router_passwords set leaving = null");
  const [away, there] = siteIds;
  await query(`update router_passwords set leaving = 'end' where password_id in ('${away}-1', '${there}-1')`);
  const hanging: { siteId: string; answer: (is: object) => void; fail: (why: Fault) => void }[] = [];
  const callSite = ((siteId: string) =>
    new Promise((resolve, reject) => {
      hanging.push({ siteId, answer: resolve, fail: reject });
    })) as unknown as CallSite;
  const parts = { world: hub.world, database: hub.database(), emit: async () => {}, callSite };
  const both = [endLeavers(parts), endLeavers(parts)];
  // All four questions are out before the first answer: the one that hangs holds nobody up.
  await expect
    .poll(() => hanging.map(({ siteId }) => siteId).toSorted())
    .toEqual([away, away, there, there].toSorted());
  for (const { siteId, answer, fail } of hanging)
    if (siteId === away) fail(new Fault("site/away", "The site is away.", { retry: "later" }));
    else answer({ endedSessions: 0, leftSessions: null });
  await Promise.all(both);
  const lines = await query<{ target: string; count: number }>(
    "select target, count(*)::int as count from audit where action = 'router-password-ended' group by 1",
  );
  const before = 1; // of the test above, each
  for (const { count } of lines) expect(count).toBe(before + 1);
  expect(lines).toHaveLength(2);
});
