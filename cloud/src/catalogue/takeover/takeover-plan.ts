/** The dry run: what would become of each user of another system, and what a person has to decide first. Pure. */
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { ForeignBook, ForeignPlan, ForeignUser } from "./foreign-book.ts";

/**
 * `voucher`: an unused code, sold already. `grant`: somebody's time that runs. `account`: a log-in with a password of its own.
 * `left`: over, blocked, or not to be read: it stays behind.
 */
export const fates = ["voucher", "grant", "account", "left"] as const;
export type Fate = (typeof fates)[number];

/** Why a person should look at a user before the switch. */
export const doubts = ["code-exists", "easily-guessed", "no-password", "no-plan", "unclear"] as const;
export type Doubt = (typeof doubts)[number];

export interface PlannedUser extends Omit<ForeignUser, "password"> {
  readonly fate: Fate;
  readonly doubts: readonly Doubt[];
  /** Seconds of the plan or data that are left; null: no limit, or not begun. */
  readonly secondsLeft: number | null;
  readonly bytesLeft: number | null;
}

export interface PlannedPlan extends ForeignPlan {
  /** The plan of this provider with the same name. */
  readonly planId: string | null;
  readonly counts: Readonly<Record<Fate, number>>;
}

export interface TakeoverPlan {
  readonly plans: readonly PlannedPlan[];
  readonly users: readonly PlannedUser[];
  readonly counts: Readonly<Record<Fate, number>>;
}

export interface OwnThings {
  /** Names of the provider's plans, in lower case, with their ids. */
  readonly planIds: ReadonlyMap<string, string>;
  /** Is this the code of a live voucher of the provider? */
  isLiveCode(code: string): boolean;
}

export function planTakeover(book: ForeignBook, own: OwnThings, nowMs: number): TakeoverPlan {
  const known = new Map(book.plans.map((plan) => [plan.name, plan]));
  const users = book.users.map((user): PlannedUser => {
    const { password, ...shown } = user;
    const plan = known.get(user.plan);
    const fate = fateOf(user);
    const limitSeconds = user.limitSeconds ?? plan?.useSeconds ?? null;
    const limitBytes = user.limitBytes ?? plan?.dataBytes ?? null;
    const left = fate === "left";
    return {
      ...shown,
      fate,
      doubts: left ? [] : doubtsOf(user, plan),
      secondsLeft: left ? null : secondsLeft(user, limitSeconds, nowMs),
      bytesLeft: left || limitBytes === null ? null : Math.max(0, limitBytes - user.usedBytes),
    };
  });
  const plans = book.plans.map((plan): PlannedPlan => {
    const counts = countsOf(users.filter((user) => user.plan === plan.name));
    return { ...plan, planId: own.planIds.get(plan.name.trim().toLowerCase()) ?? null, counts };
  });
  return { plans, users, counts: countsOf(users) };

  function doubtsOf(user: ForeignUser, plan: ForeignPlan | undefined): Doubt[] {
    const isCode = fateOf(user) === "voucher";
    return [
      ...(own.isLiveCode(normaliseVoucherCode(user.name)) ? (["code-exists"] as const) : []),
      // Karibu's own codes are one in 100,000 of their space at most; five digits can be tried in an afternoon.
      ...(isCode && isEasilyGuessed(user) ? (["easily-guessed"] as const) : []),
      ...(user.password === null || (!isCode && user.password === "") ? (["no-password"] as const) : []),
      ...(plan === undefined ? (["no-plan"] as const) : []),
    ];
  }
}

function fateOf({ state, service, name, password }: ForeignUser): Fate {
  if (state === "over" || state === "blocked" || state === "unclear") return "left";
  if (service === "pppoe") return "account";
  const hasOwnPassword = password !== null && password !== name && password !== "";
  if (state === "unused") return hasOwnPassword ? "account" : "voucher";
  return hasOwnPassword ? "account" : "grant";
}

function isEasilyGuessed({ name }: ForeignUser): boolean {
  const code = normaliseVoucherCode(name);
  return /^\d*$/.test(code) ? code.length < 8 : code.length < 6;
}

/** Until its date, or of its time online: what is less. */
function secondsLeft(
  { endsAtMs, usedSeconds }: ForeignUser,
  limitSeconds: number | null,
  nowMs: number,
): number | null {
  const left = [
    ...(endsAtMs === null ? [] : [Math.floor((endsAtMs - nowMs) / 1000)]),
    ...(limitSeconds === null ? [] : [limitSeconds - usedSeconds]),
  ];
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}

function countsOf(users: readonly PlannedUser[]): Record<Fate, number> {
  const counts: Record<Fate, number> = { voucher: 0, grant: 0, account: 0, left: 0 };
  for (const { fate } of users) counts[fate]++;
  return counts;
}
