/** The dry run: what would become of each user of another system, and what a person has to decide first. Pure. */
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { listedCodeCharactersMax, listedPasswordBytesMax, listedText } from "@karibu/protocol/listed-code";
import { type ForeignBook, type ForeignPlan, type ForeignUser, type Origin, origins } from "./foreign-book.ts";

/**
 * `voucher`: an unused code, sold already, with or without a password of its own. `grant`: somebody's time that runs. `account`: a subscriber of PPPoE, or
 * one with a balance. `left`: over, blocked, or not to be read: it stays behind.
 */
export const fates = ["voucher", "grant", "account", "left"] as const;
export type Fate = (typeof fates)[number];

/** Why a person should look at a user before the switch. */
export const doubts = [
  "code-exists",
  "easily-guessed",
  "no-password",
  "password-hidden",
  "no-plan",
  "no-limit",
  "not-a-code",
  "twice",
  "use-unknown",
  "unclear",
] as const;
export type Doubt = (typeof doubts)[number];

export interface PlannedUser
  extends Omit<ForeignUser, "password" | "passwordHash" | "isPasswordHidden" | "isUseUnknown" | "isSubscriber"> {
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

/** What became of the rows of one source: `read` (without a doubt), `refused` and `doubtful` are all that were `found`. */
export interface SourceCount {
  readonly from: Origin;
  readonly found: number;
  readonly read: number;
  readonly refused: number;
  readonly doubtful: number;
}

export interface TakeoverPlan {
  readonly sources: readonly SourceCount[];
  readonly plans: readonly PlannedPlan[];
  readonly users: readonly PlannedUser[];
  readonly counts: Readonly<Record<Fate, number>>;
}

export interface OwnThings {
  /** Names of the provider's plans, in lower case, with their ids. */
  readonly planIds: ReadonlyMap<string, string>;
  /** Is this the code of a live voucher of the provider? */
  isLiveCode(code: string): boolean;
  /** Is it in a list of this site already? */
  isListed?(code: string): boolean;
}

/** A user with one of these can't be taken over: it stays behind, whatever a person chooses. */
export const hindrances: ReadonlySet<Doubt> = new Set(["code-exists", "no-password", "no-plan", "not-a-code", "twice"]);

/**
 * `doubles`: whose user counts where two sources have one of the same name. Null: nobody has said it, and none of them comes.
 */
export function planTakeover(
  book: ForeignBook,
  own: OwnThings,
  nowMs: number,
  doubles: Origin | null = null,
): TakeoverPlan {
  const behind = doublesBehind(book, doubles);
  const known = new Map(book.plans.map((plan) => [plan.name, plan]));
  const named = new Set<string>();
  const users = book.users.map((user): PlannedUser => {
    const { password, passwordHash, isPasswordHidden, isUseUnknown, isSubscriber, ...shown } = user;
    const plan = known.get(user.plan);
    const fate = fateOf(user);
    const limitSeconds = user.limitSeconds ?? plan?.useSeconds ?? null;
    const limitBytes = user.limitBytes ?? plan?.dataBytes ?? null;
    const left = fate === "left";
    return {
      ...shown,
      fate,
      doubts: left ? [] : doubtsOf(user, fate, plan),
      secondsLeft: left ? null : secondsLeft(user, limitSeconds, nowMs),
      bytesLeft: left || limitBytes === null ? null : Math.max(0, limitBytes - user.usedBytes),
    };
  });
  const ofPlan = Map.groupBy(users, ({ plan }) => plan);
  const plans = book.plans.map((plan): PlannedPlan => {
    const counts = countsOf(ofPlan.get(plan.name) ?? []);
    return { ...plan, planId: own.planIds.get(plan.name.trim().toLowerCase()) ?? null, counts };
  });
  return { plans, users, counts: countsOf(users), sources: sourceCounts(book, users) };

  function doubtsOf(user: ForeignUser, fate: Fate, plan: ForeignPlan | undefined): Doubt[] {
    const isAccount = fate === "account";
    const text = listedText(user.name);
    const isBehind = behind.has(user);
    const isTwice = !isAccount && (isBehind || named.has(text));
    if (!isBehind) named.add(text);
    return [
      ...(own.isLiveCode(normaliseVoucherCode(user.name)) || own.isListed?.(text) ? (["code-exists"] as const) : []),
      ...(!isAccount && !isCode(text, hasOwnPassword(user) ? user.password : null) ? (["not-a-code"] as const) : []),
      ...(isTwice ? (["twice"] as const) : []),
      // Karibu's own codes are one in 100,000 of their space at most; five digits can be tried in an afternoon.
      ...(fate === "voucher" && !hasOwnPassword(user) && isEasilyGuessed(user) ? (["easily-guessed"] as const) : []),
      ...(hasNoPassword(user, isAccount) ? (["no-password"] as const) : []),
      ...(user.isPasswordHidden === true ? (["password-hidden"] as const) : []),
      ...(user.isUseUnknown === true ? (["use-unknown"] as const) : []),
      ...(plan === undefined ? (["no-plan"] as const) : []),
      ...(!isAccount && plan !== undefined && isEndless(user, plan) ? (["no-limit"] as const) : []),
    ];
  }
}

/** Those who give way to a user of the same name in another source, which may be all of them. */
function doublesBehind({ users }: ForeignBook, doubles: Origin | null): ReadonlySet<ForeignUser> {
  const named = Map.groupBy(
    users.filter((user) => !["left", "account"].includes(fateOf(user))),
    ({ name }) => listedText(name),
  );
  const behind = new Set<ForeignUser>();
  for (const group of named.values()) {
    if (new Set(group.map(({ from }) => from)).size < 2) continue;
    const isRuled = group.some(({ from }) => from === doubles);
    for (const user of group) if (!isRuled || user.from !== doubles) behind.add(user);
  }
  return behind;
}

function sourceCounts({ found, refused }: ForeignBook, users: readonly PlannedUser[]): SourceCount[] {
  return origins.flatMap((from): SourceCount[] => {
    const count = found[from] ?? 0;
    if (count === 0) return [];
    const own = users.filter((user) => user.from === from);
    const doubtful = own.filter(({ doubts, state }) => doubts.length > 0 || state === "unclear").length;
    const left = refused.filter((row) => row.from === from).length;
    return [{ from, found: count, read: own.length - doubtful, refused: left, doubtful }];
  });
}

function fateOf({ state, service, isSubscriber }: ForeignUser): Fate {
  if (state === "over" || state === "blocked" || state === "unclear") return "left";
  // A code for PPPoE recharges an account, and is nobody's log-in.
  if (isSubscriber || service === "pppoe") return "account";
  return state === "unused" ? "voucher" : "grant";
}

/** A code is typed, so its hash says nothing; a line keeps its password by it. */
const hasNoPassword = ({ password, passwordHash }: ForeignUser, isAccount: boolean): boolean =>
  isAccount ? passwordHash === undefined && (password === null || password === "") : password === null;

const hasOwnPassword = ({ name, password }: ForeignUser): boolean =>
  password !== null && password !== name && password !== "";

/** Log-in tokens of the portal begin so; RADIUS carries 253 bytes; a form takes blanks at the ends away, so a password of blanks alone can't be typed. */
function isCode(text: string, password: string | null): boolean {
  const bytes = Buffer.byteLength(text);
  if (text === "" || [...text].length > listedCodeCharactersMax || bytes > 253 || text.startsWith("t-")) return false;
  if (password !== null && password.trim() === "") return false;
  return Buffer.byteLength(password ?? "") <= listedPasswordBytesMax && !text.includes("\0") && text.isWellFormed();
}

/** Somebody of the house, mostly: it would be online for ever. */
function isEndless(user: ForeignUser, plan: ForeignPlan): boolean {
  const own = [user.endsAtMs, user.limitSeconds, user.limitBytes];
  return [...own, plan.validitySeconds, plan.useSeconds, plan.dataBytes].every((limit) => limit === null);
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
