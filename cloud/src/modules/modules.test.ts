/** A hub that is run without its modules: nothing of them is there, and nothing of what they wrote is lost or let go. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { anyEngine } from "../ground/db/test-databases.ts";
import { type TestProvider, useHub } from "../test-hub.ts";
import { allModules } from "./all-modules.ts";
import type { HubModule } from "./hub-module.ts";

const ownPermissions = Object.values<HubModule>(allModules).flatMap(({ permissions = [] }) => permissions);
const keyOf = (letter: string) => `${letter.repeat(42)}A=`;

describe("[SYS-27] a hub without modules", () => {
  const whole = useHub(anyEngine);
  const hub = useHub(anyEngine, { modules: [] });
  let provider: TestProvider;
  let customerId = "";
  let siteId = "";
  const call = (method: string, path: string, body?: object) =>
    hub.call(method, `/api/v1${path}`, {
      token: provider.token,
      headers: { "Idempotency-Key": path },
      ...(body === undefined ? {} : { body }),
    });
  const run = (statement: ReturnType<typeof sql>) =>
    hub.database().asProvider(provider.providerId, (tx) => statement.execute(tx));
  const count = async (table: string) => {
    const { rows } = await run(sql`select count(*)::int as count from ${sql.table(table)}`);
    return (rows[0] as { count: number }).count;
  };

  beforeAll(async () => {
    provider = await hub.makeProvider("Small");
    const made = await call("POST", "/customers", { name: "Amina", phone: "0712345678" });
    ({ customerId } = made.body);
    ({ siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site);
    const p = provider.providerId;
    await run(sql`insert into outages (provider_id, outage_id, site_id, kind, state, since_ms, made_at_ms, changed_at_ms)
      values (${p}, 'o1', ${siteId}, 'outage', 'found', ${hub.world.clock.wall().atMs}::bigint, 1, 1)`);
    await run(sql`insert into group_messages (provider_id, group_id, class, words, who, count, state, made_by, idempotency_key, made_at_ms, changed_at_ms)
      values (${p}, 'g1', 'service', 'Hello', '{"by":"all"}', 1, 'sending', 'Asha', 'k1', 1, 1)`);
    await run(
      sql`insert into group_recipients (provider_id, group_id, customer_id, state) values (${p}, 'g1', ${customerId}, 'waiting')`,
    );
    await run(sql`insert into operator_tunnels (provider_id, tunnel_id, user_id, login_id, password_mark, name, address, public_key, made_at_ms, expires_at_ms)
      values (${p}, 't1', 'u1', 'l1', '', 'Laptop', '10.90.0.2', ${keyOf("t")}, 1, 2)`);
  });

  test("its routes are those of the hub alone; all others are as with modules", async () => {
    const names = (of: typeof hub) => of.hub().routes.map(({ method, path }) => `${method} ${path}`);
    const [all, alone] = [names(whole), new Set(names(hub))];
    const gone = all.filter((name) => !alone.has(name));
    expect(gone.length).toBeGreaterThan(0);
    for (const name of gone) {
      const [method = "", path = ""] = name.split(" ");
      const answer = await hub.call(method, path.replaceAll(/\{\w+\}/g, "x"), {
        token: provider.token,
        body: method === "GET" ? undefined : {},
      });
      expect([name, answer.status]).toEqual([name, 404]);
    }
    expect([...alone].filter((name) => !all.includes(name))).toEqual([]);
    const described = Object.keys((await hub.call("GET", "/api/v1/openapi.json")).body.paths);
    for (const name of gone) expect(described).not.toContain(name.split(" ")[1]);
  });

  test("nobody has its permissions, and no role is offered them; whoever logs in hears which modules there are", async () => {
    const { body: user } = await call("GET", "/user");
    expect(user.modules).toEqual([]);
    const { body: roles } = await call("GET", "/roles");
    expect(ownPermissions.length).toBeGreaterThan(0);
    for (const permission of ownPermissions) {
      expect(user.permissions).not.toContain(permission);
      expect(roles.permissions).not.toContain(permission);
    }
    const { token } = await whole.makeProvider("Whole");
    const { body: there } = await whole.call("GET", "/api/v1/user", { token });
    expect(there.modules).toEqual(Object.keys(allModules));
    expect(there.permissions).toEqual(expect.arrayContaining(ownPermissions));
  });

  test("what waits for a decision in it is not asked for", async () => {
    const { body } = await call("GET", "/home");
    expect(body.waiting.map(({ kind }: { kind: string }) => kind)).not.toContain("outages-to-decide");
  });

  test("a text of a group that waits is not sent: nobody could stop it", async () => {
    const message = {
      providerId: provider.providerId,
      event: "group/g1",
      template: "group",
      phone: "254712345678",
      text: "Hello",
    } as const;
    await hub
      .database()
      .asProvider(provider.providerId, (tx) => hub.hub().messaging.send(tx, { ...message, customerId }));
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      const { items } = (await call("GET", "/messages")).body;
      expect(items[0]).toMatchObject({ template: "group", state: "skipped" });
    });
  });

  test("its jobs wait, an hour at a time: they are there when it is on again, and no queue stands still", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const data = { providerId: provider.providerId, groupId: "g1" };
    await hub.database().asPlatform("test", (tx) =>
      sql`insert into job_outbox (job_id, name, data, run_at_ms, created_at_ms, state)
          values ('waits', 'notices.group', ${JSON.stringify(data)}, ${nowMs - 1000}, ${nowMs - 1000}, 'waiting')`.execute(
        tx,
      ),
    );
    const waiting = () =>
      hub.database().asPlatform("test", async (tx) => {
        const { rows } = await sql<{ job_id: string; data: object; run_at_ms: number }>`
          select job_id, data, run_at_ms from job_outbox where name = 'notices.group'`.execute(tx);
        return rows;
      });
    await vi.waitFor(async () => {
      await hub.wakeJobs();
      expect(await waiting()).toMatchObject([{ job_id: expect.not.stringMatching(/^waits$/), data }]);
    });
    expect((await waiting())[0]?.run_at_ms).toBeGreaterThan(nowMs + 3_500_000);
  });

  test("a key of a person's tunnel stays taken: no router gets it", async () => {
    const put = (publicKey: string) =>
      hub.call("PUT", `/api/v1/sites/${siteId}/tunnel`, { token: provider.token, body: { publicKey } });
    expect(await put(keyOf("t"))).toMatchObject({ status: 409, body: { code: "key-taken", field: "publicKey" } });
    expect((await put(keyOf("r"))).status).toBe(200);
  });

  test("its rows are exported with a customer's data, and erased with the customer", async () => {
    expect(await count("group_recipients")).toBe(1);
    const erased = await call("POST", `/customers/${customerId}/erase`, { nameText: "Amina" });
    expect(erased.status, erased.text).toBe(200);
    expect(await count("group_recipients")).toBe(0);
    expect(await count("group_messages")).toBe(1);
  });
});
