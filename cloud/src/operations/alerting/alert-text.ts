/** What people are told of alarms: a short text for SMS, a letter with the remedy and a link. Pure. */

import { type AlarmLocale, alarmKinds, isAlarmKind } from "@karibu/protocol/alarms/alarm-kinds";
import { cutText } from "@karibu/protocol/whole-text";
import type { Told } from "../../ground/lists/alarm-way.ts";
import { plainName } from "../../ground/mail/plain-name.ts";

/** One alarm as a message names it. */
export interface ToldAlarm {
  readonly kind: string;
  /** `whereOf`. */
  readonly where: string | null;
  readonly beganAtMs: number;
}

export interface AlertText {
  readonly subject: string;
  readonly letter: string;
  readonly sms: string;
  /** Read on lock screens, by whoever is near. */
  readonly push: { readonly title: string; readonly body: string };
}

const words = {
  en: {
    begun: "Alarm",
    escalated: "Still",
    ended: "Over",
    test: "A test of your alarms",
    more: "and {n} more",
    since: "since",
    link: "See:",
  },
  sw: {
    begun: "Tahadhari",
    escalated: "Bado",
    ended: "Imekwisha",
    test: "Jaribio la tahadhari zako",
    more: "na vingine {n}",
    since: "tangu",
    link: "Tazama:",
  },
} as const;
const namesInSms = 3;
const namesInLetter = 30;
/** One text of two parts at most. */
const smsLettersMax = 300;

const pushTitleLettersMax = 80;
const pushLettersMax = 240;

/** @param link to the page of alarms. Alarms of one kind stand together. */
export function alertText(
  what: Told,
  alarms: readonly ToldAlarm[],
  to: {
    readonly locale: AlarmLocale;
    readonly utcOffsetMinutes: number;
    readonly provider: string;
    readonly link: string;
  },
): AlertText {
  const say = words[to.locale];
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => alarms.filter((alarm) => alarm.kind === kind));
  const headOf = (group: readonly ToldAlarm[], namesMax: number) => {
    const [first] = group as readonly [ToldAlarm];
    const names = [...new Set(group.map(({ where }) => where).filter((where) => where !== null))].toSorted();
    const shown = names.slice(0, namesMax).map((name) => plainName(name));
    const rest = names.length > namesMax ? ` ${say.more.replace("{n}", String(names.length - namesMax))}` : "";
    const place = shown.length === 0 ? "" : `: ${shown.join(", ")}${rest}`;
    return `${wordsOf(first.kind, to.locale)}${place}`;
  };
  const heads = groups.map((group) => headOf(group, namesInSms));
  const provider = plainName(to.provider);
  const sms = [`${provider} ${say[what]}`, ...heads].map((sentence) => `${sentence}.`).join(" ");
  const letter = groups.map((group) => {
    const since = Math.min(...group.map(({ beganAtMs }) => beganAtMs));
    const advice = what === "ended" ? null : adviceOf((group[0] as ToldAlarm).kind, to.locale);
    return [
      headOf(group, namesInLetter),
      `  ${say.since} ${timeIn(since, to.utcOffsetMinutes)}`,
      ...(advice === null ? [] : [`  ${advice}`]),
    ].join("\n");
  });
  return {
    subject: cutText([`${provider}: ${say[what]}`, ...heads.slice(0, 1)].join(" - "), 150),
    letter: [...letter, `${say.link} ${to.link}\n`].join("\n\n"),
    push: {
      title: cutText(`${provider}: ${say[what]}`, pushTitleLettersMax),
      body: cutText(heads.join(". "), pushLettersMax),
    },
    sms: sms.length <= smsLettersMax ? sms : `${cutText(sms, smsLettersMax - 3)}...`,
  };
}

/** Kinds about a thing with a name of its own, of which a place may have many. */
const named = new Set(["access-point-down", "webhook-switched-off"]);

/** What an alarm is about, as messages name it. Null: nothing that has a name. @param place of the site or channel */
export function whereOf(
  { kind, fields }: { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> },
  place: string | null,
): string | null {
  if (!named.has(kind) || typeof fields.name !== "string") return place;
  return place === null ? fields.name : `${fields.name} (${place})`;
}

/** A kind that we have no words for is told by its name. */
const wordsOf = (kind: string, locale: AlarmLocale): string =>
  isAlarmKind(kind) ? alarmKinds[kind][locale].alarm : kind;
const adviceOf = (kind: string, locale: AlarmLocale): string | null =>
  isAlarmKind(kind) ? alarmKinds[kind][locale].advice : null;

/** `2026-11-20 14:05` in the provider's zone. */
const timeIn = (atMs: number, utcOffsetMinutes: number): string =>
  new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
