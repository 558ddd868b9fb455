/**
 * Looks at every provider's alarms a few times a minute and tells people what the rules say. One process of the hub looks at a time. All are read
 * together, and most have nothing new; of the others, what is told, and that it was told, are one transaction each, so that a crash tells nobody
 * twice and forgets nobody.
 *
 * Heard   Where everything that told of an alarm failed, it is escalated at once: to the rule's next people, else to the owners by e-mail.
 */

import type { HubPartAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import { newId } from "@karibu/protocol/identifiers";
import type { Timer } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { AlarmWay, Recipients } from "../../ground/lists/alarm-way.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { channelsOf } from "../../money/channels/channel-rows.ts";
import { activeProviders } from "../../tenancy/providers/provider-state.ts";
import type { HubPart } from "../health/judge-parts.ts";
import { type Alarm, type Alert, causeOf, judgeRule } from "./alert-policy.ts";
import type { AlertRules, RuleTerms, StoredRule } from "./alert-rules.ts";
import { whereOf } from "./alert-text.ts";
import { haveAlarms, readAlarms, receivedMsMax } from "./read-alarms.ts";
import { type TellParts, type TellProvider, tell } from "./tell.ts";
import { readAlerts, readSilence, type Silence, type ToldAlert } from "./told-alarms.ts";

export interface AlertWorkParts extends TellParts {
  readonly database: Database;
  readonly rules: AlertRules;
  /** Further ways, also those that are off. */
  readonly ways: readonly AlarmWay[];
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
/** So often, and at a process's first look, providers are found by all reports that are still read, and by the last hour's in between. */
const lookBackEveryMs = 5 * 60_000;
const lookBackMs = 3_600_000;
/** So many providers are read by one statement of each kind. */
const togetherMax = 100;
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

  /** Those with an alarm, or with one that was told and is not over: found by one statement. The platform's own people, too, whose hub is looked at then. */
  async function readConcerned(tx: Tx, receivedMs: number): Promise<readonly FoundProvider[]> {
    const nowMs = world.clock.wall().atMs;
    return readProviders(tx, concernedBy(parts.lasting, { nowMs, receivedAtMs: nowMs - receivedMs }));
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

  async function judge(found: readonly FoundProvider[]): Promise<number> {
    const troubles = found.some(({ providerId }) => providerId === platformId) ? await hubTroubles() : [];
    for (const alarmId of firstSeen.keys())
      if (!troubles.some((trouble) => idOf(trouble) === alarmId)) firstSeen.delete(alarmId);
    // The hub's own troubles stand with the platform.
    const providers = found.filter(
      ({ providerId, isConcerned }) => isConcerned || (providerId === platformId && troubles.length > 0),
    );
    let count = 0;
    for (let first = 0; first < providers.length; first += togetherMax)
      for (const provider of await withNews(providers.slice(first, first + togetherMax), troubles))
        count += await lookAt(provider, troubles).catch((error: Error) => {
          world.log.error("alarms-not-told", { providerId: provider.providerId, message: error.message });
          return 0;
        });
    return count;
  }

  /** Those of whom somebody is to be told, or who may be: `lookAt` reads again what it acts on. */
  async function withNews(
    providers: readonly TellProvider[],
    troubles: readonly HubTrouble[],
  ): Promise<readonly TellProvider[]> {
    return database
      .asPlatform("alarms", async (tx) => {
        const read = await readAll(tx, providers, troubles);
        const terms = await rules.readTerms(
          tx,
          providers.map(({ providerId }) => providerId),
        );
        return providers.filter(({ providerId }) => {
          const own = read(providerId);
          if (isCalm(own)) return false;
          const all = terms.get(providerId) ?? null;
          return all === null || all.some((rule) => hasSteps(planOf(rule, own)));
        });
      })
      .catch((error: Error) => {
        world.log.error("alarms-not-read-together", { message: error.message });
        return providers;
      });
  }

  async function readAll(
    tx: Tx,
    providers: readonly TellProvider[],
    troubles: readonly HubTrouble[],
  ): Promise<(providerId: string) => Seen> {
    const nowMs = world.clock.wall().atMs;
    const providerIds = providers.map(({ providerId }) => providerId);
    const allTold = await readAlerts(tx, parts.ways, { providerIds, nowMs });
    const allAlarms = await readAlarms(tx, parts.lasting, { providerIds, nowMs });
    const silence = await readSilence(tx, providers, nowMs);
    return (providerId) => {
      const told = allTold.get(providerId) ?? [];
      const ofHub = providerId === platformId ? alarmsOfHub(troubles, told, nowMs) : [];
      const { windows = [], quiet = null } = silence.get(providerId) ?? {};
      return { nowMs, told, alarms: [...(allAlarms.get(providerId) ?? []), ...ofHub], windows, quiet };
    };
  }

  async function lookAt(provider: TellProvider, troubles: readonly HubTrouble[]): Promise<number> {
    const { providerId } = provider;
    return database.asProvider(providerId, async (tx) => {
      const seen = (await readAll(tx, [provider], troubles))(providerId);
      const { nowMs } = seen;
      if (isCalm(seen)) return 0;
      let names: ReadonlyMap<string, string> | null = null;
      let count = 0;
      for (const rule of await rules.read(tx, providerId)) {
        const plan = planOf(rule, seen);
        const begun = await begin(tx, providerId, rule, plan.begin, nowMs);
        const nowEnded = await setTime(tx, providerId, plan.end, { column: "endedAtMs", nowMs });
        const nowEscalated = await setTime(tx, providerId, plan.toOthers, { column: "escalatedAtMs", nowMs });
        if (!rule.active) continue;
        const escalated = plan.own.filter(({ alertId }) => nowEscalated.has(alertId));
        const ended = plan.own.filter((alert) => nowEnded.has(alert.alertId) && rule.tellsEnd && !alert.isUnheard);
        for (const [what, alerts, to] of [
          ["begun", begun, rule.to],
          ["escalated", escalated, rule.escalateTo ?? owners],
          ["ended", ended, rule.to],
        ] as const) {
          if (alerts.length === 0) continue;
          names ??= await namesOf(tx, providerId);
          const nameOf = ({ siteId, channelId }: ToldAlert) => names?.get(siteId ?? channelId ?? "") ?? null;
          const named = alerts.map((alert) => ({ ...alert, where: whereOf(alert, nameOf(alert)) }));
          count += await tell(parts, tx, provider, { to, what, alerts: named });
        }
        if (begun.length + escalated.length + nowEnded.size > 0)
          await emit(tx, providerId, { topic: "alarm", id: rule.ruleId, action: "told" });
      }
      return count;
    });
  }

  function alarmsOfHub(troubles: readonly HubTrouble[], told: readonly ToldAlert[], nowMs: number): Alarm[] {
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
          providerId,
          alertId: newId(world),
          ruleId: rule.ruleId,
          cause: causeOf(alarm),
          alarmId: alarm.alarmId,
          kind: alarm.kind,
          severity: alarm.severity,
          siteId: alarm.siteId,
          channelId: alarm.channelId,
          fields: json(alarm.fields),
          beganAtMs: alarm.sinceMs,
          toldAtMs: nowMs,
          escalatedAtMs: null,
          endedAtMs: alarm.lasts ? null : nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("alertId")
        .executeTakeFirst();
      if (row !== undefined)
        begun.push({
          alertId: row.alertId,
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

/** A provider's alarms, and what was told of them. */
interface Seen extends Silence {
  readonly nowMs: number;
  readonly alarms: readonly Alarm[];
  readonly told: readonly ToldAlert[];
}

const isCalm = ({ alarms, told }: Seen) => alarms.length === 0 && told.every(({ endedAtMs }) => endedAtMs !== null);

/** What a rule does now. `own`: what it told before. */
interface RulePlan {
  readonly own: readonly ToldAlert[];
  readonly begin: readonly Alarm[];
  readonly end: readonly Alert[];
  readonly toOthers: readonly ToldAlert[];
}

const hasSteps = ({ begin, end, toOthers }: RulePlan) => begin.length + end.length + toOthers.length > 0;

function planOf(rule: RuleTerms, seen: Seen): RulePlan {
  const own = seen.told.filter(({ ruleId }) => ruleId === rule.ruleId);
  if (!rule.active) return { own, begin: [], end: own.filter(({ endedAtMs }) => endedAtMs === null), toOthers: [] };
  const steps = judgeRule(rule, seen.alarms, own, seen);
  const over = new Set(steps.end.map(({ alertId }) => alertId));
  const late = new Set(steps.escalate.map(({ alertId }) => alertId));
  // What happened once has no end at which it would be too late.
  const isUnheard = (alert: ToldAlert) =>
    alert.isUnheard &&
    alert.escalatedAtMs === null &&
    (!alert.lasts || (alert.endedAtMs === null && !over.has(alert.alertId)));
  return {
    own,
    begin: steps.begin,
    end: steps.end,
    toOthers: own.filter((alert) => late.has(alert.alertId) || isUnheard(alert)),
  };
}

const idOf = ({ part, machine }: HubTrouble): string =>
  machine === undefined ? `hub.${part}` : `hub.${part}.${machine}`;

interface FoundProvider extends TellProvider {
  readonly isConcerned: boolean;
}

/** Those of whom this is so, and the platform. */
async function readProviders(tx: Tx, isConcerned: RawBuilder<boolean>): Promise<readonly FoundProvider[]> {
  const { rows } = await sql<FoundProvider>`
    select * from (select provider_id, name, locale, utc_offset_minutes, ${isConcerned} as is_concerned
      from ${activeProviders} providers) as found
    where is_concerned or provider_id = ${platformId}`.execute(tx);
  return rows;
}

/** Has this provider alarms, or what was told and lasts? */
const concernedBy = (
  lasting: AlarmSources,
  times: { readonly nowMs: number; readonly receivedAtMs: number },
) => sql<boolean>`(
  exists (select from alerts where alerts.provider_id = providers.provider_id and alerts.ended_at_ms is null)
  or ${haveAlarms(lasting, { providerId: sql<string>`providers.provider_id`, ...times })})`;

async function namesOf(tx: Tx, providerId: string): Promise<ReadonlyMap<string, string>> {
  const channels = await channelsOf(tx, providerId);
  const channelNames = channels.map(({ channelId, name }) => [channelId, name] as const);
  return new Map([...(await allSiteNames(tx, providerId)), ...channelNames]);
}

/** The ids of those that changed now: another process may have been first. */
async function setTime(
  tx: Tx,
  providerId: string,
  alerts: readonly Alert[],
  { column, nowMs }: { readonly column: "endedAtMs" | "escalatedAtMs"; readonly nowMs: number },
): Promise<ReadonlySet<string>> {
  if (alerts.length === 0) return new Set();
  const rows = await tx
    .updateTable("alerts")
    .set({ [column]: nowMs })
    .where("providerId", "=", providerId)
    .where(
      "alertId",
      "in",
      alerts.map(({ alertId }) => alertId),
    )
    .where(column, "is", null)
    .returning("alertId")
    .execute();
  return new Set(rows.map(({ alertId }) => alertId));
}
