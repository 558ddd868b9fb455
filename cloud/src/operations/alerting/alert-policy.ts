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

/** What makes two alarms the same one. */
export function causeOf(alarm: Alarm): string {
  return alarm.lasts ? alarm.alarmId : `${alarm.kind} ${alarm.siteId ?? alarm.channelId ?? ""}`;
}

/** @param told alerts of this rule: the open ones, and those that were told in the last day */
export function judgeRule(
  rule: AlertRule,
  alarms: readonly Alarm[],
  told: readonly Alert[],
  at: { readonly nowMs: number; readonly windows: readonly MaintenanceWindow[]; readonly quiet: QuietHours | null },
): AlertSteps {
  const { nowMs } = at;
  const open = told.filter(({ endedAtMs }) => endedAtMs === null);
  const lasting = new Map(alarms.filter(({ lasts }) => lasts).map((alarm) => [alarm.alarmId, alarm]));
  const stillLasts = (alert: Alert) => lasting.get(alert.cause)?.sinceMs === alert.beganAtMs;
  const end = open.filter((alert) => !stillLasts(alert));
  const escalate = open.filter((alert) => {
    if (rule.escalateAfterMs === null || alert.escalatedAtMs !== null || !stillLasts(alert)) return false;
    return !lasting.get(alert.cause)?.isAcknowledged && alert.toldAtMs + rule.escalateAfterMs <= nowMs;
  });

  const isQuiet = at.quiet !== null && isWithin(at.quiet, nowMs);
  const candidates = withoutFollowers(alarms).filter(
    (alarm) =>
      !alarm.isAcknowledged &&
      concerns(rule, alarm) &&
      !isKnown(alarm, told) &&
      !at.windows.some((window) => covers(window, alarm, nowMs)) &&
      (!isQuiet || (rule.wakes && alarm.severity === "wrong")),
  );
  const ripeAtMs = (alarm: Alarm) => alarm.sinceMs + (alarm.lasts ? rule.afterMs : 0);
  const begin = candidates.filter((alarm) => {
    if (ripeAtMs(alarm) > nowMs) return false;
    const kin = candidates.filter(({ kind }) => kind === alarm.kind);
    const firstRipeMs = Math.min(...kin.map(ripeAtMs));
    const isGathering = kin.some((other) => ripeAtMs(other) > nowMs && ripeAtMs(other) <= nowMs + gatherMs);
    if (isGathering && firstRipeMs + gatherMs > nowMs) return false;
    return !isBurst(alarm.kind, told, nowMs);
  });
  return { begin, escalate, end };
}

function isKnown(alarm: Alarm, told: readonly Alert[]): boolean {
  const cause = causeOf(alarm);
  return told.some((alert) => {
    if (alert.cause !== cause) return false;
    return alarm.lasts ? alert.beganAtMs === alarm.sinceMs : alarm.sinceMs < alert.beganAtMs + repeatMs;
  });
}

function isBurst(kind: string, told: readonly Alert[], nowMs: number): boolean {
  const moments = new Set(
    told.filter((alert) => alert.kind === kind && alert.toldAtMs > nowMs - burstMs).map(({ toldAtMs }) => toldAtMs),
  );
  return moments.size >= burstMessages;
}

function concerns(rule: AlertRule, { kind, severity, siteId }: Alarm): boolean {
  if (rule.kinds !== null && !rule.kinds.includes(kind)) return false;
  if (rule.graveOnly && severity !== "wrong") return false;
  return rule.siteIds === null || (siteId !== null && rule.siteIds.includes(siteId));
}

function covers({ siteIds, fromMs, untilMs }: MaintenanceWindow, { siteId }: Alarm, nowMs: number): boolean {
  return fromMs <= nowMs && nowMs < untilMs && (siteIds === null || (siteId !== null && siteIds.includes(siteId)));
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
