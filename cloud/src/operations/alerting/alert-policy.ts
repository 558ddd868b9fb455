/**
 * Which alarms people hear of, and when. Pure: alarms as they stand now, what was told before, the provider's rules.
 *
 * One cause is one alarm: a site that is away hides what else is wrong there, refused keys hide what fails because of them, and what
 * begins together is told in one message. What goes on in bursts is told a few times, and then together.
 */

export type Severity = "wrong" | "notice";

/** An alarm as it stands. */
export interface Alarm {
  readonly alarmId: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly siteId: string | null;
  readonly channelId: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly sinceMs: number;
  readonly isAcknowledged: boolean;
  /** False: something happened once, at `sinceMs`; it has no end. */
  readonly lasts: boolean;
}

export interface AlertRule {
  readonly ruleId: string;
  /** What happened once before is not told by it: somebody makes a rule at noon, and not to hear of yesterday. */
  readonly createdAtMs: number;
  /** Null: every kind. */
  readonly kinds: readonly string[] | null;
  readonly graveOnly: boolean;
  /** Null: every site, and what concerns none. */
  readonly siteIds: readonly string[] | null;
  /** What lasts is told when it has lasted so long. */
  readonly afterMs: number;
  readonly wakes: boolean;
  readonly tellsEnd: boolean;
  readonly escalateAfterMs: number | null;
}

/** What was told and has not ended. */
export interface Alert {
  readonly alertId: string;
  readonly cause: string;
  readonly kind: string;
  readonly beganAtMs: number;
  readonly toldAtMs: number;
  readonly escalatedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface MaintenanceWindow {
  readonly siteIds: readonly string[] | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface QuietHours {
  readonly fromMinute: number;
  readonly untilMinute: number;
  readonly utcOffsetMinutes: number;
}

export interface AlertSteps {
  readonly begin: readonly Alarm[];
  readonly escalate: readonly Alert[];
  readonly end: readonly Alert[];
}

/** What is about to ripen is waited for, so that a dead uplink is one message. */
const gatherMs = 30_000;
/** The same thing at one place is told once in so long, where it has no end. */
const repeatMs = 24 * 3_600_000;
/** So many messages of one kind in `burstMs`; then they wait and come together. */
const burstMs = 15 * 60_000;
const burstMessages = 3;
/** What is dated further ahead was dated by a clock of the hub that was wrong, and was set since. It holds nothing back: else nobody would hear until then. */
const aheadMsMax = 5 * 60_000;
const isAhead = (atMs: number, nowMs: number): boolean => atMs > nowMs + aheadMsMax;

/** What makes two alarms the same one. */
export function causeOf(alarm: Alarm): string {
  return alarm.lasts ? alarm.alarmId : `${alarm.kind} ${alarm.siteId ?? alarm.channelId ?? ""}`;
}

/**
 * @param told alerts of this rule: the open ones, and those that were told in the last day
 * @param at `windows`: those of the last day too, for what was reported from within them
 */
export function judgeRule(
  rule: AlertRule,
  alarms: readonly Alarm[],
  told: readonly Alert[],
  at: { readonly nowMs: number; readonly windows: readonly MaintenanceWindow[]; readonly quiet: QuietHours | null },
): AlertSteps {
  const { nowMs } = at;
  const isOfFuture = (atMs: number) => isAhead(atMs, nowMs);
  const open = told.filter(({ endedAtMs }) => endedAtMs === null);
  const lasting = new Map(alarms.filter(({ lasts }) => lasts).map((alarm) => [alarm.alarmId, alarm]));
  const stillLasts = (alert: Alert) => lasting.get(alert.cause)?.sinceMs === alert.beganAtMs;
  const end = open.filter((alert) => !stillLasts(alert));
  const escalate = open.filter((alert) => {
    if (rule.escalateAfterMs === null || alert.escalatedAtMs !== null || !stillLasts(alert)) return false;
    return (
      !lasting.get(alert.cause)?.isAcknowledged &&
      (alert.toldAtMs + rule.escalateAfterMs <= nowMs || isOfFuture(alert.toldAtMs))
    );
  });

  const isQuiet = at.quiet !== null && isWithin(at.quiet, nowMs);
  // Sets and maps: a provider with thousands of sites and alarms must not hold the hub up.
  const ruleSites = rule.siteIds === null ? null : new Set(rule.siteIds);
  const isSilenced = silencedBy(at.windows, nowMs);
  const toldBy = Map.groupBy(told, ({ cause }) => cause);
  // What happened once and was told by a clock that was wrong may be told a second time.
  const knownOf = (alarm: Alarm) =>
    (toldBy.get(causeOf(alarm)) ?? []).filter(({ toldAtMs }) => alarm.lasts || !isOfFuture(toldAtMs));
  const candidates = withoutFollowers(alarms).filter(
    (alarm) =>
      !alarm.isAcknowledged &&
      (alarm.lasts || alarm.sinceMs > rule.createdAtMs || isOfFuture(rule.createdAtMs)) &&
      (!isQuiet || (rule.wakes && alarm.severity === "wrong")) &&
      concerns(rule, ruleSites, alarm) &&
      !isKnown(alarm, knownOf(alarm)) &&
      !isSilenced(alarm),
  );
  const ripeAtMs = (alarm: Alarm) => alarm.sinceMs + (alarm.lasts ? rule.afterMs : 0);
  const ready = [...Map.groupBy(candidates, ({ kind }) => kind)].filter(([kind, kin]) => {
    const ripe = kin.map(ripeAtMs);
    const firstRipeMs = ripe.reduce((first, one) => Math.min(first, one), Number.POSITIVE_INFINITY);
    const isGathering = ripe.some((one) => one > nowMs && one <= nowMs + gatherMs);
    if (isGathering && firstRipeMs + gatherMs > nowMs) return false;
    return !isBurst(kind, told, nowMs);
  });
  const readyKinds = new Set(ready.map(([kind]) => kind));
  const begin = candidates.filter((alarm) => ripeAtMs(alarm) <= nowMs && readyKinds.has(alarm.kind));
  return { begin, escalate, end };
}

/** @param told of the same cause */
function isKnown(alarm: Alarm, told: readonly Alert[]): boolean {
  return told.some((alert) =>
    alarm.lasts ? alert.beganAtMs === alarm.sinceMs : alarm.sinceMs < alert.beganAtMs + repeatMs,
  );
}

function isBurst(kind: string, told: readonly Alert[], nowMs: number): boolean {
  const moments = new Set(
    told
      .filter((alert) => alert.kind === kind && alert.toldAtMs > nowMs - burstMs)
      .filter(({ toldAtMs }) => !isAhead(toldAtMs, nowMs))
      .map(({ toldAtMs }) => toldAtMs),
  );
  return moments.size >= burstMessages;
}

function concerns(rule: AlertRule, siteIds: ReadonlySet<string> | null, { kind, severity, siteId }: Alarm): boolean {
  if (rule.kinds !== null && !rule.kinds.includes(kind)) return false;
  if (rule.graveOnly && severity !== "wrong") return false;
  return siteIds === null || (siteId !== null && siteIds.has(siteId));
}

/** In a window nobody is told. What happened once in it, while somebody worked there, is not told afterwards either. */
function silencedBy(windows: readonly MaintenanceWindow[], nowMs: number): (alarm: Alarm) => boolean {
  const ofSites = windows.map((window) => ({ ...window, sites: window.siteIds && new Set(window.siteIds) }));
  return ({ siteId, lasts, sinceMs }) =>
    ofSites.some(({ fromMs, untilMs, sites }) => {
      const covers = (ms: number) => fromMs <= ms && ms < untilMs;
      if (!covers(nowMs) && (lasts || !covers(sinceMs))) return false;
      return sites === null || (siteId !== null && sites.has(siteId));
    });
}

/** Without those that another one explains. */
function withoutFollowers(alarms: readonly Alarm[]): readonly Alarm[] {
  const away = new Set(alarms.filter(({ kind }) => kind === "site-silent").map(({ siteId }) => siteId));
  const refused = new Set(alarms.filter(({ kind }) => kind === "channel-keys-refused").map((one) => one.channelId));
  return alarms.filter(({ kind, lasts, siteId, channelId }) => {
    if (lasts && kind !== "site-silent" && siteId !== null && away.has(siteId)) return false;
    return kind === "channel-keys-refused" || channelId === null || !refused.has(channelId);
  });
}

/** Quiet hours may pass midnight. Equal ends: none. */
export function isWithin({ fromMinute, untilMinute, utcOffsetMinutes }: QuietHours, atMs: number): boolean {
  const minute = (((Math.floor(atMs / 60_000) + utcOffsetMinutes) % 1440) + 1440) % 1440;
  if (fromMinute <= untilMinute) return fromMinute <= minute && minute < untilMinute;
  return minute >= fromMinute || minute < untilMinute;
}
