/**
 * From the dry run to what is listed: which codes, in which batches, with what they have left; and the total that a person signs. Pure, and the same for
 * the same file, choices and time: so what was signed is what is done.
 */
import type { LeaseUse, ListedMore } from "@karibu/protocol/feed";
import { listedText } from "@karibu/protocol/listed-code";
import type { ListedCode } from "@karibu/protocol/listed-rows";
import { type Terms, unlimitedTerms, withUsualIdleTimeout } from "@karibu/protocol/plan";
import { bytes, kbps, seconds, unixMs } from "@karibu/protocol/quantities";
import type { ForeignBook, ForeignPlan, ForeignUser } from "./foreign-book.ts";
import { type Doubt, hindrances, type TakeoverPlan } from "./takeover-plan.ts";

export interface ListedBatch {
  /** As the other system named it. */
  readonly plan: ForeignPlan;
  /** Its codes were begun under the other system: their price was that system's. */
  readonly isRunning: boolean;
  readonly terms: Terms;
  readonly codes: readonly ListedCode[];
  /** Of its codes. */
  readonly useUnknown: number;
}

export interface TakeoverTotal {
  /** Codes that nobody has used, and those whose time runs. */
  readonly codes: number;
  readonly running: number;
  readonly withSecondWord: number;
  readonly left: number;
  readonly accounts: number;
  readonly plansMade: number;
  /** Whose use the source does not tell: they get their full time and data, unless the router tells it at the switch. Left out: of before it was counted. */
  readonly useUnknown?: number;
  /** Of the codes that nobody has used, at the prices that were chosen. */
  readonly worthCents: number;
  readonly currency: string;
}

/** `leave`: doubts with which a user stays behind. */
export function listCodes(book: ForeignBook, { users }: TakeoverPlan, leave: readonly Doubt[]): ListedBatch[] {
  const left = new Set<Doubt>([...hindrances, ...leave]);
  const plans = new Map(book.plans.map((plan) => [plan.name, plan]));
  const batches = new Map<
    string,
    { -readonly [Key in keyof ListedBatch]: ListedBatch[Key] } & { codes: ListedCode[] }
  >();
  for (const [index, user] of book.users.entries()) {
    const planned = users[index];
    const plan = plans.get(user.plan);
    if (planned === undefined || plan === undefined) continue;
    if (planned.fate === "left" || planned.fate === "account" || planned.doubts.some((doubt) => left.has(doubt)))
      continue;
    const isRunning = planned.fate === "grant";
    const key = JSON.stringify([plan.name, isRunning]);
    const batch = batches.get(key) ?? { plan, isRunning, terms: termsOfPlan(plan), codes: [], useUnknown: 0 };
    batches.set(key, batch);
    batch.codes.push(codeOf(user, batch.terms, isRunning));
    if (user.isUseUnknown === true) batch.useUnknown++;
  }
  return [...batches.values()];
}

/** The limits that it was sold with, whatever the plan of the same name here says. */
export function termsOfPlan(plan: ForeignPlan): Terms {
  const terms = {
    ...unlimitedTerms,
    validitySeconds: plan.validitySeconds === null ? null : seconds(plan.validitySeconds),
    useSeconds: plan.useSeconds === null ? null : seconds(plan.useSeconds),
    dataBytes: plan.dataBytes === null ? null : bytes(plan.dataBytes),
    downKbps: plan.downKbps === null ? null : kbps(plan.downKbps),
    upKbps: plan.upKbps === null ? null : kbps(plan.upKbps),
    idleTimeoutSeconds: plan.idleSeconds === null ? null : seconds(plan.idleSeconds),
    devices: Math.min(1000, Math.max(1, plan.devices ?? 1000)),
  };
  return withUsualIdleTimeout(terms, {});
}

function codeOf(user: ForeignUser, terms: Terms, isRunning: boolean): ListedCode {
  const code = listedText(user.name);
  const { password } = user;
  return {
    code,
    ownPassword: password === null || password === "" || password === user.name || password === code ? null : password,
    more: moreOf(user, terms, isRunning),
  };
}

export function moreOf(user: ForeignUser, terms: Terms, isRunning: boolean): Omit<ListedMore, "at"> {
  const mac = macOf(user.mac);
  const { limitSeconds, limitBytes } = user;
  return {
    ...(mac === null ? {} : { mac }),
    ...(limitSeconds === null || limitSeconds === terms.useSeconds ? {} : { useSeconds: seconds(limitSeconds) }),
    ...(limitBytes === null || limitBytes === terms.dataBytes ? {} : { dataBytes: bytes(limitBytes) }),
    ...(isRunning ? { use: useOf(user, terms) } : {}),
  };
}

/** An end without a start is kept as it is: the start is only there to say that it began. */
function useOf({ endsAtMs, usedBytes, usedSeconds }: ForeignUser, { validitySeconds }: Terms): LeaseUse {
  const startedAtMs = endsAtMs === null ? null : Math.max(0, endsAtMs - (validitySeconds ?? 0) * 1000);
  return {
    startedAtMs: startedAtMs === null ? null : unixMs(startedAtMs),
    endsAtMs: endsAtMs === null ? null : unixMs(Math.max(0, endsAtMs)),
    usedBytes: bytes(Math.max(0, usedBytes)),
    usedSeconds: seconds(Math.max(0, Math.floor(usedSeconds))),
  };
}

/** Null: none, or of no known form. RouterOS writes zeros for none. */
export function macOf(text: string | null): string | null {
  const mac = (text ?? "").trim().toUpperCase().replaceAll("-", ":");
  return /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) && mac !== "00:00:00:00:00:00" ? mac : null;
}

/** As a person chose it for the plan's name in the other system, or as that wrote it. A plan may be called as something that every object has. */
export const priceOf = ({ name, price }: ForeignPlan, prices: Readonly<Record<string, number>>): number | null =>
  (Object.hasOwn(prices, name) ? prices[name] : null) ?? centsOf(price);

/** Minor units of a price as another system wrote it; null: it has none that can be read. */
export function centsOf(price: string | null): number | null {
  const text = (price ?? "").trim().replace(",", ".");
  return /^\d{1,9}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : null;
}
