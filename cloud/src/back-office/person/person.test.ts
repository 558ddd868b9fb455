/** Somebody by phone number, over HTTP: who may read what of them, whose rows they are, and what their site says. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import { surePosterOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { readPersonRows } from "./read-person.ts";

hubSuite("somebody by phone number", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    const { token, providerId, siteId, planId } = kiosk;
    const post = surePosterOf(hub, () => token);
    const sell = async (phone: string) => (await kiosk.sell({ phone, pay: "cash" })).body.payment;
    const person = (phone: string, who = token) => kiosk.get(`/person?phone=${encodeURIComponent(phone)}`, who);
    /** A member of staff with these permissions alone. */
    const staff = async (permissions: readonly string[]) => (await kiosk.hireFor(permissions)).token;
    return { token, providerId, siteId, planId, post, sell, person, staff };
  }

  test("[CUS-09] who never registered is found in each way that the number is typed, with what they bought; a stranger is said to be one", async () => {
    const { siteId, sell, person } = await openShop("Alpha");
    const sold = await sell("0722000333");
    for (const typed of ["0722000333", "0722 000 333", "+254722000333"])
      expect((await person(typed)).body, typed).toMatchObject({
        phone: "254722000333",
        customer: null,
        verdict: { kind: "site-away", siteName: "Kiosk", remedy: { kind: "site", id: siteId }, isAsked: false },
        purchases: [{ kind: "payment", id: sold.id, state: "paid", codeEnd: sold.code.slice(-4) }],
        grants: [{ origin: "purchase", planName: "1 hour", startedAtMs: null }],
        devices: [],
        sessions: [],
      });
    expect((await person("0722000333")).text).not.toContain(sold.code);
    expect((await person("0722000334")).body).toMatchObject({ verdict: { kind: "nothing-known" }, purchases: [] });
    expect(await person("12")).toMatchObject({ status: 400 });
  });

  test("[CUS-09] [BEY-21] what staff paused is paused on its person's page when its end has passed; what was over before has ended", async () => {
    const { sell, person } = await openShop("Kappa");
    await sell("0722000555");
    const endMs = hub.world.clock.wall().atMs - 1000;
    const pausedAt = (atMs: number) =>
      hub.database().asPlatform("test", async (tx) => {
        await sql`insert into grant_changes (provider_id, site_id, grant_id, paused_at_ms, paused_reason, changed_at_ms)
            select provider_id, site_id, grant_id, ${atMs}::bigint, 'A quarrel', 1 from grant_starts where epoch = 'kappa'
            on conflict (provider_id, site_id, grant_id) do update set paused_at_ms = excluded.paused_at_ms`.execute(
          tx,
        );
      });
    await hub.database().asPlatform("test", async (tx) => {
      await sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          select provider_id, grant_id, site_id, 'purchase', plan_name, ${endMs - 3_600_000}::bigint, ${endMs}::bigint, 'kappa', 1, 1
          from grants join providers using (provider_id) where providers.name = 'Kappa'`.execute(tx);
    });
    await pausedAt(endMs - 1);
    expect((await person("0722000555")).body).toMatchObject({
      grants: [{ isPaused: true }],
      verdict: { kind: "site-away" },
    });
    await pausedAt(endMs);
    expect((await person("0722000555")).body).toMatchObject({
      grants: [{ isPaused: false }],
      verdict: { kind: "ended" },
    });
  });

  test("[CUS-09] another provider's person is a stranger", async () => {
    const [one, other] = [await openShop("Beta"), await openShop("Gamma")];
    await one.sell("0722000444");
    await one.post("/customers", { name: "Achieng", phone: "0722000444" });
    const { body } = await other.person("0722000444");
    expect(body).toMatchObject({ customer: null, verdict: { kind: "nothing-known" }, purchases: [], grants: [] });
    expect((await one.person("0722000444")).body.customer).toMatchObject({ name: "Achieng" });
  });

  test("[CUS-09] each part is for who may read it on its own page; the number is masked for who may not read customers", async () => {
    const { sell, person, post, staff } = await openShop("Delta");
    await sell("0722000555");
    await post("/customers", { name: "Achieng", phone: "0722000555" });
    const till = await person("0722000555", await staff(["payments.read"]));
    expect(till.body).toMatchObject({ phone: "2547***555", customer: null, verdict: null, grants: null });
    expect(till.body).toMatchObject({ devices: null, sessions: null, messages: null, tickets: null });
    expect(till.text).not.toContain("Achieng");
    expect((await person("0722000555", await staff(["plans.read"]))).status).toBe(403);
  });

  longTest("[CUS-09] an hour that ended, a customer who is suspended, a device that its site refused", async () => {
    const { token, providerId, siteId, sell, person, post, staff } = await openShop("Epsilon");
    const { grantId } = await sell("0722000666");
    const nowMs = hub.world.clock.wall().atMs;
    const site = { providerId, siteId, epoch: "e1", receivedAtMs: nowMs };
    const begin = (endsAtMs: number) =>
      hub.database().asPlatform("test", async (tx) => {
        await tx
          .insertInto("grant_starts")
          .values({
            ...site,
            grantId,
            seq: 1,
            origin: "purchase",
            planName: "1 hour",
            startedAtMs: nowMs - 5000,
            endsAtMs,
          })
          .onConflict((on) => on.columns(["providerId", "grantId", "siteId"]).doUpdateSet({ endsAtMs }))
          .execute();
      });
    await begin(nowMs - 1000);
    const verdict = async () => (await person("0722000666")).body.verdict;
    expect(await verdict()).toMatchObject({ kind: "ended", atMs: nowMs - 1000, remedy: { kind: "sell" } });
    await begin(nowMs + 3_600_000);
    await hub.database().asPlatform("test", async (tx) => {
      await tx
        .insertInto("sessions")
        .values({
          providerId,
          siteId,
          sessionKey: "s1",
          grantId,
          mac: "AA:BB:CC:00:00:01",
          startedAtMs: nowMs - 4000,
          stoppedAtMs: nowMs - 3000,
          receivedAtMs: nowMs,
        })
        .execute();
      const refused = {
        ...site,
        username: "…123",
        mac: "AA:BB:CC:00:00:01",
        nas: "hap",
        service: "hotspot",
        times: 1,
      } as const;
      await tx
        .insertInto("refused_log_ins")
        .values([
          { ...refused, seq: 2, atMs: nowMs + 1000, reason: "data-used" },
          // By a clock that is years ahead: nobody knows when that was.
          { ...refused, seq: 3, atMs: nowMs + 900 * 86_400_000, reason: "revoked" },
        ])
        .execute();
      const link = { providerId, siteId, processId: "elsewhere", connectedAtMs: nowMs };
      await tx
        .insertInto("site_links")
        .values(link)
        .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(link))
        .execute();
      const agent = { providerId, siteId, publicKey: "key", enrolledAtMs: nowMs };
      await tx.insertInto("agents").values(agent).execute();
    });
    const { body } = await person("0722000666");
    expect(body.devices).toEqual([{ mac: "AA:BB:CC:00:00:01", isOnline: false, lastAtMs: nowMs - 3000 }]);
    expect(body.sessions).toMatchObject([{ siteName: "Kiosk", stoppedAtMs: nowMs - 3000 }]);
    // Its link is another process's, which does not answer: what it refused last is what is known.
    expect(body.verdict).toMatchObject({
      kind: "refused",
      reason: "data-used",
      isAsked: false,
      remedy: { kind: "sell" },
    });
    const { customerId } = await post("/customers", { name: "Achieng", phone: "0722000666" });
    await hub.call("POST", `/api/v1/customers/${customerId}/deactivate`, { token });
    expect(await verdict()).toMatchObject({ kind: "suspended", remedy: { kind: "customer", id: customerId } });
    const till = await person("0722000666", await staff(["payments.read", "grants.read"]));
    expect(till.body.verdict).toMatchObject({ kind: "suspended", remedy: null });
    expect(till.text).not.toContain(customerId);
  });

  test("[CUS-09] a line that its site knows without a period was used when its sessions were", async () => {
    const { providerId, siteId, planId, post } = await openShop("Eta");
    const { customerId } = await post("/customers", { name: "Baraka", phone: "0722000888" });
    const { accountId } = await post("/accounts", { customerId, username: "baraka.home", planId, siteIds: [siteId] });
    const nowMs = hub.world.clock.wall().atMs;
    const grantId = `a.${accountId}`;
    const session = { providerId, siteId, sessionKey: "s1", grantId };
    const times = { startedAtMs: nowMs - 9000, stoppedAtMs: nowMs - 8000, receivedAtMs: nowMs };
    const { rights } = await hub.database().asProvider(providerId, async (tx) => {
      await tx
        .insertInto("sessions")
        .values({ ...session, ...times, mac: "AA:BB:CC:00:00:03" })
        .execute();
      const used = { day: "2026-10-01", inputBytes: 1, outputBytes: 1, onlineSeconds: 1 };
      await tx
        .insertInto("usage_days")
        .values({ ...session, ...used })
        .execute();
      const { phoneHash: party } = await tx.selectFrom("customers").select("phoneHash").executeTakeFirstOrThrow();
      return readPersonRows(tx, { log: hub.world.log, providerId, ticketsOf: null, party: party as Party, nowMs });
    });
    expect(rights).toMatchObject([{ grantId, startedAtMs: nowMs - 9000 }]);
  });

  test("[CUS-09] [SYS-10] of a line's customer no other customer's sessions are read, however many there are", async () => {
    const { providerId, siteId, planId, post } = await openShop("Zeta");
    const { customerId } = await post("/customers", { name: "Achieng", phone: "0722000777" });
    const line = { customerId, username: "achieng.home", planId, siteIds: [siteId] };
    const { accountId } = await post("/accounts", line);
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", async (tx) => {
      const begin = (key: string, grantId: string, stoppedAtMs: number | null, count: number) =>
        sql`insert into sessions (provider_id, site_id, session_key, grant_id, mac, started_at_ms, stopped_at_ms, received_at_ms)
            select ${providerId}::text, ${siteId}::text, ${key}::text || n, replace(${grantId}::text, '#', n::text), 'AA:BB:CC:00:00:02', ${nowMs - 9000}::bigint,
              ${stoppedAtMs}::bigint, ${nowMs}::bigint from generate_series(1, ${count}::int) n`.execute(tx);
      await begin("other", "a.other#.p1", nowMs - 8000, 3000);
      await begin("old", `a.${accountId}.p1`, nowMs - 7000, 1);
      await begin("open", `a.${accountId}.p2`, null, 1);
      await sql`insert into usage_days (provider_id, day, site_id, session_key, grant_id, input_bytes, output_bytes, online_seconds)
          select ${providerId}::text, '2026-10-01'::date, ${siteId}::text, session_key, grant_id, 1, 1, 1 from sessions
          where provider_id = ${providerId} and stopped_at_ms is not null`.execute(tx);
    });
    await hub.database().alone("write", (execute) => execute("analyze sessions, usage_days"));
    const { rows, sessionsRead } = await hub.database().asProvider(providerId, async (tx) => {
      const { phoneHash: party } = await tx.selectFrom("customers").select("phoneHash").executeTakeFirstOrThrow();
      // The server counts on from what this connection did before.
      const count = async () => {
        const counted = await sql<{
          count: number;
        }>`select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as count
            from pg_stat_xact_all_tables where relname like 'sessions%' or relname like 'usage_days%'`.execute(tx);
        return counted.rows[0]?.count ?? 0;
      };
      const before = await count();
      const rows = await readPersonRows(tx, {
        log: hub.world.log,
        providerId,
        ticketsOf: null,
        party: party as Party,
        nowMs,
      });
      return { rows, sessionsRead: (await count()) - before };
    });
    expect(rows.sessions.map((session) => session.grantId)).toEqual([`a.${accountId}.p2`, `a.${accountId}.p1`]);
    expect(sessionsRead).toBeLessThan(100);
  });
});
