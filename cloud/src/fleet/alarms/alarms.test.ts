import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

const minuteMs = 60_000;

hubSuite("alarms", (hub) => {
  let provider: TestProvider;
  let siteId = "";
  let channelId = "";

  const list = async (query = "", token = provider.token) =>
    (await hub.call("GET", `/api/v1/alarms${query}`, { token })).body;
  const acknowledge = (id: string, token = provider.token) =>
    hub.call("POST", `/api/v1/alarms/${encodeURIComponent(id)}/acknowledge`, { token });
  const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    const { token, providerId } = provider;
    siteId = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Market square" } })).body.site.siteId;
    const keys = { shortcode: "600100", passkey: "pass", consumerKey: "key", consumerSecret: "secret" };
    const body = { kind: "mpesa-paybill", environment: "sandbox", name: "Paybill", ...keys };
    channelId = (await hub.call("POST", "/api/v1/channels", { token, body })).body.id;
    const now = Date.now();
    for (let seq = 1; seq <= 30; seq++)
      await run(sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
          values (${providerId}, ${siteId}, 'e1', ${seq}::bigint, ${seq % 10 === 0 ? "session-stays" : "guessing"}, '{"mac":"AA"}',
            ${now - seq * minuteMs}::bigint, ${now}::bigint)`);
  });

  test("the list is newest first, whole over its pages, and filtered by state, site, kind, severity and time", async () => {
    const seen: { id: string; atMs: number }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await list(`?limit=7${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(30);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(30);
    expect(seen.map(({ atMs }) => atMs)).toEqual(seen.map(({ atMs }) => atMs).toSorted((one, other) => other - one));
    const wrong = await list("?severity=wrong");
    expect(wrong.items).toHaveLength(3);
    expect(wrong.items[0]).toMatchObject({
      kind: "session-stays",
      state: "open",
      siteId,
      siteName: "Market square",
      fields: { mac: "AA" },
      acknowledgedAtMs: null,
    });
    expect((await list("?kind=guessing&limit=100")).items).toHaveLength(27);
    expect((await list("?siteId=other")).items).toEqual([]);
    expect((await list(`?fromMs=${Date.now() - 5.5 * minuteMs}`)).items).toHaveLength(5);
    expect((await list("?state=acknowledged")).items).toEqual([]);
  });

  test("[PAY-04] money that nothing has proved for more than a day is an alarm of its channel, until it is proved", async () => {
    const { providerId } = provider;
    const nowMs = hub.world.clock.wall().atMs;
    const book = (receipt: string, bookedAtMs: number) =>
      run(sql`with entry as (
            insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
            values (${providerId}, ${receipt}, ${receipt}, 'suspense', 1) returning entry_id
          ), postings as (
            insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            values (${providerId}, ${receipt}, 1, 'clearing:x', 'KES', 5000), (${providerId}, ${receipt}, 2, 'suspense', 'KES', -5000)
          )
          insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, suspense_cents,
            currency, entry_id, booked_at_ms, state, source)
          select ${providerId}, 'mpesa', ${receipt}, ${channelId}, 5000, 0, 0, 5000, 'KES', entry_id, ${bookedAtMs}::bigint,
            'suspense', 'c2b-confirmation' from entry`);
    const pending = async () => (await list("?kind=channel-money-pending")).items;
    await book("UKP0000001", nowMs - 23 * 60 * minuteMs);
    expect(await pending(), "less than a day is no alarm").toEqual([]);
    await book("UKP0000002", nowMs - 25 * 60 * minuteMs);
    expect(await pending()).toMatchObject([
      { severity: "wrong", channelId, channelName: "Paybill", fields: { count: 1, cents: 5000 } },
    ]);
    await run(sql`update receipts set corroborated = true, proved_by = 'statement' where receipt = 'UKP0000002'`);
    expect(await pending()).toEqual([]);
  });

  test("who acknowledges is named, the first one stays, the console is told, and it is in the audit log", async () => {
    const { id } = (await list("?limit=1")).items[0];
    const first = await acknowledge(id);
    expect(first.status).toBe(200);
    hub.moveClock(1000);
    expect((await acknowledge(id)).body).toEqual(first.body);
    const [seen] = (await list("?state=acknowledged")).items;
    expect(seen).toMatchObject({ id, state: "acknowledged", acknowledgedBy: expect.any(String) });
    expect((await list("?state=open&limit=100")).items).toHaveLength(29);
    const events = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("events").select(["topic", "id", "action"]).execute());
    expect(events).toContainEqual({ topic: "alarm", id, action: "acknowledged" });
    const audit = await hub.call("GET", `/api/v1/audit?target=${encodeURIComponent(id)}`, { token: provider.token });
    expect(audit.body.items[0].action).toBe("POST /api/v1/alarms/{id}/acknowledge");
  });

  test("that guessing at a site is over closes the alarm that it began", async () => {
    const { providerId } = provider;
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const alarm = (seq: number, name: string, atMs: number) =>
      ({ kind: "alarm", name, fields: { wrongTries: 100 }, seq, atMs, clock: "synced", upMs: 1 }) as never;
    const now = Date.now();
    const open = async () => (await list("?state=open&kind=guessing-at-site")).items.length;
    await intake.take(providerId, {
      siteId,
      epoch: "e9",
      records: [alarm(1, "guessing-at-site", now - 900_000)],
    } as never);
    expect(await open()).toBe(1);
    await intake.take(providerId, {
      siteId,
      epoch: "e9",
      records: [alarm(2, "guessing-at-site-over", now)],
    } as never);
    expect(await open()).toBe(0);
    // The agent's process ended meanwhile: nobody is left who says that it is over, and what lasts is raised again.
    const started = {
      kind: "agent-started",
      boot: 2,
      version: "1.0.0",
      seq: 4,
      atMs: now + 2,
      clock: "synced",
      upMs: 1,
    };
    for (const records of [[alarm(3, "guessing-at-site", now + 1)], [started, alarm(5, "guessing-at-site", now + 3)]])
      await intake.take(providerId, { siteId, epoch: "e9", records } as never);
    expect((await list("?state=open&kind=guessing-at-site")).items.map(({ atMs }: { atMs: number }) => atMs)).toEqual([
      now + 3,
    ]);
    // By a clock that went back meanwhile: what came first is over, and what came afterwards goes on.
    const back = [alarm(6, "guessing-at-site-over", now - 60_000), alarm(7, "guessing-at-site", now - 120_000)];
    await intake.take(providerId, { siteId, epoch: "e9", records: back } as never);
    expect((await list("?state=open&kind=guessing-at-site")).items.map(({ atMs }: { atMs: number }) => atMs)).toEqual([
      now - 120_000,
    ]);
    await run(sql`delete from alarms where epoch = 'e9'`);
  });

  test("a silent site and refused keys are alarms while they last; once acknowledged, only the next time is open again", async () => {
    const { providerId } = provider;
    await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
        values (${providerId}, ${siteId}, 'key', 1)`);
    const away = (sinceMs: number) =>
      run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${providerId}, ${siteId}, ${sinceMs}::bigint)
          on conflict (provider_id, site_id) do update set disconnected_at_ms = excluded.disconnected_at_ms`);
    const nowMs = hub.world.clock.wall().atMs;
    await away(nowMs - minuteMs);
    expect((await list("?kind=site-silent")).items, "a minute is no alarm").toEqual([]);
    await away(nowMs - 10 * minuteMs);
    await run(sql`update channels set keys_problem = 'wrong secret' where channel_id = ${channelId}`);
    const silent = (await list("?kind=site-silent")).items[0];
    expect(silent).toMatchObject({ severity: "wrong", siteName: "Market square", state: "open" });
    const keys = (await list("?kind=channel-keys-refused")).items[0];
    expect(keys).toMatchObject({ channelName: "Paybill", fields: { problem: "wrong secret" } });
    for (const { id } of [silent, keys]) expect((await acknowledge(id)).status).toBe(200);
    expect((await list("?kind=site-silent")).items[0].state).toBe("acknowledged");
    await away(nowMs - 7 * minuteMs);
    expect((await list("?kind=site-silent")).items[0].state, "it went away once more").toBe("open");
    await run(sql`update channels set keys_problem = null where channel_id = ${channelId}`);
    expect((await list("?kind=channel-keys-refused")).items).toEqual([]);
    expect((await acknowledge(keys.id)).status).toBe(404);
  });

  test("[MSG-09] a router that is busy all hour is an alarm since the first such hour, also where an hour came with a clock that was years ahead", async () => {
    const nowMs = hub.world.clock.wall().atMs;
    const hour = (seq: number, fromMs: number, percent: number) =>
      run(sql`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, cpu_percent, interfaces, received_at_ms)
          values (${provider.providerId}, ${siteId}, 'busy', ${seq}::bigint, ${fromMs}::bigint, 1, 12, ${percent}::bigint, '[]', 1)`);
    const busy = async () => (await list("?kind=router-busy")).items;
    const ago = (hours: number) => nowMs - hours * 60 * minuteMs;
    await hour(1, ago(3), 20);
    await hour(2, ago(2), 95);
    await hour(3, ago(1), 96);
    expect(await busy()).toMatchObject([{ severity: "notice", siteId, fields: { percent: 96 }, atMs: ago(2) }]);
    await hour(4, nowMs + 1000 * 24 * 60 * minuteMs, 5);
    expect(await busy()).toMatchObject([{ fields: { percent: 96 }, atMs: ago(2) }]);
    await run(sql`delete from router_figures where provider_id = ${provider.providerId} and seq < 4`);
    await run(sql`update router_figures set cpu_percent = 99 where provider_id = ${provider.providerId}`);
    expect(await busy()).toEqual([]);
  });

  test("a person who may not read channels hears nothing of them; who may not manage sites acknowledges nothing; another provider has none", async () => {
    await run(sql`update channels set keys_problem = 'wrong secret' where channel_id = ${channelId}`);
    const body = { email: "s@alpha.test", name: "Support", role: "support", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token: provider.token, body });
    const support = await hub.logIn(body.email, ownerPassword);
    expect((await list("?kind=channel-keys-refused", support)).items).toEqual([]);
    const [some] = (await list("?limit=1", support)).items;
    expect((await acknowledge(some.id, support)).status).toBe(403);
    const other = await hub.makeProvider("Beta");
    expect((await list("", other.token)).items).toEqual([]);
    for (const id of [some.id, `keys.${channelId}`, "site.x.y.z", "site", "nothing"])
      expect((await acknowledge(id, other.token)).status).toBe(404);
  });
});
