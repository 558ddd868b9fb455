/** The chronicle in the order in which the judge asks: what each right was used for, when the site could act, and when it could not. */
import type { Chronicle, Fact, FactOf, InvariantName, PlanTerms, Right, Trouble, Violation } from "./chronicle.ts";

export interface Span {
  readonly fromMs: number;
  /** Infinity: to the end of the story. */
  readonly toMs: number;
}

interface TroubleSpan extends Span {
  readonly trouble: Trouble;
  readonly what: string;
}

/** A process whose clock is further from the database's goes by that. */
const ownClockMsMax = 2000;

export type TrueSession = Readonly<ReturnType<typeof sessionsOf>[number]>;
export type RightHistory = Readonly<ReturnType<typeof rightHistoryOf>>;
export type History = Readonly<ReturnType<typeof historyOf>>;

export function historyOf(chronicle: Chronicle) {
  const { facts } = chronicle;
  const endsAtMs = facts.at(-1)?.atMs ?? 0;
  const sessions = sessionsOf(facts, endsAtMs);
  const [habits] = factsOf(facts, "habits");
  const ups = factsOf(facts, "agent-up").map(({ atMs }) => atMs);
  const downs = factsOf(facts, "agent-down");
  const clocksAhead = factsOf(facts, "hub-beside").map(({ aheadMs }) => Math.abs(aheadMs));
  const uplinkOff = spans(facts, "uplink-off", "uplink-on");
  const troubles = troublesOf(facts);
  const damages = facts.filter(({ kind }) => kind === "damaged" || kind === "stick-changed").map(({ atMs }) => atMs);
  const losses = facts.flatMap((fact, at) =>
    fact.kind === "stick-changed" || (fact.kind === "damaged" && !isMended(facts, fact, at)) ? [fact.atMs] : [],
  );
  return {
    chronicle,
    /** What was asked, by its number; and the code of its answer. */
    asked: new Map(factsOf(facts, "asked").map((fact) => [fact.ask, fact])),
    answers: answersOf(facts),
    /** No hub has a word in it. */
    isAlone: !facts.some(({ kind }) => kind === "hub-up" || kind === "hub-books"),
    endsAtMs,
    sessions,
    rights: rightsOf(chronicle, sessions),
    /** The router has no power. */
    dark: spans(facts, "router-down", "router-up"),
    /** The agent does not run, or did not run to its start. */
    agentAway: [...spans(facts, "agent-down", "agent-up"), { fromMs: -Infinity, toMs: ups[0] ?? Infinity }],
    /** No hub listens. A site alone has none. */
    // What a restored hub had done since its back-up it has not done.
    hubAway: [...spans(facts, "hub-down", "hub-up"), ...undone(facts)],
    /** So far the times of the hub's processes may differ. */
    clocksApartMs: Math.max(0, ...clocksAhead.filter((aheadMs) => aheadMs <= ownClockMsMax)),
    /** What somebody ordered at the router closed its way to the hub. */
    uplinkOff,
    /** The site's device has a key that the hub does not know: staff have not readmitted it. */
    strange: spans(facts, "stick-changed", "readmitted"),
    /** What may stand between the site and what it should do. That the router keeps no limits is none: the site itself must see to them. */
    troubles: [
      ...troubles.filter(({ trouble }) => trouble !== "limits"),
      ...inStrangeFolder(facts, troubles),
      ...uplinkOff.map((span) => ({ ...span, trouble: "wan" as const, what: "ordered" })),
    ],
    ignoredLimits: troubles.some(({ trouble }) => trouble === "limits"),
    /** Each change of the site's disk takes so long. */
    diskMs: habits?.diskMs ?? 0,
    /** Its router wakes up with the true date: nothing but a disturbance makes it wrong. */
    isDateRight: habits?.isDateRight ?? false,
    /** When the agent died without a word, by itself or with the power; and when it stopped by order. */
    crashes: downs.filter(({ how }) => how !== "stopped").map(({ atMs }) => atMs),
    stops: downs.filter(({ how }) => how === "stopped").map(({ atMs }) => atMs),
    /** Since when another agent had its folder, too. Infinity: none had. */
    besideMs: factsOf(facts, "agent-beside")[0]?.atMs ?? Infinity,
    /** When what the folder held was changed behind the agent's back; and when first. Infinity: never. */
    damages,
    damagedMs: damages[0] ?? Infinity,
    wasDamaged: damages.length > 0,
    /** When whole records may have gone with it: one changed bit is mended. */
    losses,
    /** When the site may have begun to count from nothing: at a loss, and at the first start after it, which reads the folder. */
    forgetting: losses
      .flatMap((lostMs) => [lostMs, ups.find((upMs) => upMs >= lostMs) ?? lostMs])
      .sort((a, b) => a - b),
  };
}

function rightsOf(chronicle: Chronicle, sessions: readonly TrueSession[]): Map<string, RightHistory> {
  const { rights, facts } = chronicle;
  const all: Right[] = [
    ...rights,
    ...factsOf(facts, "sold").map(({ rightId, plan }) => ({ rightId, plan, kind: "sold" as const })),
    ...factsOf(facts, "bought").map(({ rightId, plan }) => ({ rightId, plan, kind: "bought" as const })),
  ];
  return new Map(all.map((right) => [right.rightId, rightHistoryOf(chronicle, right, sessions)]));
}

function rightHistoryOf({ plans, facts }: Chronicle, right: Right, all: readonly TrueSession[]) {
  const { rightId, plan } = right;
  const isOf = (each: { readonly rightId: string | null }) => each.rightId === rightId;
  const sessions = all.filter(isOf);
  // What the site did not live to name may be of another one.
  const named = sessions.filter(({ isCharged }) => isCharged);
  const paidBy = factsOf(facts, "bought").find(isOf)?.purchaseId ?? "";
  const taken = [factsOf(facts, "taken-back").find(isOf)?.atMs, returnedPurchases(facts).get(paidBy)];
  return {
    right,
    terms: plans[plan] as PlanTerms,
    sessions,
    /** When its code was first taken, or a session of it began: from then on its time may run. Null: never. */
    firstUseMs: firstOf([...sessions.map(({ fromMs }) => fromMs), ...acceptedAt(facts, rightId)]),
    /** When a session of it began: from then on its time runs for certain. Null: never. */
    firstOnlineMs: firstOf(named.map(({ fromMs }) => fromMs)),
    /** When staff took it back, or who had paid for it got the money back: from then on it may be over. Null: never. */
    takenBackMs: firstOf([...taken, toldOnly(facts).get(paidBy)]),
  };
}

function firstOf(moments: readonly (number | undefined)[]): number | null {
  const known = moments.filter((atMs) => atMs !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * One changed bit is; of two in a file of the journal that no start has read in between, both may be of one record. Of what other files hold there is an
 * older copy and the journal.
 */
function isMended(facts: readonly Fact[], { how, file }: FactOf<"damaged">, at: number): boolean {
  const before = facts.slice(0, at);
  const sinceUp = before.slice(before.findLastIndex(({ kind }) => kind === "agent-up") + 1);
  const isFirst = !factsOf(sinceUp, "damaged").some((other) => other.file === file);
  return how === "bit" && (isFirst || !file.startsWith("journal/"));
}

/** When the channel gave each purchase's money back to its payer. */
export function returnedPurchases(facts: readonly Fact[]): Map<string, number> {
  const returned = new Map(factsOf(facts, "money-returned").map(({ receipt, atMs }) => [receipt, atMs]));
  return new Map(
    factsOf(facts, "hub-books").flatMap(({ books }) =>
      books.receipts.flatMap(({ receipt, purchaseId }): [string, number][] => {
        const atMs = returned.get(receipt);
        return purchaseId === null || atMs === undefined ? [] : [[purchaseId, atMs]];
      }),
    ),
  );
}

/** Of which staff said what is not so. */
export const mistakenRefunds = (facts: readonly Fact[]): ReadonlySet<string> =>
  new Set(factsOf(facts, "staff-mistaken").map(({ refundId }) => refundId));

/** Purchases that staff believe the channel gave back, and it did not: the statement shows that they differ. */
export const reversedByMistake = (facts: readonly Fact[]): ReadonlySet<string> =>
  new Set(
    factsOf(facts, "staff-mistaken").flatMap(({ of, method, said }) =>
      method === "reversal" && said === "paid" ? [of] : [],
    ),
  );

/**
 * Purchases for which no money moved, and of which somebody who knew the address told that it had: when first. What that opened may be taken back. Money
 * that a person gave to one pays it as well.
 */
export function toldOnly(facts: readonly Fact[]): Map<string, number> {
  const leaked = factsOf(facts, "leaked").toReversed();
  const moved = factsOf(facts, "money-moved");
  const isMoved = (is: (each: FactOf<"money-moved">) => boolean): boolean => moved.some(is);
  const paid = new Set(
    factsOf(facts, "hub-books").flatMap(({ books }) => [
      ...books.purchases
        .filter(({ reference, state }) => state !== "disproved" && isMoved((each) => each.reference === reference))
        .map(({ purchaseId }) => purchaseId),
      ...books.receipts
        .filter(({ receipt, planCents }) => planCents > 0 && isMoved((each) => each.receipt === receipt))
        .map(({ purchaseId }) => purchaseId),
    ]),
  );
  return new Map(
    leaked.filter(({ purchaseId }) => !paid.has(purchaseId)).map(({ purchaseId, atMs }) => [purchaseId, atMs]),
  );
}

export function factsOf<Kind extends Fact["kind"]>(facts: readonly Fact[], kind: Kind): FactOf<Kind>[] {
  return facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
}

const answersOf = (facts: readonly Fact[]): ReadonlyMap<number, string> =>
  new Map(factsOf(facts, "answered").map(({ ask, code }) => [ask, code]));

export const broken = (invariant: InvariantName, atMs: number, what: string): Violation => ({ invariant, atMs, what });

export const troublesBy = ({ troubles }: History, ...kinds: readonly Trouble[]): TroubleSpan[] =>
  troubles.filter(({ trouble }) => kinds.includes(trouble));

/** The router says yes to what it is told of a session, and does nothing: the site can't know. */
export const emptyYes = ({ troubles }: History): Span[] => troubles.filter(({ what }) => what === "ack-but-stays");

/** When something may have kept the site from what it should do: any trouble but these, or there was no agent, or no power. */
export const inTheWay = ({ troubles, agentAway, dark }: History, ...but: readonly Trouble[]): Span[] => [
  ...troubles.filter(({ trouble }) => !but.includes(trouble)),
  ...agentAway,
  ...dark,
];

/** How many milliseconds of a span lie in any of these. They do not overlap each other. */
export function msWithin(spansOf: readonly Span[], { fromMs, toMs }: Span): number {
  return spansOf.reduce((sum, one) => sum + Math.max(0, Math.min(one.toMs, toMs) - Math.max(one.fromMs, fromMs)), 0);
}

export const touches = (spansOf: readonly Span[], { fromMs, toMs }: Span): boolean =>
  spansOf.some((one) => one.fromMs <= toMs && one.toMs >= fromMs);

export const isIn = (spansOf: readonly Span[], atMs: number): boolean => touches(spansOf, { fromMs: atMs, toMs: atMs });

/** Bytes of a session at a moment, by the last look before it. */
export function bytesAt({ counted }: TrueSession, atMs: number): number {
  return counted.findLast((one) => one.atMs <= atMs)?.bytes ?? 0;
}

/** When it sent or received something for the last time, by then. */
export function lastByteMs({ fromMs, counted }: TrueSession, untilMs = Infinity): number {
  const seen = counted.filter(({ atMs }) => atMs <= untilMs);
  return seen.findLast(({ bytes }, at) => bytes !== (seen[at - 1]?.bytes ?? 0))?.atMs ?? fromMs;
}

/** Seconds that a right was online up to a moment. */
export function onlineSecondsAt({ sessions }: RightHistory, atMs: number): number {
  return sessions.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, atMs) - fromMs), 0) / 1000;
}

export function bytesOfRightAt({ sessions }: RightHistory, atMs: number): number {
  return sessions.reduce((sum, session) => sum + bytesAt(session, atMs), 0);
}

/** A line whose package begins anew with each period has a grant of its own for each: `<right>.<its beginning>`. */
export const isOfRight = (rightId: string) => (grantId: string) =>
  grantId === rightId || grantId.startsWith(`${rightId}.`);

/** When a code was typed that may have been taken: also where nobody lived to say so. */
function acceptedAt(facts: readonly Fact[], rightId: string): number[] {
  const answers = answersOf(facts);
  // Nobody answered the router: the agent may have died between its disk and its answer.
  const unheard = new Set(
    factsOf(facts, "hotspot-said")
      .filter(isUnheard)
      .map(({ ask }) => ask),
  );
  const own = factsOf(facts, "asked").filter((asked) => asked.rightId === rightId);
  const accepted = own
    .filter(({ ask, what, atMs }) => {
      const answer = answers.get(ask);
      if (what === "code" && answer === "fault" && diesAsDiskReturns(facts, atMs)) return true;
      if (what === "put-on") return answer === undefined || answer === "ok";
      return what === "code" ? answer === undefined || answer === "ok" : what === "account" && unheard.has(ask);
    })
    .map(({ atMs }) => atMs);
  // Where the disk refused the first use, the device has its place. A session that ended before the site said whose it is may be of that place.
  const charged = new Set(factsOf(facts, "charged-to").map(({ session }) => session));
  const nobodys = factsOf(facts, "session-began").filter(({ session }) => !charged.has(session));
  const byPlace = nobodys.filter((began) =>
    own.some(
      ({ ask, phone, what, atMs }) =>
        what === "code" && phone === began.phone && atMs < began.atMs && answers.get(ask) === "fault",
    ),
  );
  return [...accepted, ...byPlace.map(({ atMs }) => atMs)];
}

/**
 * What the disk refused is written when it takes it again, and with it that it was refused. A site that dies in the middle of that very write may find
 * the first and not the second: as when it dies between its disk and its answer, the time may run.
 */
function diesAsDiskReturns(facts: readonly Fact[], askedMs: number): boolean {
  const ends = factsOf(facts, "trouble-ended").filter(({ trouble, atMs }) => trouble === "disk" && atMs >= askedMs);
  const deaths = factsOf(facts, "agent-down").filter(({ how }) => how !== "stopped");
  return ends.some((end) => deaths.some(({ atMs }) => atMs >= end.atMs && atMs <= end.atMs + 2000));
}

/** The second: the router lost its power with its agent. */
const unheardMessages = ["RADIUS server is not responding", "hotspot service is shutting down"];

/** At the hotspot: nobody answered the router. */
export const isUnheard = ({ message }: FactOf<"hotspot-said">): boolean => unheardMessages.includes(message);

function sessionsOf(facts: readonly Fact[], endsAtMs: number) {
  const charged = new Map(factsOf(facts, "charged-to").map(({ session, rightId }) => [session, rightId]));
  const seen = facts.filter((fact) => fact.kind === "counted" || fact.kind === "session-ended");
  return factsOf(facts, "session-began").map(({ session, phone, mac, atMs, told = null }) => {
    const isOf = (each: { readonly session: string }) => each.session === session;
    const ended = factsOf(facts, "session-ended").find(isOf);
    const counted = seen.filter(isOf);
    return {
      session,
      phone,
      mac,
      rightId: charged.get(session) ?? byCookie(facts, charged, { phone, atMs }) ?? lastTakenBy(facts, phone, atMs),
      /** The site itself said so. */
      isCharged: charged.has(session),
      /** Null: nobody saw the accept. */
      told,
      /** What its router told the site of it, in order. */
      reports: factsOf(facts, "report").filter(isOf),
      fromMs: atMs,
      toMs: ended?.atMs ?? endsAtMs,
      /** Null: open at the story's end. */
      cause: ended?.cause ?? null,
      bytes: counted.at(-1)?.bytes ?? 0,
      /** Its counters as they were read, oldest first. */
      counted: counted.map((each) => ({ atMs: each.atMs, bytes: each.bytes })),
    };
  });
}

/** The same where the router let the phone in by its cookie: it is what the phone was online with before, whatever it typed since. */
function byCookie(
  facts: readonly Fact[],
  charged: ReadonlyMap<string, string | null>,
  { phone, atMs }: { readonly phone: number; readonly atMs: number },
): string | null {
  const isBack = factsOf(facts, "came-back").some(
    (fact) => fact.phone === phone && fact.isOnline && fact.atMs === atMs,
  );
  if (!isBack) return null;
  const before = factsOf(facts, "session-began").findLast((fact) => fact.phone === phone && fact.atMs < atMs);
  return charged.get(before?.session ?? "") ?? null;
}

/** Who was told yes has something new by it, and what that is stands in no question. */
const pays: ReadonlySet<FactOf<"asked">["what"]> = new Set(["purchase", "claim", "paid-return"]);

/** The site did not live to say what the session is charged to: it is what the phone was let in with last. Null: also where that was bought, of which only the site knows what it is. */
function lastTakenBy(facts: readonly Fact[], phone: number, untilMs: number): string | null {
  const yes = facts.filter((fact) => fact.kind === "answered" || fact.kind === "hotspot-said").filter(isYes);
  const heard = new Set(yes.filter(({ atMs }) => atMs <= untilMs).map(({ ask }) => ask));
  const mine = factsOf(facts, "asked").filter((fact) => fact.phone === phone && heard.has(fact.ask));
  return mine.findLast(({ what, rightId }) => rightId !== null || pays.has(what))?.rightId ?? null;
}

/** By the page, or by the hotspot. */
export const isYes = (fact: Fact): boolean =>
  (fact.kind === "answered" && fact.code === "ok") || (fact.kind === "hotspot-said" && fact.isOnline);

function spans(facts: readonly Fact[], from: Fact["kind"], to: Fact["kind"]): Span[] {
  const found: Span[] = [];
  let fromMs: number | null = null;
  for (const { kind, atMs } of facts) {
    if (kind === from) fromMs ??= atMs;
    if (kind !== to || fromMs === null) continue;
    found.push({ fromMs, toMs: atMs });
    fromMs = null;
  }
  if (fromMs !== null) found.push({ fromMs, toMs: Infinity });
  return found;
}

/** From each back-up that was put back to when the hub ran again. */
function undone(facts: readonly Fact[]): Span[] {
  return factsOf(facts, "restored").map(({ backUpMs, atMs }) => {
    const up = factsOf(facts, "hub-up").find((each) => each.atMs >= atMs);
    return { fromMs: backUpMs, toMs: up?.atMs ?? Number.POSITIVE_INFINITY };
  });
}

/**
 * An agent whose mark or journal is not as it left it, or whose folder another one opens, takes the folder for somebody else's, and writes nothing
 * until it starts again.
 */
function inStrangeFolder(facts: readonly Fact[], troubles: readonly TroubleSpan[]): TroubleSpan[] {
  const disks = troubles.filter(({ trouble }) => trouble === "disk");
  return facts.flatMap((fact, index): TroubleSpan[] => {
    const isDamaged = fact.kind === "damaged" && (fact.file === "holder.json" || fact.file.startsWith("journal/"));
    if (!isDamaged && fact.kind !== "agent-beside") return [];
    // By order, not by time: it may have come up in the same millisecond, just before. Who comes up on a disk that takes no mark is not told from the other.
    const up = factsOf(facts.slice(index), "agent-up").find(({ atMs }) => !isIn(disks, atMs));
    return [{ trouble: "disk", what: fact.kind, fromMs: fact.atMs, toMs: up?.atMs ?? Infinity }];
  });
}

const troublesOf = (facts: readonly Fact[]): TroubleSpan[] =>
  facts.flatMap((began, index) => {
    if (began.kind !== "trouble-began") return [];
    const { trouble, what, atMs } = began;
    const ended = factsOf(facts.slice(index), "trouble-ended").find((fact) => fact.trouble === trouble);
    return [{ trouble, what, fromMs: atMs, toMs: ended?.atMs ?? Infinity }];
  });
