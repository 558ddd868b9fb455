/** Alarms reach people: by mail and SMS, once, together, and by another way where one fails. */

import { alarmKinds } from "@karibu/protocol/alarms/alarm-kinds";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { findSilences, learnUsualHours } from "../../catalogue/usual-hours/learn-usual-hours.ts";
import { processRow } from "../../fleet/link/test-processes.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";

const minuteMs = 60_000;
const patience = { timeout: 20_000, interval: 20 };

engineSuite("alarms are told to people", (engine) => {
  const texts: string[] = [];
  let smsWorks = true;
  const hub = useHub(engine, {
    fromNoon: true,
    http: async (request) => {
      if (request.url.includes("africastalking")) {
        if (!smsWorks) return { status: 401, body: "The supplied authentication is invalid" };
        texts.push(new URLSearchParams(request.body).get("message") ?? "");
        const recipient = {
          statusCode: 101,
          status: "Success",
          number: "+254711000001",
          messageId: `m${texts.length}`,
          cost: "KES 0.8",
        };
        return {
          status: 201,
          body: JSON.stringify({ SMSMessageData: { Message: "Sent", Recipients: [recipient] } }),
        };
      }
      return { status: 200, body: "" };
    },
  });
  let provider: TestProvider;
  let token = "";
  const sites: string[] = [];
  const nowMs = () => hub.world.clock.wall().atMs;
  const run = (query: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => query.execute(tx));
  const api = async (method: string, path: string, body?: unknown, status = 200) => {
    const answer = await hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
    expect([path, answer.status, answer.text], answer.text).toEqual([path, status, answer.text]);
    return answer.body;
  };
  const letters = () =>
    hub.letters().filter(({ to, subject }) => to === provider.ownerEmail && !subject.includes("Confirm"));
  /** The owner has had one more letter since, of the site that is silent still. */
  const escalated = (before: number) =>
    vi.waitFor(() => {
      const since = letters().slice(before);
      expect(since.map(({ subject }) => subject)).toEqual(["Alpha: Still - The site is silent: Market"]);
    }, patience);
  const away = (siteId: string, sinceMs: number | null) =>
    run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${provider.providerId}, ${siteId}, ${sinceMs}::bigint)
        on conflict (provider_id, site_id) do update set disconnected_at_ms = excluded.disconnected_at_ms, process_id = null`);
  const back = (siteId: string) => run(sql`delete from site_links where site_id = ${siteId}`);
  const nothing = { owners: false, userIds: [], phones: [], webhookIds: [] };

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    token = provider.token;
    for (const name of ["Market", "Harbour", "School"]) {
      const { site } = await api("POST", "/sites", { name }, 201);
      sites.push(site.siteId);
      await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
          values (${provider.providerId}, ${site.siteId}, ${name}, 1)`);
    }
    // The provider is of today: its reports of the night are not.
    await run(sql`update providers set created_at_ms = 1 where provider_id = ${provider.providerId}`);
  });

  test("[MSG-06] [MSG-13] three sites that go away together are one letter to the owners, with the remedy and a link; it is written once, and one more when they are back", async () => {
    for (const siteId of sites) await away(siteId, nowMs() - 11 * minuteMs);
    await hub.hub().alerts.look();
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(letters()).toHaveLength(1), patience);
    const [letter] = letters();
    expect(letter?.subject).toBe("Alpha: Alarm - The site is silent: Harbour, Market, School");
    expect(letter?.text).toContain("Check power and internet at the router.");
    expect(letter?.text).toContain("http://hub.test/#/alarms");
    for (const siteId of sites) await back(siteId);
    expect(await hub.hub().alerts.look()).toBe(1);
    expect(await hub.hub().alerts.look()).toBe(0);
    await vi.waitFor(() => expect(letters()).toHaveLength(2), patience);
    expect(letters()[1]?.subject).toContain("Over");
    const { items } = await api("GET", "/alarm-notices");
    expect(items).toMatchObject([
      { what: "ended", way: "email", kinds: ["site-silent"] },
      {
        what: "begun",
        way: "email",
        state: "sent",
        siteNames: expect.arrayContaining(["Market", "Harbour", "School"]),
      },
    ]);
  });

  test("[MSG-06] alarms that were told and go on cost two transactions a look, however many providers have them", async () => {
    const others: string[] = [];
    const isSent = (ofToken: string) => async () =>
      expect((await hub.call("GET", "/api/v1/alarm-notices", { token: ofToken })).body.items).toMatchObject([
        { state: "sent" },
      ]);
    const sent: (() => Promise<void>)[] = [];
    for (const name of ["Beta", "Gamma"]) {
      const other = await hub.makeProvider(name);
      const { body } = await hub.call("POST", "/api/v1/sites", { token: other.token, body: { name: "Kiosk" } });
      const { siteId } = body.site;
      await run(sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
          values (${other.providerId}, ${siteId}, ${name}, 1)`);
      await run(sql`insert into site_links (provider_id, site_id, disconnected_at_ms)
          values (${other.providerId}, ${siteId}, ${nowMs() - 11 * minuteMs}::bigint)`);
      others.push(siteId);
      sent.push(isSent(other.token));
    }
    expect(await hub.hub().alerts.look()).toBe(2);
    for (const each of sent) await vi.waitFor(each, patience);
    const asProvider = vi.spyOn(hub.database(), "asProvider");
    const asPlatform = vi.spyOn(hub.database(), "asPlatform");
    expect(await hub.hub().alerts.look()).toBe(0);
    const asked = {
      asProvider: asProvider.mock.calls.length,
      asAlarms: asPlatform.mock.calls.filter(([why]) => why === "alarms").length,
    };
    vi.restoreAllMocks();
    expect(asked).toEqual({ asProvider: 0, asAlarms: 2 });
    for (const siteId of others) await back(siteId);
    expect(await hub.hub().alerts.look()).toBe(2);
  });

  test("[MSG-06] a rule tells a phone, whose number those alone see who may change rules", async () => {
    await api("POST", "/message-senders", { kind: "africastalking", name: "AT", username: "shop", apiKey: "key" }, 201);
    const rule = await api(
      "POST",
      "/alarm-rules",
      {
        name: "Night watch",
        active: true,
        kinds: ["site-silent"],
        graveOnly: true,
        siteIds: [sites[0]],
        afterMs: 5 * minuteMs,
        wakes: true,
        tellsEnd: false,
        to: { ...nothing, phones: ["0711 000 001"] },
        escalateAfterMs: 30 * minuteMs,
        escalateTo: { ...nothing, owners: true },
      },
      201,
    );
    expect(rule.to.phones).toEqual(["254711000001"]);
    const reader = { email: "reader@alpha.test", name: "Reader", role: "read-only", password: "some-long-password" };
    await api("POST", "/users", reader, 201);
    const reads = { token: await hub.logIn(reader.email, reader.password) };
    const [shown, all] = [
      await hub.call("GET", `/api/v1/alarm-rules/${rule.ruleId}`, reads),
      await hub.call("GET", "/api/v1/alarm-rules", reads),
    ];
    expect(shown.body.to.phones).toEqual(["2547***001"]);
    expect(all.text).not.toContain("254711000001");
    await away(sites[0] as string, nowMs() - 6 * minuteMs);
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(texts).toEqual(["Alpha Alarm. The site is silent: Market."]), patience);
  });

  test("[MSG-09] what nobody takes care of is escalated to others, once; who takes care of it stops that", async () => {
    const before = letters().length;
    await run(sql`update alerts set told_at_ms = told_at_ms - ${31 * minuteMs} where ended_at_ms is null`);
    await hub.hub().alerts.look();
    await hub.hub().alerts.look();
    await escalated(before);
    await back(sites[0] as string);
    await hub.hub().alerts.look();
  });

  test("[MSG-09] where the only way fails, the owners hear of it at once by e-mail", async () => {
    smsWorks = false;
    const before = letters().length;
    await away(sites[0] as string, nowMs() - 6 * minuteMs);
    await hub.hub().alerts.look();
    const failed = async () =>
      (await api("GET", "/alarm-notices?limit=1")).items.map(
        ({ way, state }: { way: string; state: string }) => `${way} ${state}`,
      );
    await run(sql`update messages set state = 'failed' where template = 'alarm' and state = 'waiting'`);
    expect(await failed()).toEqual(["sms failed"]);
    await hub.hub().alerts.look();
    await escalated(before);
    await back(sites[0] as string);
    await hub.hub().alerts.look();
  });

  test("[MSG-13] in a maintenance window, and in quiet hours, nobody is told; a window ends by itself", async () => {
    const { windowId } = await api(
      "POST",
      "/maintenance-windows",
      { siteIds: null, reason: "New mast", fromMs: nowMs() - 1, untilMs: nowMs() + 3_600_000 },
      201,
    );
    await away(sites[1] as string, nowMs() - 20 * minuteMs);
    expect(await hub.hub().alerts.look()).toBe(0);
    await api("DELETE", `/maintenance-windows/${windowId}`, undefined, 204);
    await api("PUT", "/alarm-quiet-hours", { fromMinute: 0, untilMinute: 1439 });
    expect(await hub.hub().alerts.look()).toBe(0);
    await api("PUT", "/alarm-quiet-hours", { fromMinute: null, untilMinute: null });
    expect(await hub.hub().alerts.look()).toBe(1);
    await back(sites[1] as string);
    await hub.hub().alerts.look();
  });

  const report = (siteId: string, name: string, { agoMs, atMs }: { agoMs: number; atMs?: number }, count = 1) =>
    run(sql`insert into alarms (provider_id, site_id, epoch, seq, name, fields, at_ms, received_at_ms)
        select ${provider.providerId}, ${siteId}, ${`e${agoMs}`}, n, ${name}, '{}', ${atMs ?? nowMs() - agoMs}::bigint,
          ${nowMs() - agoMs}::bigint from generate_series(1, ${count}) n`);

  test("[MSG-13] what a site reported in the night is told in the morning, once, also what its clock dates years ahead, and beside a thousand of another kind", async () => {
    const told = () => letters().filter(({ text }) => text.includes(alarmKinds["session-stays"].en.alarm));
    await report(sites[0] as string, "session-stays", { agoMs: 8 * 60 * minuteMs });
    await report(sites[1] as string, "session-stays", {
      agoMs: 7 * 60 * minuteMs,
      atMs: nowMs() + 1000 * 86_400_000,
    });
    await report(sites[1] as string, "board-memory-low", { agoMs: 2 * 60 * minuteMs }, 1001);
    await api("PUT", "/alarm-quiet-hours", { fromMinute: 0, untilMinute: 1439 });
    expect(await hub.hub().alerts.look()).toBe(0);
    await api("PUT", "/alarm-quiet-hours", { fromMinute: null, untilMinute: null });
    expect(await hub.hub().alerts.look()).toBe(1);
    expect(await hub.hub().alerts.look()).toBe(0);
    await vi.waitFor(() => expect(told()).toHaveLength(1), patience);
    for (const name of ["Market", "Harbour", alarmKinds["board-memory-low"].en.alarm])
      expect(told()[0]?.text).toContain(name);
    await run(sql`delete from alarms`);
  });

  test("[MSG-13] what a site reported before somebody worked there is told, whatever it reported meanwhile", async () => {
    const told = () => letters().filter(({ text }) => text.includes(alarmKinds["session-stays"].en.alarm));
    const before = told().length;
    await report(sites[2] as string, "session-stays", { agoMs: 180 * minuteMs });
    await report(sites[2] as string, "session-stays", { agoMs: 90 * minuteMs });
    const windowOf = (siteIds: string[]) =>
      run(sql`insert into maintenance_windows (provider_id, window_id, site_ids, reason, from_ms, until_ms, made_by, created_at_ms)
          values (${provider.providerId}, ${`w${siteIds[0]}`}, ${JSON.stringify(siteIds)}::text::jsonb, 'mast', ${nowMs() - 120 * minuteMs}::bigint,
            ${nowMs() - 60 * minuteMs}::bigint, 'me', 1)`);
    await windowOf([sites[1] as string, sites[2] as string]);
    expect(await hub.hub().alerts.look()).toBe(1);
    await vi.waitFor(() => expect(told()).toHaveLength(before + 1), patience);
    expect(told().at(-1)?.subject).toContain("School");
    await run(sql`delete from alarms`);
    await run(sql`delete from maintenance_windows`);
  });

  test("[MSG-09] what a site reported once, and whose every notice failed, reaches the owners by e-mail", async () => {
    smsWorks = false;
    const rule = await api(
      "POST",
      "/alarm-rules",
      {
        ...{ name: "By text", active: true, kinds: ["stick-wears"], graveOnly: false, siteIds: null, afterMs: 0 },
        ...{ wakes: true, tellsEnd: false, escalateAfterMs: null, escalateTo: null },
        to: { ...nothing, phones: ["0711 000 001"] },
      },
      201,
    );
    await api("PATCH", "/alarm-rules/first", { active: false });
    const before = letters().length;
    await report(sites[2] as string, "stick-wears", { agoMs: 60 * minuteMs });
    expect(await hub.hub().alerts.look(), "before the rule was made").toBe(0);
    await report(sites[2] as string, "stick-wears", { agoMs: 0 });
    expect(await hub.hub().alerts.look()).toBe(1);
    await run(sql`update messages set state = 'failed' where template = 'alarm' and state = 'waiting'`);
    expect(await hub.hub().alerts.look()).toBe(1);
    expect(await hub.hub().alerts.look()).toBe(0);
    await vi.waitFor(() => expect(letters()).toHaveLength(before + 1), patience);
    expect(letters().at(-1)?.subject).toContain("School");
    await api("DELETE", `/alarm-rules/${rule.ruleId}`, undefined, 204);
    await api("PATCH", "/alarm-rules/first", { active: true });
    await run(sql`delete from alarms`);
  });

  test("[MSG-09] of very many alerts those that last are looked at first: what has ended long ago is found to have", async () => {
    await run(sql`insert into alerts (provider_id, alert_id, rule_id, cause, alarm_id, kind, severity, fields, began_at_ms, told_at_ms, ended_at_ms)
        select ${provider.providerId}, 'over' || n, 'first', 'over' || n, 'over' || n, 'site-silent', 'wrong', '{}',
          ${nowMs() - 1000}::bigint, ${nowMs() - 1000}::bigint, ${nowMs()}::bigint from generate_series(1, 5001) n`);
    await run(sql`insert into alerts (provider_id, alert_id, rule_id, cause, alarm_id, kind, severity, fields, began_at_ms, told_at_ms)
        values (${provider.providerId}, 'open', 'first', 'open', 'open', 'site-silent', 'wrong', '{}', 1, 1)`);
    await hub.hub().alerts.look();
    const open = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("alerts").select("endedAtMs").where("alertId", "=", "open").executeTakeFirst(),
      );
    expect(open?.endedAtMs).not.toBeNull();
    await run(sql`delete from alerts where alert_id like 'o%'`);
  });

  test("[BEY-18] a connected site where nobody logs in at its busy hour is an alarm until somebody does; a site that is away is none", async () => {
    const { siteId } = (await api("POST", "/sites", { name: "Stadium" }, 201)).site;
    const now = nowMs();
    await run(processRow("p"));
    await run(sql`insert into site_links (provider_id, site_id, process_id, connected_at_ms)
        values (${provider.providerId}, ${siteId}, 'p', 1)`);
    await run(sql`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
        select ${provider.providerId}, ${siteId}, 's' || n, ${now}::bigint - n::bigint * 300000, ${now}::bigint
        from generate_series(24, 8000) n`);
    await learnUsualHours(hub.world, hub.database());
    const silent = async () => (await api("GET", "/alarms?kind=site-without-log-ins")).items;
    // One of a clock that was years ahead says nothing of now.
    await run(sql`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
        values (${provider.providerId}, ${siteId}, 'ahead', ${now + 1000 * 86_400_000}::bigint, 1)`);
    await findSilences(hub.world, hub.database());
    expect(await silent()).toMatchObject([{ siteId, severity: "notice", fields: { expected: expect.any(Number) } }]);
    await run(sql`update site_links set process_id = null where site_id = ${siteId}`);
    await findSilences(hub.world, hub.database());
    expect(await silent()).toEqual([]);
    await run(sql`update site_links set process_id = 'p' where site_id = ${siteId}`);
    await run(sql`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
        values (${provider.providerId}, ${siteId}, 'now', ${now - minuteMs}::bigint, 1)`);
    await findSilences(hub.world, hub.database());
    expect(await silent()).toEqual([]);
    await run(sql`delete from site_links where site_id = ${siteId}`);
  });

  test("a test of a rule tells its people and makes no alarm; the first rule can't be removed; fields are checked by name", async () => {
    const before = letters().length;
    expect(await api("POST", "/alarm-rules/first/test", undefined, 202)).toEqual({ messages: 1 });
    await vi.waitFor(() => expect(letters()).toHaveLength(before + 1), patience);
    expect(letters().at(-1)?.subject).toBe("Alpha: A test of your alarms");
    await api("DELETE", "/alarm-rules/first", undefined, 409);
    const [first] = (await api("GET", "/alarm-rules")).items;
    const { ruleId: _, isFirst: __, createdAtMs: ___, ...fields } = first;
    const bad = await api("POST", "/alarm-rules", { ...fields, siteIds: ["nowhere"] }, 400);
    expect(bad).toMatchObject({ field: "siteIds", value: "nowhere" });
    const phone = await api("POST", "/alarm-rules", { ...fields, to: { ...fields.to, phones: ["12345678"] } }, 400);
    expect(phone).toMatchObject({ code: "bad-phone", field: "to.phones" });
  });

  test("[MSG-09] what is wrong with the hub itself is told to the platform's people, and to nobody else", async () => {
    const adminLetters = () => hub.letters().filter(({ to }) => to === "admin@karibu.test");
    await run(sql`insert into mail_outbox (provider_id, mail_id, to_address, subject, body_sealed, state, tries, created_at_ms)
        values ('platform', 'x1', 'nobody@karibu.test', 'x', '', 'failed', 8, ${nowMs()}::bigint)`);
    const admin = await hub.adminToken();
    const rule = (await hub.call("GET", "/api/v1/alarm-rules", { token: admin })).body.items[0];
    expect(rule).toMatchObject({ isFirst: true });
    await hub.call("PATCH", "/api/v1/alarm-rules/first", {
      token: admin,
      body: { graveOnly: false, afterMs: 0, kinds: ["hub-mail"] },
    });
    const before = letters().length;
    await hub.hub().alerts.look();
    await vi.waitFor(() => expect(adminLetters().at(-1)?.subject).toContain("Alarm - "), patience);
    expect(letters()).toHaveLength(before);
  });
});
