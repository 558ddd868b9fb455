/** Limits of what a provider makes, where several people ask for the last place at once: PostgreSQL runs their transactions side by side. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { createEnrolmentToken } from "./fleet/enrolment/enrolment.ts";
import { beginRotation, readRotation } from "./fleet/secret-rotation/rotation-rows.ts";
import { isAbsent } from "./ground/db/test-databases.ts";
import { readOwnServer } from "./ground/mail/own-server.ts";
import { lacksModules } from "./modules/test-lacks-modules.ts";
import { askerOf } from "./test-asking.ts";
import { type TestProvider, useHub } from "./test-hub.ts";

describe.skipIf(isAbsent("postgresql"))("several at once for the last place", () => {
  const hub = useHub("postgresql");
  let mine: TestProvider;
  const call = askerOf(hub, () => mine.token);
  beforeAll(async () => {
    mine = await hub.makeProvider("Mine");
  });

  const soonMs = () => hub.world.clock.wall().atMs + 3_600_000;
  const makers: readonly {
    readonly what: string;
    readonly path: string;
    readonly table: string;
    readonly id: string;
    readonly most: number;
    /** The module that it is of. Absent: it is the hub's. */
    readonly module?: string;
    body(name: string): Promise<object> | object;
  }[] = [
    {
      ...{ what: "roles", path: "/roles", table: "roles", id: "role_id", most: 100 },
      body: (name) => ({ name, permissions: ["plans.read"] }),
    },
    {
      ...{
        what: "kinds of stock",
        path: "/stock-kinds",
        table: "stock_kinds",
        id: "kind_id",
        most: 200,
        module: "stock",
      },
      body: (name) => ({ name }),
    },
    {
      ...{ what: "stores", path: "/stock-stores", table: "stock_stores", id: "store_id", most: 200, module: "stock" },
      body: (name) => ({ name }),
    },
    {
      ...{
        what: "reports by mail",
        path: "/report-schedules",
        table: "report_schedules",
        id: "schedule_id",
        most: 10,
        module: "report-schedules",
      },
      body: async () => ({
        ...{ reports: ["revenue"], every: "day", format: "pdf", language: "en", active: true },
        userIds: [(await call("GET", "/user")).body.userId],
      }),
    },
    {
      ...{
        what: "quiet times",
        path: "/maintenance-windows",
        table: "maintenance_windows",
        id: "window_id",
        most: 100,
      },
      body: (reason) => ({ siteIds: null, reason, fromMs: soonMs(), untilMs: soonMs() + 3_600_000 }),
    },
    {
      ...{ what: "site templates", path: "/site-templates", table: "site_templates", id: "template_id", most: 50 },
      body: async (name) => {
        const { siteId } = (await call("POST", "/sites", { name })).body.site;
        return { name, siteId };
      },
    },
  ];

  const there = makers.filter(({ module }) => module === undefined || !lacksModules(module));
  test.each(there)("of $what one is made, and the others are refused", async ({ path, table, id, most, body }) => {
    const first = await call("POST", path, await body("First"));
    expect(first.status, first.text).toBe(201);
    await hub.database().asPlatform("fill", (tx) =>
      sql`insert into ${sql.table(table)}
        select (jsonb_populate_record(null::${sql.table(table)}, to_jsonb(t)
          || jsonb_build_object(${id}::text, 'x' || n, case when ${id} = 'window_id' then 'reason' else 'name' end, 'n' || n))).*
        from (select * from ${sql.table(table)} where provider_id = ${mine.providerId}) t, generate_series(1, ${most - 2}) n`.execute(
        tx,
      ),
    );
    const bodies = await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => body(name)));
    const answers = await Promise.all(bodies.map((one) => call("POST", path, one)));
    const statuses = answers.map(({ status }) => status).sort((one, other) => one - other);
    expect(
      statuses.filter((status) => status === 201),
      JSON.stringify(answers.map((one) => one.body)),
    ).toHaveLength(1);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });

  test("of links for a site's device that are made at once one is good, and of two changes of its secrets the second goes on with those of the first", async () => {
    const { siteId } = (await call("POST", "/sites", { name: "Mlima" })).body.site;
    const { world, envelope } = hub;
    const { providerId } = mine;
    const make = () =>
      hub.database().asProvider(providerId, (tx) => createEnrolmentToken(world, tx, { providerId, siteId }));
    await Promise.all([make(), make(), make(), make()]);
    const unused = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx
          .selectFrom("enrolment_tokens")
          .select("tokenHash")
          .where("siteId", "=", siteId)
          .where("usedAtMs", "is", null)
          .execute(),
      );
    expect(unused).toHaveLength(1);

    const begin = async () => {
      let rotationId: string | undefined;
      await hub.database().asProvider(providerId, async (tx) => {
        await beginRotation({ world, envelope }, tx, { providerId, siteId }, { cause: "asked", serial: "S" });
        rotationId = (await readRotation(tx, siteId))?.rotationId;
      });
      return rotationId;
    };
    const begun = await Promise.all([begin(), begin(), begin()]);
    expect(new Set(begun).size).toBe(1);
  });

  test("an alarm rule that two people change at once keeps both changes, and quiet hours that two set at once are those of one", async () => {
    const to = { owners: true, userIds: [], push: true, phones: ["0712345678"], webhookIds: [] };
    const rule = { name: "Night", active: true, kinds: null, graveOnly: true, siteIds: null, afterMs: 0, wakes: true };
    const more = { tellsEnd: true, to, escalateAfterMs: null, escalateTo: null };
    const { ruleId } = (await call("POST", "/alarm-rules", { ...rule, ...more })).body;
    for (const round of [1, 2, 3, 4]) {
      const name = `Night ${round}`;
      const phones = [`071234567${round}`];
      const changes = [{ name }, { to: { ...to, phones } }, { afterMs: round }, { wakes: round % 2 === 0 }];
      await Promise.all(changes.map((change) => call("PATCH", `/alarm-rules/${ruleId}`, change)));
      const { body } = await call("GET", `/alarm-rules/${ruleId}`);
      expect(body).toMatchObject({
        name,
        afterMs: round,
        wakes: round % 2 === 0,
        to: { phones: [`25471234567${round}`] },
      });
    }
    const quiet = await Promise.all(
      [1, 2, 3, 4].map((hour) => call("PUT", "/alarm-quiet-hours", { fromMinute: hour * 60, untilMinute: 0 })),
    );
    expect(quiet.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  test("a mail server that two people set at once is the one of them, with its own password", async () => {
    const server = { port: 587, login: "post", fromAddress: "post@mine.test" };
    const set = (host: string) =>
      call("PUT", "/settings/mail-server", { ...server, host, password: `password of ${host}` });
    const answers = await Promise.all(["a.mine.test", "b.mine.test", "c.mine.test"].map(set));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    // Who kept the password saw another host than there is by now.
    for (const round of [1, 2, 3, 4]) {
      const { host } = (await call("GET", "/settings/mail-server")).body.server;
      const other = `new-${round}.mine.test`;
      await Promise.all([set(other), call("PUT", "/settings/mail-server", { ...server, host })]);
      const now = await hub
        .database()
        .asProvider(mine.providerId, (tx) => readOwnServer(tx, hub.envelope, mine.providerId));
      expect(now?.password).toBe(`password of ${now?.host}`);
    }
  });

  test("of two invoices one is asked for on a customer's phone, which would ring twice", async () => {
    const keys = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    await call("POST", "/channels", { ...keys, name: "Paybill", kind: "mpesa-paybill", shortcode: "600100" });
    const order = { customerName: "Juma", phone: "0712345678", lines: [{ text: "x", quantity: 2, unitCents: 1500 }] };
    const invoices = await Promise.all([1, 2, 3, 4].map(() => call("POST", "/invoices", order)));
    const answers = await Promise.all(
      invoices.map(({ body: { id } }) =>
        hub.call("POST", `/api/v1/invoices/${id}/prompt`, {
          ...{ token: mine.token, body: {}, headers: { "idempotency-key": `ask-${id}` } },
        }),
      ),
    );
    expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([
      200,
      ...["prompt-already-open", "prompt-already-open", "prompt-already-open"],
    ]);
  });
});
