/** What the lines of another system make here: customers, their lines and their credit. Pure. */
import { type AccountAddress, accountAddressSchema } from "@karibu/protocol/accounts/customer-account";
import { sha256Hex } from "@karibu/protocol/hash";
import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import type { Terms } from "@karibu/protocol/plan";
import { takenPassword, takenUsername } from "../../../catalogue/accounts/account-routes.ts";
import { type GivenPassword, weaknessOfGiven } from "../../../catalogue/accounts/given-password.ts";
import type { Party } from "../../../ground/amounts/parties.ts";
import { emailSchema } from "../../../identity/users/users.ts";
import type { ForeignPlan } from "../foreign-book.ts";
import { priceOf, termsOfPlan } from "../listing.ts";
import type { CustomerFile, CustomerLine, LineError, LineProblem } from "./customer-file.ts";

export interface KnownThings {
  readonly country: Country;
  readonly nowMs: number;
  /** By name in lower case. `isLimited`: in time online or in data. */
  readonly plans: ReadonlyMap<string, { readonly planId: string; readonly name: string; readonly isLimited: boolean }>;
  readonly sites: ReadonlyMap<string, string>;
  /** In lower case. */
  readonly usernames: ReadonlySet<string>;
  /** Static ones, as `<siteId> <address>`. */
  readonly addresses: ReadonlySet<string>;
  readonly customers: ReadonlyMap<Party, { readonly customerId: string; readonly name: string }>;
  /** Of customers without a phone, by `plainName`: nothing else tells them apart. */
  readonly phoneless: ReadonlySet<string>;
  /** Whose balance, credit or debt, came by an earlier takeover that stands. */
  readonly credited: ReadonlySet<Party>;
  partyOf(phone: string): Party;
}

/** What a person chose for lines that don't say it. */
export interface Chosen {
  readonly siteId: string;
  readonly planId: string | null;
  readonly service: "pppoe" | "hotspot" | "any";
  readonly autoRenew: boolean;
  /** Lines of a router or a database without a password get a new one. Left out: they stay behind, and their house is not visited. */
  readonly newPasswords?: boolean;
  /** Of plans that are made, by their name in the other system; left out: as it wrote them. */
  readonly prices?: Readonly<Record<string, number>>;
}

/** A plan of the other system that none of here has the name of: it is made for its lines. */
export interface NewPlan {
  readonly name: string;
  /** Null: neither the other system nor a person told it, and nothing is done until somebody does. */
  readonly priceCents: number | null;
  readonly terms: Terms;
  readonly lines: number;
}

export interface PlannedAccount {
  readonly username: string;
  /** Null: a new one is made. */
  readonly password: GivenPassword | null;
  readonly service: Chosen["service"];
  /** Null: its plan is made, and called `newPlan`. */
  readonly planId: string | null;
  readonly newPlan: string | null;
  readonly siteId: string;
  readonly address: AccountAddress | null;
  readonly macs: readonly string[];
  /** Null: nothing was paid yet. */
  readonly paidUntilMs: number | null;
  /** False: it alone is switched off; others of its customer go on. */
  readonly isOn: boolean;
}

export interface PlannedLine {
  readonly line: number;
  /** Lines of one person have the same. */
  readonly person: number;
  readonly does: "make" | "join";
  /** Of who is a customer already; null: an earlier line of the same person, or this one, makes them. */
  readonly customerId: string | null;
  readonly name: string;
  /** An MSISDN. */
  readonly phone: string | null;
  readonly email: string | null;
  readonly note: string | null;
  /** The customer as a whole. */
  readonly isActive: boolean;
  readonly account: PlannedAccount | null;
  /** Counted once for a person. */
  readonly creditCents: number;
  /** Their debt: they owe it here from now on. Counted once for a person. */
  readonly owesCents: number;
}

export interface Totals {
  readonly customers: number;
  readonly joined: number;
  readonly accounts: number;
  readonly plansMade: number;
  readonly newPasswords: number;
  /** Kept as they are, and easily guessed. */
  readonly weakPasswords: number;
  readonly paid: number;
  /** Running lines whose plan is limited in time online or in data: what they used is not taken along. Left out: of before it was counted. */
  readonly fullAgain?: number;
  readonly creditCents: number;
  readonly owesCents: number;
  readonly left: number;
  readonly currency: string;
}

export interface CustomersPlan {
  readonly lines: readonly PlannedLine[];
  readonly errors: readonly LineError[];
  readonly plans: readonly NewPlan[];
  readonly totals: Totals;
  /** Names exactly this plan: what was shown is what is done. */
  readonly seen: string;
}

interface Person {
  readonly index: number;
  readonly name: string;
  readonly customerId: string | null;
  readonly balanceCents: number | null;
  /** All that the line which made them names. */
  readonly phones: readonly string[];
}

export function planCustomers(file: CustomerFile, known: KnownThings, chosen: Chosen, currency: string): CustomersPlan {
  const errors: LineError[] = [...file.errors];
  const made: PlannedLine[] = [];
  const states: { readonly person: number; readonly saysActive: boolean; readonly isActive: boolean }[] = [];
  const persons = new Map<string, Person>();
  const usernames = new Set<string>();
  const addresses = new Set(known.addresses);
  const told = new Map(file.plans.map((plan) => [plan.name, plan]));
  const makesPasswords = file.columns !== null || chosen.newPasswords === true;
  let count = 0;
  for (const row of file.lines) {
    const wrong: LineError[] = [];
    const say = (field: string, problem: LineProblem) => wrong.push({ line: row.line, field, problem });
    const phone = row.phone === null ? null : normalisePhone(row.phone, known.country);
    const others = row.otherPhones.map((other) => normalisePhone(other, known.country));
    const balance = row.balanceCents ?? 0;
    // Who sent a CSV can put a cell right. A database is as it is: nobody stays behind for a number or an address that is none, and it is noted.
    const isFixable = file.columns !== null;
    const isNoted = !isFixable && balance === 0;
    const isBadPhone = (row.phone !== null && phone === null) || others.includes(null);
    if (isBadPhone && !isNoted) say("phone", "bad-phone");
    const email = row.email === null ? null : emailSchema.safeParse(row.email);
    if (email?.success === false && isFixable) say("email", "bad-email");
    const noted = [
      ...(isBadPhone && isNoted && row.phone !== null ? [`Tel. ${row.phone}`] : []),
      ...(email?.success === false && row.email !== null && !isFixable ? [`E-mail: ${row.email}`] : []),
    ];
    const account = accountOf(row, { known, chosen, usernames, addresses, told, makesPasswords }, say);
    const keys = [phone === null ? null : `phone ${phone}`, row.number === null ? null : `number ${row.number}`];
    const earlier = keys.map((key) => (key === null ? undefined : persons.get(key))).find((one) => one !== undefined);
    const party = phone === null ? null : known.partyOf(phone);
    const here = party === null ? undefined : known.customers.get(party);
    const further = [...new Set(others)].filter((other) => other !== null && other !== phone) as string[];
    // Who is here already keeps their number and note: a number that differs would be lost.
    const isHere = earlier !== undefined || here !== undefined;
    const isAnother = earlier !== undefined && phone !== null && !earlier.phones.includes(phone);
    if (isAnother || (isHere && further.some((other) => !(earlier?.phones ?? []).includes(other))))
      say("phone", "other-phone");
    // Numbers of the lines of a list may begin again in it: nobody gets another one's line.
    const isByNumber = earlier !== undefined && (phone === null || !earlier.phones.includes(phone));
    if (isByNumber && !isSameName(earlier.name, row.name)) say("name", "other-name");
    if (balance !== 0 && phone === null && earlier === undefined) say("phone", "balance-without-phone");
    // The same file once more would make them once more: lines are known by their log-in, and others by their phone.
    if (earlier === undefined && phone === null && row.username === null && known.phoneless.has(plainName(row.name)))
      say("name", "name-here");
    // The same file once more would give the same credit once more.
    if (balance !== 0 && earlier === undefined && party !== null && known.credited.has(party))
      say("balance", "credited-before");
    if (earlier !== undefined && balance !== 0 && balance !== (earlier.balanceCents ?? 0))
      say("balance", "other-balance");
    errors.push(...wrong);
    if (wrong.length > 0) continue;
    const person = earlier ?? {
      index: count++,
      name: row.name,
      customerId: here?.customerId ?? null,
      balanceCents: row.balanceCents,
      phones: [...(phone === null ? [] : [phone]), ...further],
    };
    for (const key of keys) if (key !== null && !persons.has(key)) persons.set(key, person);
    if (account !== null) usernames.add(account.username.toLowerCase());
    if (account?.address?.ip !== undefined) addresses.add(`${account.siteId} ${account.address.ip}`);
    states.push({ person: person.index, saysActive: row.saysActive, isActive: row.isActive });
    made.push({
      line: row.line,
      person: person.index,
      does: earlier === undefined && person.customerId === null ? "make" : "join",
      customerId: person.customerId,
      name: row.name,
      phone,
      email: email?.data ?? null,
      note:
        [row.note, ...noted, ...further.map((other) => `Tel. +${other}`)].filter((part) => part !== null).join("\n") ||
        null,
      isActive: row.isActive,
      account,
      creditCents: earlier === undefined ? Math.max(0, balance) : 0,
      owesCents: earlier === undefined ? Math.max(0, -balance) : 0,
    });
  }
  const lines = withStates(made, states);
  errors.sort((one, other) => one.line - other.line);
  const left = new Set(errors.map(({ line }) => line)).size;
  const plans = newPlans(lines, told, chosen.prices ?? {});
  const seen = sha256Hex(JSON.stringify([file.source, lines, plans, chosen, currency, left]));
  const limited = new Set([
    ...[...known.plans.values()].flatMap(({ planId, isLimited }) => (isLimited ? [planId] : [])),
    ...plans.flatMap(({ name, terms }) => (isLimitedBy(terms) ? [name] : [])),
  ]);
  const fullAgain = lines.filter(
    ({ account, isActive }) =>
      isActive &&
      account?.isOn === true &&
      (account.paidUntilMs ?? 0) > known.nowMs &&
      limited.has(account?.planId ?? account?.newPlan ?? ""),
  ).length;
  return { lines, errors, plans, totals: { ...totalsOf(lines, plans, left, currency), fullAgain }, seen };
}

const isSameName = (one: string, other: string): boolean => plainName(one) === plainName(other);

/** Names are one without case, signs and blanks. */
export const plainName = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

export const isLimitedBy = ({ useSeconds, dataBytes }: Terms): boolean => useSeconds !== null || dataBytes !== null;

function newPlans(
  lines: readonly PlannedLine[],
  told: ReadonlyMap<string, ForeignPlan>,
  prices: Readonly<Record<string, number>>,
): NewPlan[] {
  const counts = new Map<string, number>();
  for (const { account } of lines)
    if (account?.newPlan != null) counts.set(account.newPlan, (counts.get(account.newPlan) ?? 0) + 1);
  return [...counts].flatMap(([name, count]): NewPlan[] => {
    const plan = told.get(name);
    if (plan === undefined) return [];
    return [{ name, priceCents: priceOf(plan, prices), terms: termsOfPlan(plan), lines: count }];
  });
}

function accountOf(
  row: CustomerLine,
  {
    known,
    chosen,
    usernames,
    addresses,
    told,
    makesPasswords,
  }: {
    readonly known: KnownThings;
    readonly chosen: Chosen;
    readonly usernames: ReadonlySet<string>;
    readonly addresses: ReadonlySet<string>;
    readonly told: ReadonlyMap<string, ForeignPlan>;
    readonly makesPasswords: boolean;
  },
  say: (field: string, problem: LineProblem) => void,
): PlannedAccount | null {
  if (row.username === null) return null;
  const name = takenUsername.safeParse(row.username);
  const key = row.username.toLowerCase();
  if (!name.success) say("username", "bad-username");
  else if (usernames.has(key)) say("username", "username-twice");
  else if (known.usernames.has(key)) say("username", "username-taken");
  const plan = row.plan === null ? undefined : known.plans.get(row.plan.trim().toLowerCase());
  const planId = plan?.planId ?? chosen.planId;
  const newPlan = planId === null && row.plan !== null && told.has(row.plan) ? row.plan : null;
  if (planId === null && newPlan === null) say("plan", "no-such-plan");
  const siteId = row.site === null ? chosen.siteId : known.sites.get(row.site.toLowerCase());
  if (siteId === undefined) say("site", "no-such-site");
  const isGiven = row.password !== null && row.password !== "";
  // What works in a house stays, however weak: it is marked.
  const password = takenGiven(row.password);
  if (isGiven && password === null) say("password", "bad-password");
  else if (!isGiven && !makesPasswords) say("password", "no-password");
  const address = row.address === null ? null : accountAddressSchema.safeParse(row.address);
  if (address?.success === false) say("address", "bad-address");
  if (row.address?.ip !== undefined && addresses.has(`${siteId} ${row.address.ip}`)) say("address", "address-twice");
  if (!name.success || (planId === null && newPlan === null) || siteId === undefined) return null;
  const { paidUntilMs } = row;
  return {
    username: name.data,
    password,
    service: row.service ?? chosen.service,
    planId,
    newPlan,
    siteId,
    address: address?.data ?? null,
    macs: row.mac === null ? [] : [row.mac],
    paidUntilMs,
    isOn: row.isActive,
  };
}

/** Who has one line that is on is on, and their other lines are off by themselves: nobody's house is dark for another one's, and none goes on for nothing. */
function withStates(
  lines: readonly PlannedLine[],
  states: readonly { readonly person: number; readonly saysActive: boolean; readonly isActive: boolean }[],
): PlannedLine[] {
  const told = states.filter(({ saysActive }) => saysActive);
  const off = new Set(told.filter(({ isActive }) => !isActive).map(({ person }) => person));
  for (const { person, isActive } of told) if (isActive) off.delete(person);
  return lines.map((line) => {
    // Who is here already keeps their own state.
    const isActive = line.customerId !== null ? line.isActive : !off.has(line.person);
    const isOff = line.customerId === null && !isActive;
    return { ...line, isActive, account: line.account && { ...line.account, isOn: isOff || line.account.isOn } };
  });
}

/** Null: none, or one that can't be anybody's. */
function takenGiven(given: GivenPassword | null): GivenPassword | null {
  return given !== null && typeof given !== "string" ? given : (takenPassword.safeParse(given).data ?? null);
}

function totalsOf(lines: readonly PlannedLine[], plans: readonly NewPlan[], left: number, currency: string): Totals {
  const accounts = lines.flatMap(({ account }) => account ?? []);
  const sum = (of: (line: PlannedLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  return {
    customers: lines.filter(({ does }) => does === "make").length,
    joined: lines.filter(({ does }) => does === "join").length,
    accounts: accounts.length,
    plansMade: plans.length,
    newPasswords: accounts.filter(({ password }) => password === null).length,
    weakPasswords: accounts.filter(
      ({ username, password }) => password !== null && weaknessOfGiven(username, password) !== null,
    ).length,
    paid: accounts.filter(({ paidUntilMs }) => paidUntilMs !== null).length,
    creditCents: sum(({ creditCents }) => creditCents),
    owesCents: sum(({ owesCents }) => owesCents),
    left,
    currency,
  };
}
