/**
 * What FreeRADIUS's attributes say of a log-in or a group, as limits. Names count without case. Pure.
 * @see FreeRADIUS dictionaries (mikrotik, wispr, chillispot, freeradius.internal); RADIUSdesk `Rd-*`; daloRADIUS `Max-All-Session`, `Access-Period`
 */
import { rateLimit } from "../../ground/router-exports/routeros-values.ts";

export interface Attribute {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

export interface AttributeLimits {
  /** From the first log-in on. */
  readonly validitySeconds: number | null;
  readonly useSeconds: number | null;
  readonly dataBytes: number | null;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly devices: number | null;
  readonly sessionSeconds: number | null;
  readonly idleSeconds: number | null;
  readonly pool: string | null;
}

export type AttributeTrouble = "bad-value" | "one-way-limit" | "recurring-limit" | "session-limit";

const gigaword = 2 ** 32;

/** The first of one name counts: who asks puts the log-in's own before those of its groups. */
export function limitsOfAttributes(
  attributes: readonly Attribute[],
  tell: (code: AttributeTrouble, attribute: Attribute) => void,
): AttributeLimits {
  const first = (...names: readonly string[]): Attribute | undefined => {
    for (const name of names) {
      const found = attributes.find((one) => one.name === name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  /** 0, none and -1 are no limit. */
  const count = (...names: readonly string[]): number | null => {
    const found = first(...names);
    if (found === undefined || /^(?:-1|0*|unlimited)$/i.test(found.value)) return null;
    const value = /^\d{1,16}$/.test(found.value) ? Number(found.value) : Number.NaN;
    if (Number.isSafeInteger(value)) return value;
    tell("bad-value", found);
    return null;
  };
  const sum = (...values: readonly (number | null)[]): number | null => {
    const told = values.filter((value) => value !== null);
    return told.length === 0 ? null : told.reduce((all, value) => all + value, 0);
  };
  const giga = (name: string) => (count(name) ?? 0) * gigaword || null;
  const isReset = (name: string) => !/^(?:never|dynamic)?$/i.test(first(name)?.value ?? "");

  for (const one of attributes) if (recurring.has(one.name)) tell("recurring-limit", one);
  const oneWay = first("mikrotik-recv-limit", "mikrotik-xmit-limit", ...chilliData("input"), ...chilliData("output"));
  const total = sum(count("mikrotik-total-limit"), giga("mikrotik-total-limit-gigawords"));
  const data =
    total ??
    sum(
      count(...chilliData("total")),
      giga("chillispot-max-total-gigawords"),
      giga("coovachilli-max-total-gigawords"),
    ) ??
    count("max-data", "max-volume", "max-all-octets", "rd-total-data");
  const isDataReset = first("rd-total-data") !== undefined && isReset("rd-reset-type-data");
  const isTimeReset = first("rd-total-time") !== undefined && isReset("rd-reset-type-time");
  if (isDataReset || isTimeReset)
    tell("recurring-limit", first(isDataReset ? "rd-reset-type-data" : "rd-reset-type-time") as Attribute);
  const parts = [
    count("mikrotik-recv-limit"),
    giga("mikrotik-recv-limit-gigawords"),
    count("mikrotik-xmit-limit"),
    giga("mikrotik-xmit-limit-gigawords"),
    count(...chilliData("input")),
    count(...chilliData("output")),
  ];
  if (data === null && oneWay !== undefined && sum(...parts) !== null) tell("one-way-limit", oneWay);
  const session = first("session-timeout");
  const sessionSeconds = count("session-timeout");
  if (sessionSeconds !== null && session !== undefined) tell("session-limit", session);
  const time = count("max-all-session", "max-all-session-time", "rd-total-time");
  return {
    validitySeconds: count("expire-after", "access-period") ?? voucherSeconds(),
    useSeconds: isTimeReset ? null : time,
    dataBytes: isDataReset ? null : (data ?? sum(...parts)),
    ...rates(),
    devices: count("simultaneous-use", "port-limit"),
    sessionSeconds,
    idleSeconds: count("idle-timeout"),
    pool: first("framed-pool")?.value.trim() || null,
  };

  /** RADIUSdesk's days-hours-minutes-seconds. */
  function voucherSeconds(): number | null {
    const found = first("rd-voucher");
    if (found === undefined || found.value === "") return null;
    const [, days, hours, minutes, seconds] = /^(\d{1,4})-(\d\d)-(\d\d)-(\d\d?)$/.exec(found.value) ?? [];
    if (days === undefined) tell("bad-value", found);
    const value = Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return days === undefined || value === 0 ? null : value;
  }

  function rates(): Pick<AttributeLimits, "downKbps" | "upKbps"> {
    const written = first("mikrotik-rate-limit", "rate-limit");
    if (written !== undefined && written.value.trim() !== "") {
      const rate = rateLimit(written.value);
      if (rate === null) tell("bad-value", written);
      if (rate !== null) return rate;
    }
    const kbps = (bits: number | null) => (bits === null ? null : Math.max(1, Math.round(bits / 1000)));
    const chilli = (way: string) => count(`chillispot-bandwidth-max-${way}`, `coovachilli-bandwidth-max-${way}`);
    return {
      downKbps: kbps(count("wispr-bandwidth-max-down")) ?? chilli("down"),
      upKbps: kbps(count("wispr-bandwidth-max-up")) ?? chilli("up"),
    };
  }
}

function chilliData(way: "total" | "input" | "output"): string[] {
  return [`chillispot-max-${way}-octets`, `coovachilli-max-${way}-octets`];
}

/** So much in a day, a week or a month, again and again. */
const recurring = new Set(
  ["daily", "weekly", "monthly"].flatMap((time) => [
    `max-${time}-session`,
    `max-${time}-octets`,
    `max-${time}-traffic`,
    `${time}-session`,
  ]),
);

const passwords = ["cleartext-password", "user-password", "password", "clear-text-password"];

/** Null: only a hash of it is there, or nothing. */
export const passwordOfAttributes = (attributes: readonly Attribute[]): string | null =>
  passwords.flatMap((name) => attributes.filter((one) => one.name === name))[0]?.value ?? null;

/** 32 hex digits, with or without `0x`. Null: there is none. */
export function ntHashOfAttributes(attributes: readonly Attribute[]): string | null {
  const [, hash] =
    /^(?:0x)?([0-9a-f]{32})$/i.exec(attributes.find(({ name }) => name === "nt-password")?.value ?? "") ?? [];
  return hash?.toLowerCase() ?? null;
}

/** Beside those that are read: they limit nothing. */
const harmless =
  /^(?:[a-z0-9-]*-password|password-with-header|auth-type|service-type|framed-(?!filter).*|fall-through|acct-.*|nas-.*|called-station-id|calling-station-id|expiration|wispr-session-terminate-time|mikrotik-(?:wireless-comment|group|recv-limit-gigawords|xmit-limit-gigawords|total-limit-gigawords|host-ip|realm|address-list)|rd-.*|user-profile|reply-message|class|realm|ms-.*|wispr-(?:redirection-url|location.*|bandwidth-min.*)|tunnel-.*|termination-action|huntgroup-name|eap-type|cleartext|login-ip-host|delegated-ipv6-.*|idle-timeout|session-timeout|port-limit|simultaneous-use)$/;
const read =
  /^(?:max-all-session|max-all-session-time|expire-after|access-period|max-data|max-volume|max-all-octets|(?:mikrotik-)?rate-limit|mikrotik-(?:total|recv|xmit)-limit|(?:chillispot|coovachilli)-(?:max-(?:total|input|output)-(?:octets|gigawords)|bandwidth-max-(?:up|down))|wispr-bandwidth-max-(?:up|down))$/;

/** It may limit something, and says nothing to us. */
export const isUnreadAttribute = (name: string): boolean =>
  !harmless.test(name) && !read.test(name) && !recurring.has(name);
