/** Tells a chronicle in plain words: who did what, what struck, and which invariant broke by how much. */
import type { Chronicle, Fact, FactOf, Right, Violation } from "./judge/chronicle.ts";
import type { RoamingChronicle } from "./judge/roaming.ts";

/** Null: it is told by what follows from it, or it is too much. */
const sentences: { readonly [Kind in Fact["kind"]]: (fact: FactOf<Kind>) => string | null } = {
  asked: ({ what, phone, rightId, ask }) => {
    if (what === "seller-in") return `a seller logs in on their page (ask ${ask})`;
    if (what === "seller-out") return `a seller logs out on their page (ask ${ask})`;
    if (what === "sale") return `a seller sells ${rightId ?? "with a wrong PIN"} (ask ${ask})`;
    if (what === "log-out") return `phone ${phone} asks to be logged out (ask ${ask})`;
    if (what === "purchase") return `phone ${phone} wants to buy (ask ${ask})`;
    if (what === "false-claim") return `phone ${phone} says that it has paid what somebody else paid (ask ${ask})`;
    if (what === "claim") return `phone ${phone} says that it has paid (ask ${ask})`;
    if (what === "put-on") return `staff put phone ${phone} on ${rightId} (ask ${ask})`;
    if (what === "take-off") return `phone ${phone} takes another device off ${rightId} (ask ${ask})`;
    if (what === "repeat") return `phone ${phone} posts once more what let it in before: ${rightId} (ask ${ask})`;
    if (what === "return" || what === "paid-return") return `phone ${phone} comes back with what it has (ask ${ask})`;
    const with_ = rightId === null ? "a wrong one" : rightId;
    return `phone ${phone} ${what === "code" ? "types a code" : "logs in with an account"}: ${with_} (ask ${ask})`;
  },
  answered: ({ ask, code }) => `ask ${ask} is answered: ${code}`,
  "came-back": ({ phone, isOnline }) =>
    `the router ${isOnline ? "lets" : "tries to let"} phone ${phone} in by its cookie`,
  "hotspot-said": ({ ask, isOnline, message }) => `ask ${ask} ends at the hotspot: ${isOnline ? "online" : message}`,
  "session-began": ({ session, phone, mac, told }) =>
    `phone ${phone} (${mac}) is online, session ${session}${told === undefined ? "" : `, for ${told.seconds ?? "any"} s and ${told.bytes ?? "any"} bytes`}`,
  report: ({ session, status, bytes, seconds, isHeard }) =>
    isHeard
      ? `the site has the ${status} of session ${session}: ${bytes} bytes, ${seconds} s`
      : `the router sends the ${status} of session ${session}: ${bytes} bytes, ${seconds} s`,
  "charged-to": ({ session, rightId }) => `the site counts session ${session} to ${rightId}`,
  "session-ended": ({ session, cause, bytes }) => `session ${session} ends by ${cause} after ${bytes} bytes`,
  counted: () => null,
  "speed-changed": ({ session, upBitsPerSecond, downBitsPerSecond }) =>
    `session ${session} goes on at ${upBitsPerSecond}/${downBitsPerSecond} bit/s`,
  "believed-over": ({ session, isOver }) => `by the site's books session ${session} is ${isOver ? "over" : "open"}`,
  "page-said": ({ phone, packages }) =>
    `the page of phone ${phone} shows ${packages.map(({ rightId, isOnline, secondsLeft, bytesLeft }) => `${rightId}${isOnline ? " (online)" : ""}: ${secondsLeft ?? "any"} s and ${bytesLeft ?? "any"} bytes left`).join(", ") || "nothing"}`,
  "seller-page": ({ seller, outCents, codes }) =>
    `the page of ${seller} shows ${outCents} cents to hand in, and the codes ${codes.join(", ") || "of nothing"}`,
  habits: ({ floatCents, settledCents }) =>
    `sellers may keep ${floatCents ?? "any number of"} cents, and have handed in ${settledCents}`,
  "new-mac": ({ phone, keepsCookie }) => `phone ${phone} has a new MAC${keepsCookie ? "" : ", and no cookie"}`,
  "agent-up": () => "the agent is up",
  "agent-down": ({ how }) =>
    ({ stopped: "the agent stops by order", killed: "the agent's process dies", power: "the agent loses its power" })[
      how
    ],
  "agent-beside": () => "another agent opens the agent's folder",
  "router-up": () => "the router is up",
  "router-down": () => "the router goes down",
  "trouble-began": ({ trouble, what }) => `trouble with the ${trouble}: ${what}`,
  "trouble-ended": ({ trouble }) => `the trouble with the ${trouble} is over`,
  damaged: ({ file, how }) => `the file ${file} is damaged: ${how}`,
  "stick-changed": ({ to }) => (to === "new" ? "a new stick is put in" : "an older copy of the stick is put in"),
  sold: ({ saleId, plan, code }) => `sale ${saleId} gives the code ${code} for ${plan}`,
  books: ({ books }) =>
    `books (${books.when}): ${books.grants.map(({ rightId, bytes, onlineSeconds }) => `${rightId} ${bytes} bytes ${onlineSeconds} s`).join(", ") || "nothing"}`,
  "hub-up": () => "the hub is up",
  restored: ({ backUpMs }) => `the hub is put back to what it was at ${clockOf(backUpMs)}`,
  "hub-beside": ({ aheadMs }) =>
    `the hub is two processes, and the clock of the second ${aheadMs === 0 ? "is right, too" : `is ${Math.abs(aheadMs)} ms ${aheadMs > 0 ? "ahead" : "behind"}`}`,
  "hub-down": ({ how, othersUp }) =>
    othersUp > 0
      ? `one process of the hub ${how === "stopped" ? "stops by order" : "dies"}, and the other goes on`
      : how === "stopped"
        ? "the hub stops by order"
        : "the hub's process dies",
  "purchase-said": ({ ask, purchaseId, state }) => `ask ${ask}: the page shows purchase ${purchaseId} as ${state}`,
  "money-moved": ({ receipt, amountCents, reference }) =>
    `the channel moves ${amountCents} cents for ${reference}: ${receipt}`,
  "money-returned": ({ receipt, amountCents }) =>
    `the channel gives ${amountCents} cents of ${receipt} back to their payer`,
  acknowledged: ({ receipt }) => `the hub acknowledges ${receipt}`,
  "giving-back": ({ of, method }) => `staff are asked to give ${of} back, ${method}`,
  "refunds-used": () => "staff may give back what was used, too",
  "paid-out": ({ receipt, payee, amountCents }) => `the channel pays ${amountCents} cents out to ${payee}: ${receipt}`,
  "payout-repeated": ({ receipt }) => `payout ${receipt} is ordered once more under its name, and refused`,
  "payout-returned": ({ receipt, of, amountCents }) => `${amountCents} cents of payout ${of} come back: ${receipt}`,
  seller: ({ seller, commissionPermille }) => `seller ${seller} keeps ${commissionPermille} thousandths`,
  "customer-stepped": ({ act, customer, isOff }) =>
    `staff switch customer ${customer} ${isOff ? "off" : "on"} (order ${act})`,
  "taken-back": ({ rightId }) => `staff take ${rightId} back`,
  "handed-in": ({ act, seller, amountCents }) => `seller ${seller} hands ${amountCents} cents in (order ${act})`,
  "plan-changed": ({ act, plan, to }) => `staff make "${plan}" what "${to}" is (order ${act})`,
  given: ({ act, rightId, seconds, useSeconds, dataBytes }) =>
    `staff give ${rightId} ${seconds} s, ${useSeconds} s online and ${dataBytes} bytes more (order ${act})`,
  held: ({ act, rightId, by, isHeld }) =>
    `${by === "staff" ? "staff" : "its holder"} ${isHeld ? "pause" : "resume"}${by === "staff" ? "" : "s"} ${rightId} (order ${act})`,
  printed: ({ rightId }) => `staff print ${rightId}`,
  statement: ({ act, receipts }) => `the owner brings a statement with ${receipts.join(", ")} (order ${act})`,
  line: ({ line, rightId, paidUntilMs, graceSeconds }) =>
    `${rightId} is line ${line}, paid until ${clockOf(paidUntilMs)}, with ${graceSeconds} s of grace`,
  "port-ordered": ({ act, port, isOff }) => `staff switch ${port} of the router ${isOff ? "off" : "on"} (order ${act})`,
  "uplink-off": () => "the router's port to the hub is switched off",
  "uplink-on": () => "the router's port to the hub is on again",
  "line-renewed": ({ act, line }) => `the office takes cash for a day of line ${line} (order ${act})`,
  "line-promised": ({ act, line, untilMs }) =>
    `the customer of line ${line} promises to pay until ${clockOf(untilMs)} (order ${act})`,
  "package-ordered": ({ act, purchaseId }) =>
    `staff have what purchase ${purchaseId ?? "?"} gave bought anew a little before it ends (order ${act})`,
  withdrawn: ({ receipt, amountCents, to }) =>
    `the owner moves ${amountCents} cents ${to === "bank" ? "to the bank" : "on to the settlement account"}: ${receipt}`,
  "channel-night": ({ chargedCents, saidCents, bookedCents, differing }) =>
    `the statement of the night: the channel took ${chargedCents} cents, and holds ${saidCents} as the hub reads it; ${bookedCents} by the books${differing.length === 0 ? "" : `; differing: ${differing.join(", ")}`}`,
  "provider-stepped": ({ act, step, sells }) =>
    `the platform's people ${step} the provider, which may ${sells ? "" : "not "}sell (order ${act})`,
  "no-router-api": () => "the site asks no API of its router",
  "unverified-limit": ({ centsMax }) => `what callbacks alone tell of opens packages for ${centsMax} cents an hour`,
  "credits-outages": () => "the provider gives time back to who had no internet",
  readmitted: () => "staff readmit the site's device",
  "release-ordered": ({ act, version, way, by }) =>
    version === null
      ? `the ${by} lets the site run what it likes (order ${act})`
      : `the ${by} wants release ${version}, which is ${way === "good" ? "good" : `no good: ${way}`} (order ${act})`,
  "release-started": ({ version, way }) => `the launcher starts release ${version} (${way})`,
  "staff-mistaken": ({ refundId, of, method, said }) =>
    `staff say by mistake that refund ${refundId} of ${of} by ${method} is ${said}`,
  "staff-heard": ({ act, isDone }) => `order ${act} is ${isDone ? "done" : "refused"}`,
  "neighbour-heard": ({ reach, status, isList }) =>
    isList ? null : `another provider's program tries to ${reach}, and hears ${status}`,
  forged: ({ receipt }) => `somebody posts a made-up callback with the receipt ${receipt}`,
  leaked: ({ receipt, purchaseId, amountCents }) =>
    `somebody who knows its address posts a callback of purchase ${purchaseId} for ${amountCents} cents with the made-up receipt ${receipt}`,
  bought: ({ purchaseId, rightId, plan, renews = null }) =>
    `purchase ${purchaseId} gave ${rightId} of "${plan}"${renews === null ? "" : `, which goes on from ${renews}`}`,
  "hub-books": ({ books }) =>
    `books of the hub: ${books.purchases.map(({ purchaseId, reference, state, review }) => `${purchaseId} (${reference}) ${state}${review === null ? "" : `, to review: ${review}`}`).join("; ") || "no purchase"}`,
  "copy-at-site": ({ grants, changes }) =>
    `the site has ${grants.length} packages and ${changes.length} changes of the hub in its folder`,
  logged: ({ who, level, event }) => (level === "error" ? `the log of the ${who} tells an error: ${event}` : null),
  warned: ({ alarm }) => `the site's log warns: ${alarm}`,
  told: ({ alarms, status }) =>
    `the site told: ${[...new Set(alarms)].join(", ") || "nothing"}; its page says: ${status.join(", ") || "all is well"}`,
  threw: ({ what }) => `THREW: ${what}`,
};

interface Line {
  readonly atMs: number;
  readonly text: string;
}

/** One line a fact, and the broken invariants at the moment at which they show. */
export const tell = ({ rights, facts }: Chronicle, violations: readonly Violation[]): string[] => [
  ...rights.map(heldLine),
  ...inOrder(linesOf(facts), violations),
];

/** The same of two sites and their hub. */
export function tellRoaming({ rights, sites, hub }: RoamingChronicle, violations: readonly Violation[]): string[] {
  const of = (who: string, facts: readonly Fact[]): Line[] =>
    linesOf(facts).map(({ atMs, text }) => ({ atMs, text: `${who}: ${text}` }));
  const lines = [...sites.flatMap((facts, at) => of(`site ${at + 1}`, facts)), ...of("hub", hub)];
  return [...rights.map(heldLine), ...inOrder(lines, violations)];
}

const heldLine = ({ rightId, kind, plan }: Right): string => `${rightId} is a ${kind} of "${plan}"`;

function linesOf(facts: readonly Fact[]): Line[] {
  return facts.flatMap((fact) => {
    const sentence = (sentences[fact.kind] as (fact: Fact) => string | null)(fact);
    return sentence === null ? [] : [{ atMs: fact.atMs, text: sentence }];
  });
}

function inOrder(lines: readonly Line[], violations: readonly Violation[]): string[] {
  const broken = violations.map(({ atMs, invariant, what }) => ({ atMs, text: `*** ${invariant}: ${what}` }));
  // A stable sort: what broke stands after what happened at that moment.
  const all = [...lines, ...broken].sort((one, other) => one.atMs - other.atMs);
  return all.map(({ atMs, text }) => `${clockOf(atMs)}  ${text}`);
}

function clockOf(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, "0")}`;
}
