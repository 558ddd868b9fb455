/**
 * Every alarm there is, told by a rule that leaves nothing out, and read on the page: with what it is, what to do, and a link to where. What lasts
 * begins with the facts that it is read from; what sites report comes in their journals. That these facts and reports come about by themselves
 * is tested beside what makes them: `channel-health`, `access-points`, `usual-hours`, `agent/src`.
 * What is not raised here: a slow database, a tunnel's interface, a spool that is stuck (`judge-parts.test.ts` judges those).
 */

import { processRow } from "@karibu/cloud/fleet/link/test-processes";
import { samplesOfModules } from "@karibu/cloud/modules/test-all-modules";
import { surePosterOf } from "@karibu/cloud/test-asking";
import { admin } from "@karibu/cloud/test-hub";
import { createTestIntake } from "@karibu/cloud/test-intake";
import { type AlarmKind, alarmKinds, type HubPartAlarm, type LastingAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import { unixMs } from "@karibu/protocol/quantities";
import { type RawBuilder, sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { chromiumPath, goTo, lookAt, settled, useConsole } from "./test-console.ts";

const patience = { timeout: 20_000, interval: 50 };
const hourMs = 3_600_000;
const nobody = { owners: false, userIds: [], phones: [], webhookIds: [] };

type NotRaised = "hub-database" | "hub-wireguard" | "hub-spool";
/** Of one part of the hub each. */
const ofHub: Readonly<Record<Exclude<HubPartAlarm, NotRaised>, RawBuilder<unknown> | null>> = {
  "hub-jobs": sql`insert into dead_jobs (job_id, name, queue, data, tries, created_at_ms, died_at_ms) values ('dead', 'x', 'x', '{}', 3, 1, 1)`,
  "hub-mail": sql`insert into mail_outbox (provider_id, mail_id, to_address, subject, body_sealed, state, created_at_ms)
    select 'platform', 'refused', 'x@mail.test', 'x', '', 'failed', (extract(epoch from now()) * 1000)::bigint`,
  "hub-channels": null, // those of the provider below
  "hub-agents": null,
  "hub-backup": null, // none was ever taken
  // Work that this hub has; it ran just now, and so does not run again.
  "hub-upkeep": sql`insert into upkeep_runs (name, every_ms, started_at_ms, failed)
    values ('purge-deleted-providers', 3600000, extract(epoch from now()) * 1000, true)
    on conflict (name) do update set failed = true, started_at_ms = excluded.started_at_ms`,
  "hub-subscriptions": sql`update providers set no_way_to_pay_at_ms = 1 where provider_id <> 'platform'`,
  "hub-processor": null, // of the options
  "hub-clock": null,
  "hub-disk": null,
};

const wordsOf = (what: "alarm" | "advice", kind: AlarmKind): string => alarmKinds[kind].en[what];
const kindsOf = (...by: readonly (typeof alarmKinds)[AlarmKind]["raisedBy"][]) =>
  (Object.keys(alarmKinds) as AlarmKind[]).filter((kind) => by.includes(alarmKinds[kind].raisedBy));

describe.skipIf(chromiumPath === null)("every alarm", () => {
  const console = useConsole({ freeBytes: 5e8, busyPercent: 97, clockAheadMs: 90_000 });
  let [token, providerId, ownerEmail] = ["", "", ""];
  const post = surePosterOf(console.hub, () => token);
  const run = (statement: RawBuilder<unknown>) =>
    console.hub.database().asPlatform("test", (tx) => statement.execute(tx));

  /** What lasts: how it begins, at one of two sites and two channels. */
  function conditionsOf(
    [away, here, other]: readonly string[],
    [refused, works]: readonly string[],
  ): Readonly<Record<LastingAlarm, RawBuilder<unknown>>> {
    const nowMs = console.hub.world.clock.wall().atMs;
    const of = sql`${providerId}`;
    return {
      "site-silent": sql`insert into site_links (provider_id, site_id, disconnected_at_ms) values (${of}, ${away}, ${nowMs - hourMs}::bigint)`,
      "site-disk-refuses": sql`insert into site_links (provider_id, site_id, process_id, link_id, connected_at_ms, disk, disk_since_ms)
        values (${of}, ${here}, 'p', 'l', 1, 'refuses', ${nowMs - hourMs}::bigint)`,
      "router-refuses-agent": sql`update site_links set router_standing = 'log-in', router_since_ms = ${nowMs - hourMs}::bigint where site_id = ${here}`,
      "device-waits": sql`insert into readmissions values (${of}, ${here}, 'r', 'k', 't', '::1', ${nowMs}::bigint, ${nowMs}::bigint)`,
      "channel-keys-refused": sql`update channels set keys_problem = 'wrong passkey' where channel_id = ${refused}`,
      "channel-initiator-refused": sql`update channels set initiator_code = '2001', initiator_problem = 'wrong password', initiator_stopped_at_ms = 1
        where channel_id = ${works}`,
      "channel-fails-customers": sql`insert into channel_troubles values (${of}, ${works}, 'fails-customers', 'short-code', '500.003', ${nowMs}::bigint)`,
      "channel-money-pending": sql`with entry as (insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms) values (${of}, 'e', 'test:e', 'receipt', 1)),
          postings as (insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            values (${of}, 'e', 1, 'clearing:c', 'KES', 5000), (${of}, 'e', 2, 'suspense', 'KES', -5000))
        insert into receipts (provider_id, receipt, rail, channel_id, amount_cents, currency, state, entry_id, plan_cents, credit_cents, suspense_cents, booked_at_ms)
        values (${of}, 'SJK0000001', 'mpesa', ${works}, 5000, 'KES', 'suspense', 'e', 0, 0, 5000, ${nowMs - 30 * hourMs}::bigint)`,
      "quota-reached-journal-bytes": sql`insert into quota_days values (${of}, 'journal-bytes', ${nowMs - (nowMs % (24 * hourMs))}::bigint, 9, 1)`,
      // The letters below are counted too, and an amount below the limit would end it.
      "quota-reached-mails": sql`insert into quota_days values (${of}, 'mails', ${nowMs - (nowMs % (24 * hourMs))}::bigint, 501, 1)`,
      "quota-reached-messages": sql`insert into quota_days values (${of}, 'messages', ${nowMs - (nowMs % (24 * hourMs))}::bigint, 9, 1)`,
      "site-without-log-ins": sql`insert into site_silences values (${of}, ${here}, ${nowMs}::bigint, 12)`,
      "access-point-down": sql`insert into site_access_points (provider_id, site_id, address, name, made_at_ms, state, since_ms)
        values (${of}, ${here}, '10.5.50.9', 'Roof', 1, 'down', ${nowMs}::bigint)`,
      "device-twice": sql`insert into devices_twice values (${of}, 'AA:BB:CC:00:00:01', ${here}, 's1', ${other}, 's2', ${nowMs}::bigint, ${nowMs}::bigint)`,
      "router-back-up-late": sql`with own as (insert into router_back_up_site_schedules values (${of}, ${here}, 'day', 1))
        update sites set created_at_ms = 1 where provider_id = ${of} and site_id = ${here}`,
      "refund-returned": sql`insert into refunds (provider_id, refund_id, channel_id, method, amount_cents, currency, reason, state, asked_by, idempotency_key, created_at_ms, changed_at_ms)
        values (${of}, 'r', ${works}, 'payout', 5000, 'KES', 'slow', 'returned', 'me', 'r', 1, ${nowMs}::bigint)`,
      "router-log": sql`with watched as (insert into router_log_watches values (${of}, true, '[]', 1)), asked as (
          insert into router_log_sites (provider_id, site_id, asked_at_ms, errors_since_ms) values (${of}, ${here}, ${nowMs}::bigint, ${nowMs}::bigint))
        insert into router_log_lines values (${of}, ${here}, 'k', 'error', 'system,error', 'fan failed', 1, '', ${nowMs}::bigint, ${nowMs}::bigint)`,
      "router-busy": sql`insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, cpu_percent, interfaces, received_at_ms)
        select ${of}, ${here}, 'e', h, ${nowMs}::bigint - h * ${hourMs}, 1, 12, case when h > 4 then 20 else 96 end, '[]', 1 from generate_series(1, 9) h`,
    };
  }

  beforeAll(async () => {
    ({ token, providerId, ownerEmail } = await console.hub.makeProvider("Kengele"));
    const sites: string[] = [];
    for (const name of ["Harbour", "Market", "School", "Clinic"]) {
      const { siteId } = (await post("/sites", { name })).site;
      await run(
        sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms) values (${providerId}, ${siteId}, ${name}, 1)`,
      );
      sites.push(siteId);
    }
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const channels: string[] = [];
    for (const shortcode of ["600100", "600200"])
      channels.push(
        (await post("/channels", { kind: "mpesa-paybill", environment: "sandbox", shortcode, ...keys })).id,
      );
    await run(processRow("p"));
    const conditions = conditionsOf(sites, channels);
    const at = { providerId, siteId: sites[1] as string, nowMs: console.hub.world.clock.wall().atMs, label: "kengele" };
    for (const make of samplesOfModules.flatMap(({ alarms = {} }) => Object.values(alarms))) await run(make(at));
    for (const [kind, statement] of Object.entries(conditions))
      await run(statement).catch((error: Error) => Promise.reject(new Error(`${kind}: ${error.message}`)));
    // All others come from sites, in their journals.
    const intake = createTestIntake(console.hub.world, console.hub.database(), async () => {}, console.hub);
    const atMs = unixMs(console.hub.world.clock.wall().atMs);
    const records = kindsOf("site").map((name, at) => ({
      kind: "alarm",
      name,
      fields: {},
      seq: at + 1,
      atMs,
      clock: "synced",
      upMs: 1,
    }));
    await intake.take(providerId, { siteId: sites[1], epoch: "e1", records } as never);
    for (const statement of Object.values(ofHub)) if (statement !== null) await run(statement);
  }, 60_000);

  test("[MSG-09] is told by a rule, and read on the page with what to do", async () => {
    await post("/alarm-rules", {
      ...{ name: "Everything", active: true, kinds: null, graveOnly: false, siteIds: null, afterMs: 0, wakes: true },
      ...{ tellsEnd: false, to: { ...nobody, owners: true }, escalateAfterMs: null, escalateTo: null },
    });
    // As if it had been there before them.
    await run(sql`update alert_rules set created_at_ms = 1 where provider_id = ${providerId}`);
    await console.hub.hub().alerts.look();
    // Grave ones are told by the provider's first rule too.
    const letters = () =>
      console.hub
        .letters()
        .filter(({ to, text }) => to === ownerEmail && text.includes("/#/alarms"))
        .map(({ text }) => text)
        .join("\n");
    await vi.waitFor(() => expect(letters()).toContain(wordsOf("alarm", "router-busy")), patience);
    const open = await console.open({ email: ownerEmail }, { hash: "#/alarms" });
    const kinds = kindsOf("site", "condition", "module");
    // Refused keys explain what fails because of them, and a silent site what lasts there: none of these is at the same place here.
    expect(kinds.filter((kind) => !letters().includes(wordsOf("alarm", kind)))).toEqual([]);
    expect(kinds.filter((kind) => !letters().includes(wordsOf("advice", kind)))).toEqual([]);
    await open.page.getByText(wordsOf("alarm", "site-silent")).first().waitFor();
    const more = open.page.getByRole("button", { name: "Show more" });
    while (await more.isVisible()) {
      await more.click();
      await settled(open.page);
    }
    for (const kind of kinds)
      for (const words of [wordsOf("alarm", kind), wordsOf("advice", kind)])
        await open.page.getByText(words).first().waitFor(patience);
    // An access point is told by its own name: its site may have thirty.
    expect(letters()).toContain("Roof (Market)");
    await open.page.getByText("Roof · 10.5.50.9").waitFor();
    await lookAt(open.page, "every-alarm");
    const links = await open.page
      .locator("alarms-page td a, alarms-page dd a")
      .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("href")))]);
    expect(new Set(links.map((href) => href?.split(/[/?]/)[1]))).toEqual(
      new Set(["sites", "channels", "webhooks", "settings", "refunds"]),
    );
    for (const page of ["sites", "channels", "webhooks", "settings"]) {
      await goTo(open.page, links.find((href) => href?.startsWith(`#/${page}`)) as string);
      await open.page.locator("main h1").first().waitFor();
      expect(await open.page.locator("main h1").first().textContent()).not.toBe("There is nothing at this address.");
    }
    expect(open.errors).toEqual([]);
  }, 60_000);

  test("[MSG-09] of the hub itself is told to the platform's people, and its parts are read on the page", async () => {
    await run(sql`update alert_rules set after_ms = 0, grave_only = false where provider_id = 'platform'`);
    await console.hub.hub().alerts.look();
    const toAdmin = () =>
      console.hub
        .letters()
        .filter(({ to }) => to === admin.email)
        .map(({ text }) => text)
        .join("\n");
    await vi.waitFor(() => expect(toAdmin()).toContain(wordsOf("alarm", "hub-processor")), patience);
    expect(
      (Object.keys(ofHub) as HubPartAlarm[]).filter((kind) => !toAdmin().includes(wordsOf("advice", kind))),
    ).toEqual([]);
    const { page, errors } = await console.open(
      { email: admin.email, password: admin.password },
      { hash: "#/platform" },
    );
    await page.getByText("97 % used in the last five minutes").waitFor();
    await page.getByText("Providers that owe and have no way to pay: 1").waitFor();
    await lookAt(page, "hub-parts");
    expect(errors).toEqual([]);
  }, 60_000);
});
