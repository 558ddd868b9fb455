/**
 * Looks at every provider's alarms a few times a minute and tells people what the rules say. One process of the hub looks at a time. What is
 * told, and that it was told, are one transaction, so that a crash tells nobody twice and forgets nobody.
 *
 * Heard   Where everything that told of an alarm failed, it is escalated at once: to the rule's next people, else to the owners by e-mail.
 */

import type { HubPartAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import { newId } from "@karibu/protocol/identifiers";
import type { Timer } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { askedOften } from "../../ground/db/asked-often.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import type { HubPart } from "../health/judge-parts.ts";
import type { Alarm, Alert } from "./alert-policy.ts";
import { causeOf, judgeRule } from "./alert-policy.ts";
import type { AlertRules, Recipients, StoredRule } from "./alert-rules.ts";
import { whereOf } from "./alert-text.ts";
import { deliveredSql } from "./notice-outcome.ts";
import { haveAlarms, lateMsMax, readAlarms, receivedMsMax } from "./read-alarms.ts";
import { type TellParts, type TellProvider, tell } from "./tell.ts";

export interface AlertWorkParts extends TellParts {
  readonly database: Database;
  readonly rules: AlertRules;
  readonly lasting: AlarmSources;
  readonly emit: Emit;
  /** What is wrong with the hub itself now, for the platform's own people. */
  readonly hubTroubles: () => Promise<readonly HubTrouble[]>;
  /** Where another process looks: what takes minutes to know must be known when it is this one's turn. */
  readonly observe: () => void;
}

/** A part of the hub (`health/judge-parts.ts`) that is not well. */
export interface HubTrouble {
  readonly part: HubPart;
  /** Whose alarm it is; left out: the whole hub's. */
  readonly machine?: string;
  readonly severity: Alarm["severity"];
  readonly fields: Alarm["fields"];
}

export interface AlertWork {
  start(): void;
  stop(): void;
  /** Looks now, whoever looked last; for tests and the simulation. Returns how many messages were written. */
  look(): Promise<number>;
}

const platformId = "platform";
const lookEveryMs = 15_000;
/** Alerts that are over are kept in mind for what must not be told again: for as long as it is read. */
const rememberedMs = receivedMsMax;
/** So often, and at a process's first look, providers are found by all reports that are still read, and by the last hour's in between. */
const lookBackEveryMs = 5 * 60_000;
const lookBackMs = 3_600_000;
const owners: Recipients = { owners: true, userIds: [], push: true, phones: [], webhookIds: [] };

export function createAlertWork(parts: AlertWorkParts): AlertWork {
  const { world, database, rules, emit, hubTroubles } = parts;
  let timer: Timer | null = null;
  let isStopped = true;
  let looksBackAtMs = Number.NEGATIVE_INFINITY;
  /** When this process first saw each trouble of the hub. What was told keeps the time that was told. */
  const firstSeen = new Map<string, number>();

  /** False: another process looked just now. */
  async function isMine(tx: Tx): Promise<boolean> {
    const nowMs = world.clock.wall().atMs;
    const { rows } = await sql`insert into alert_looks (looked_at_ms) values (${nowMs}::bigint)
      on conflict (only_one) do update set looked_at_ms = excluded.looked_at_ms
      where alert_looks.looked_at_ms <= ${nowMs - lookEveryMs / 2}::bigint or alert_looks.looked_at_ms > ${nowMs}::bigint
      returning looked_at_ms`.execute(tx);
    return rows.length === 1;
  }

  /** Those with an alarm, or with one that was told and is not over: found by one statement. The hub's own stand with the platform. */
  async function readConcerned(tx: Tx, receivedMs: number): Promise<readonly TellProvider[]> {
    const nowMs = world.clock.wall().atMs;
    const isConcerned = concernedBy(parts.lasting, { nowMs, receivedAtMs: nowMs - receivedMs });
    return readProviders(tx, sql<boolean>`(provider_id = ${platformId} or ${isConcerned})`);
  }

  async function look(): Promise<number> {
    return judge(await database.asPlatform("alarms", (tx) => readConcerned(tx, receivedMsMax)));
  }

  /** In its turn; 0 also where it was another process's. What can't be narrowed down is looked at whole: nobody's alarms wait for another's. */
  async function lookInTurn(): Promise<number> {
    const concerned = await database
      .asPlatform("alarms", async (tx) => {
        if (!(await isMine(tx))) return null;
        if (world.clock.monotonicMs() < looksBackAtMs) return readConcerned(tx, lookBackMs);
        looksBackAtMs = world.clock.monotonicMs() + lookBackEveryMs;
        return readConcerned(tx, receivedMsMax);
      })
      .catch((error: Error) => {
        world.log.error("alarms-not-narrowed", { message: error.message });
        return database.asPlatform("alarms", (tx) => readProviders(tx, sql<boolean>`true`));
      });
    if (concerned !== null) return judge(concerned);
    parts.observe();
    return 0;
  }

  async function judge(providers: readonly TellProvider[]): Promise<number> {
    let count = 0;
    for (const provider of providers)
      count += await lookAt(provider).catch((error: Error) => {
        world.log.error("alarms-not-told", { providerId: provider.providerId, message: error.message });
        return 0;
      });
    return count;
  }

  async function lookAt(provider: TellProvider): Promise<number> {
    const { providerId } = provider;
    const troubles = providerId === platformId ? await hubTroubles() : [];
    return database.asProvider(providerId, async (tx) => {
      const nowMs = world.clock.wall().atMs;
      const told = await readAlerts(tx, providerId, nowMs);
      const alarms = [
        ...(await readAlarms(tx, parts.lasting, { providerId, nowMs })),
        ...alarmsOfHub(troubles, told, nowMs),
      ];
      if (alarms.length === 0 && told.every(({ endedAtMs }) => endedAtMs !== null)) return 0;
      const at = { nowMs, ...(await readTimes(tx, provider, nowMs)) };
      let names: ReadonlyMap<string, string> | null = null;
      let count = 0;
      for (const rule of await rules.read(tx, providerId)) {
        const own = told.filter(({ ruleId }) => ruleId === rule.ruleId);
        if (!rule.active) {
          const open = own.filter(({ endedAtMs }) => endedAtMs === null);
          await setTime(tx, providerId, open, { column: "ended_at_ms", nowMs });
          continue;
        }
        const steps = judgeRule(rule, alarms, own, at);
        const over = new Set(steps.end.map(({ alertId }) => alertId));
        const late = new Set(steps.escalate.map(({ alertId }) => alertId));
        // What happened once has no end at which it would be too late.
        const isUnheard = (alert: ToldAlert) =>
          alert.isUnheard &&
          alert.escalatedAtMs === null &&
          (!alert.lasts || (alert.endedAtMs === null && !over.has(alert.alertId)));
        const toOthers = own.filter((alert) => late.has(alert.alertId) || isUnheard(alert));
        const begun = await begin(tx, providerId, rule, steps.begin, nowMs);
        const nowEnded = await setTime(tx, providerId, steps.end, { column: "ended_at_ms", nowMs });
        const nowEscalated = await setTime(tx, providerId, toOthers, { column: "escalated_at_ms", nowMs });
        const escalated = own.filter(({ alertId }) => nowEscalated.has(alertId));
        const ended = own.filter((alert) => nowEnded.has(alert.alertId) && rule.tellsEnd && !alert.isUnheard);
        for (const [what, alerts, to] of [
          ["begun", begun, rule.to],
          ["escalated", escalated, rule.escalateTo ?? owners],
          ["ended", ended, rule.to],
        ] as const) {
          if (alerts.length === 0) continue;
          names ??= await namesOf(tx, providerId);
          const nameOf = ({ siteId, channelId }: ToldAlert) => names?.get(siteId ?? channelId ?? "") ?? null;
          const named = alerts.map((alert) => ({ ...alert, where: whereOf(alert, nameOf(alert)) }));
          count += await tell(parts, tx, provider, { to, telling: { what, alerts: named } });
        }
        if (begun.length + escalated.length + nowEnded.size > 0)
          await emit(tx, providerId, { topic: "alarm", id: rule.ruleId, action: "told" });
      }
      return count;
    });
  }

  function alarmsOfHub(troubles: readonly HubTrouble[], told: readonly ToldAlert[], nowMs: number): Alarm[] {
    const idOf = ({ part, machine }: HubTrouble) => (machine === undefined ? `hub.${part}` : `hub.${part}.${machine}`);
    for (const alarmId of firstSeen.keys())
      if (!troubles.some((trouble) => idOf(trouble) === alarmId)) firstSeen.delete(alarmId);
    return troubles.map((trouble) => {
      const alarmId = idOf(trouble);
      const open = told.find(({ cause, endedAtMs }) => cause === alarmId && endedAtMs === null);
      const sinceMs = open?.beganAtMs ?? firstSeen.get(alarmId) ?? nowMs;
      firstSeen.set(alarmId, sinceMs);
      const { severity, fields } = trouble;
      const kind: HubPartAlarm = `hub-${trouble.part}`;
      return {
        alarmId,
        kind,
        severity,
        siteId: null,
        channelId: null,
        fields,
        sinceMs,
        isAcknowledged: false,
        lasts: true,
      };
    });
  }

  async function begin(
    tx: Tx,
    providerId: string,
    rule: StoredRule,
    alarms: readonly Alarm[],
    nowMs: number,
  ): Promise<readonly ToldAlert[]> {
    const begun: ToldAlert[] = [];
    for (const alarm of alarms) {
      const row = await tx
        .insertInto("alerts")
        .values({
          provider_id: providerId,
          alert_id: newId(world),
          rule_id: rule.ruleId,
          cause: causeOf(alarm),
          alarm_id: alarm.alarmId,
          kind: alarm.kind,
          severity: alarm.severity,
          site_id: alarm.siteId,
          channel_id: alarm.channelId,
          fields: json(alarm.fields),
          began_at_ms: alarm.sinceMs,
          told_at_ms: nowMs,
          escalated_at_ms: null,
          ended_at_ms: alarm.lasts ? null : nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("alert_id")
        .executeTakeFirst();
      if (row !== undefined)
        begun.push({
          alertId: row.alert_id,
          ruleId: rule.ruleId,
          cause: causeOf(alarm),
          kind: alarm.kind,
          siteId: alarm.siteId,
          channelId: alarm.channelId,
          fields: alarm.fields,
          beganAtMs: alarm.sinceMs,
          toldAtMs: nowMs,
          escalatedAtMs: null,
          endedAtMs: alarm.lasts ? null : nowMs,
          lasts: alarm.lasts,
          isUnheard: false,
        });
    }
    return begun;
  }

  return {
    look,
    start() {
      isStopped = false;
      const again = () => {
        if (isStopped) return;
        timer = world.clock.after(lookEveryMs, () => {
          lookInTurn()
            .catch((error: Error) => world.log.error("alarms-not-looked-at", { message: error.message }))
            .finally(again);
        });
      };
      again();
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

async function readProviders(tx: Tx, where: RawBuilder<boolean>): Promise<readonly TellProvider[]> {
  const { rows } = await sql<TellProvider>`${askedOften}
    select provider_id as "providerId", name, locale, utc_offset_minutes as "utcOffsetMinutes"
    from providers where state = 'active' and ${where}`.execute(tx);
  return rows;
}

/** Has this provider alarms, or what was told and lasts? */
const concernedBy = (
  lasting: AlarmSources,
  times: { readonly nowMs: number; readonly receivedAtMs: number },
) => sql<boolean>`(
  exists (select from alerts where alerts.provider_id = providers.provider_id and alerts.ended_at_ms is null)
  or ${haveAlarms(lasting, { providerId: sql<string>`providers.provider_id`, ...times })})`;

interface ToldAlert extends Alert {
  readonly ruleId: string;
  readonly siteId: string | null;
  readonly channelId: string | null;
  readonly fields: Alarm["fields"];
  readonly lasts: boolean;
  /** Everything that told of it failed. */
  readonly isUnheard: boolean;
}

async function readAlerts(tx: Tx, providerId: string, nowMs: number): Promise<ToldAlert[]> {
  const { rows } = await sql<{
    alert_id: string;
    rule_id: string;
    cause: string;
    alarm_id: string;
    kind: string;
    site_id: string | null;
    channel_id: string | null;
    fields: Alarm["fields"];
    began_at_ms: number;
    told_at_ms: number;
    escalated_at_ms: number | null;
    ended_at_ms: number | null;
    unheard: boolean | null;
  }>`${askedOften}
    select a.*, (
      select bool_and((${deliveredSql}) = 'failed')
      from alert_notice_causes c
      join alert_notices n on n.provider_id = c.provider_id and n.notice_id = c.notice_id
      where c.provider_id = a.provider_id and c.alert_id = a.alert_id
    ) as unheard
    from alerts a
    where a.provider_id = ${providerId} and (a.ended_at_ms is null or a.told_at_ms > ${nowMs - rememberedMs}::bigint)
    order by a.ended_at_ms is not null, a.told_at_ms desc limit 5000`.execute(tx);
  return rows.map((row) => ({
    alertId: row.alert_id,
    ruleId: row.rule_id,
    cause: row.cause,
    kind: row.kind,
    siteId: row.site_id,
    channelId: row.channel_id,
    fields: row.fields,
    beganAtMs: row.began_at_ms,
    toldAtMs: row.told_at_ms,
    escalatedAtMs: row.escalated_at_ms,
    endedAtMs: row.ended_at_ms,
    // What happened once is over as it is told.
    lasts: row.ended_at_ms !== row.told_at_ms,
    // No notice at all (nobody to tell) is unheard too.
    isUnheard: row.unheard ?? true,
  }));
}

async function readTimes(tx: Tx, { providerId, utcOffsetMinutes }: TellProvider, nowMs: number) {
  const windows = await tx
    .selectFrom("maintenance_windows")
    .select(["site_ids", "from_ms", "until_ms"])
    .where("provider_id", "=", providerId)
    .where("from_ms", "<=", nowMs)
    .where("until_ms", ">", nowMs - receivedMsMax - lateMsMax)
    .execute();
  const quiet = await tx
    .selectFrom("alert_quiet_hours")
    .select(["from_minute", "until_minute"])
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  return {
    windows: windows.map((row) => ({ siteIds: row.site_ids, fromMs: row.from_ms, untilMs: row.until_ms })),
    quiet:
      quiet === undefined ? null : { fromMinute: quiet.from_minute, untilMinute: quiet.until_minute, utcOffsetMinutes },
  };
}

async function namesOf(tx: Tx, providerId: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ id: string; name: string }>`
    select site_id as id, name from sites where provider_id = ${providerId}
    union all select channel_id, name from channels where provider_id = ${providerId}`.execute(tx);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The ids of those that changed now: another process may have been first. */
async function setTime(
  tx: Tx,
  providerId: string,
  alerts: readonly Alert[],
  { column, nowMs }: { readonly column: "ended_at_ms" | "escalated_at_ms"; readonly nowMs: number },
): Promise<ReadonlySet<string>> {
  if (alerts.length === 0) return new Set();
  const rows = await tx
    .updateTable("alerts")
    .set({ [column]: nowMs })
    .where("provider_id", "=", providerId)
    .where(
      "alert_id",
      "in",
      alerts.map(({ alertId }) => alertId),
    )
    .where(column, "is", null)
    .returning("alert_id")
    .execute();
  return new Set(rows.map(({ alert_id: alertId }) => alertId));
}
