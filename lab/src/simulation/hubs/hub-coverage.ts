/** What the stories with a hub of a run reached: a row that stays empty is a part that no story tries. */
import type { Chronicle, FactOf, ReleaseWay } from "../judge/chronicle.ts";
import { factsOf } from "../judge/history.ts";
import type { Coverage } from "../sites/coverage.ts";
import { refusalIn } from "../sites/reach.ts";
import { channelCalls, hubCommandKinds, resultArrivals, resultCodes } from "./hub-commands.ts";
import { hubWordRows } from "./hub-reach.ts";
import type { HubStory } from "./hub-story.ts";
import { neighbourReaches } from "./neighbour-reaches.ts";
import type { HubReach } from "./read-hub-reach.ts";
import { sceneNames } from "./scenes.ts";

/** A run of a thousand stories must reach each of these. None needs to reach "disproved": the channel's silence counts after an hour, and from who was right before. */
const rows: readonly string[] = [
  ...hubCommandKinds.map((kind) => `command ${kind}`),
  ...channelCalls.map((calls) => `calls ${calls}`),
  ...(["stopped", "killed"] satisfies FactOf<"hub-down">["how"][]).map((how) => `hub down: ${how}`),
  ...["the hub is two processes", "one process of two killed"],
  ...["prompted", "paid", "failed", "unknown"].map((state) => `page ${state}`),
  ...["paid", "paid_unreceipted", "failed", "unknown", "reversed"].map((state) => `purchase ${state}`),
  ...["booked", "suspense", "credit", "reversed"].map((state) => `receipt ${state}`),
  ...["receipt", "unreceipted", "proved", "refund", "voucher-sale", "cash-sale", "seller-hand-in", "withdrawn"].map(
    (kind) => `entry ${kind}`,
  ),
  ...["purchase ok", "purchase hub-away", "claim ok", "paid-return ok", "sale ok", "sale guessing"].map(
    (answer) => `answer ${answer}`,
  ),
  ...["online", "refused"].map((end) => `account ${end}`),
  ...[
    "handed-in",
    "plan-changed",
    "given",
    "held",
    "customer-stepped",
    "statement",
    "provider-stepped",
    "line-renewed",
    "line-promised",
    "package-ordered",
  ].map((order) => `done ${order}`),
  ...["ignores limits", "repeats session ids", "long count"].map((way) => `router ${way}`),
  ...["answer put-on ok", "typed printed", "bought changed", "found by statement"],
  ...["portal csv", "portal xlsx", "short csv", "short xlsx"].map((file) => `statement ${file}`),
  ...neighbourReaches.map((reach) => `refused: another provider's ${reach}`),
  "readmitted",
  "restored",
  ...["grant taken: lost", "batch taken: lost"].map((row) => `returned ${row}`),
  "end at a date",
  "outage with credit",
  "taken back",
  "money returned",
  "withdrawn to bank",
  "withdrawn to settlement",
  "night compared",
  "uplink off by order",
  ...["ether1 off undone", "ether1 on done", "ether3 off done"].map((order) => `order ${order}`),
  ...["active", "grace", "over"].map((state) => `line ${state}`),
  ...["renewed", "promised", "now-grace", "now-over"].map((what) => `line says ${what}`),
  ...(["good", "crashes", "silent", "hangs"] satisfies ReleaseWay[]).map((way) => `release ${way}`),
  ...["staff mistaken: paid", "staff mistaken: not-paid"],
  "forged",
  "leaked",
  "package bought anew",
  ...sceneNames.map((scene) => `scene ${scene}`),
  ...resultArrivals.map((arrive) => `results ${arrive}`),
  ...resultCodes.map((code) => `result ${code}`),
  ...["paid out", "payout came back", "limit of unverified money", "twins under one key", "twins under two keys"],
  ...hubWordRows,
];

export interface CoveredStory {
  readonly chronicle: Pick<Chronicle, "facts">;
  readonly reach: HubReach;
}

export const noHubCoverage = (): Coverage => Object.fromEntries(rows.map((row) => [row, 0]));

export const emptyHubRows = (coverage: Coverage): string[] => rows.filter((row) => (coverage[row] ?? 0) === 0);

export function coverHub(
  coverage: Coverage,
  { commands, site, scenes = [] }: HubStory,
  { chronicle: { facts }, reach }: CoveredStory,
): void {
  const add = (row: string): void => {
    coverage[row] = (coverage[row] ?? 0) + 1;
  };
  if (site.ignoresLimits === true) add("router ignores limits");
  if (site.repeatsSessionIds === true) add("router repeats session ids");
  if (site.longCountFrom != null) add("router long count");
  for (const scene of scenes) add(`scene ${scene}`);
  for (const command of commands) {
    add(`command ${command.do}`);
    if (command.do === "statement") add(`statement ${command.layout} ${command.file}`);
    if (command.do === "channel-trouble") add(`calls ${command.calls}`);
    if (command.do === "hand-in-twins") add(`twins under ${command.isSameKey ? "one key" : "two keys"}`);
    if (command.do === "results-trouble") {
      add(`results ${command.arrive}`);
      if (command.code !== null) add(`result ${command.code}`);
    }
  }
  const asks = factsOf(facts, "asked");
  const asked = new Map(asks.map(({ ask, what }) => [ask, what]));
  for (const { ask, code } of factsOf(facts, "answered")) {
    add(`answer ${asked.get(ask)} ${code}`);
    add(`said ${code}`);
  }
  for (const { ask, isOnline } of factsOf(facts, "hotspot-said"))
    if (asked.get(ask) === "account") add(`account ${isOnline ? "online" : "refused"}`);
  const done = new Set(factsOf(facts, "staff-heard").flatMap(({ act, isDone }) => (isDone ? [act] : [])));
  for (const fact of facts)
    if ("act" in fact && fact.kind !== "staff-heard" && done.has(fact.act ?? -1)) add(`done ${fact.kind}`);
  const printed = new Set(factsOf(facts, "printed").map(({ rightId }) => rightId));
  for (const { rightId } of asks) if (rightId !== null && printed.has(rightId)) add("typed printed");
  if (factsOf(facts, "credits-outages").length > 0 && commands.some((command) => command.do === "wan-trouble"))
    add("outage with credit");
  for (const { plan } of factsOf(facts, "bought")) if (plan.includes("until")) add("end at a date");
  for (const { plan } of factsOf(facts, "bought")) if (plan.includes("change")) add("bought changed");
  for (const { way } of factsOf(facts, "release-started")) add(`release ${way}`);
  for (const { said } of factsOf(facts, "staff-mistaken")) add(`staff mistaken: ${said}`);
  for (const _ of factsOf(facts, "hub-beside")) add("the hub is two processes");
  for (const { how, othersUp } of factsOf(facts, "hub-down")) {
    add(`hub down: ${how}`);
    if (how === "killed" && othersUp > 0) add("one process of two killed");
  }
  for (const { state } of factsOf(facts, "purchase-said")) add(`page ${state}`);
  for (const { reach, status } of factsOf(facts, "neighbour-heard"))
    if (status === 403 || status === 404) add(`refused: another provider's ${reach}`);
  for (const _ of factsOf(facts, "money-returned")) add("money returned");
  for (const { to } of factsOf(facts, "withdrawn")) add(`withdrawn to ${to}`);
  for (const _ of factsOf(facts, "uplink-off")) add("uplink off by order");
  for (const _ of factsOf(facts, "channel-night")) add("night compared");
  for (const _ of factsOf(facts, "readmitted")) add("readmitted");
  for (const _ of factsOf(facts, "restored")) add("restored");
  for (const row of reach.returned) add(`returned ${row}`);
  for (const _ of factsOf(facts, "paid-out")) add("paid out");
  for (const { centsMax } of factsOf(facts, "unverified-limit")) if (centsMax > 0) add("limit of unverified money");
  for (const _ of factsOf(facts, "payout-returned")) add("payout came back");
  for (const _ of factsOf(facts, "taken-back")) add("taken back");
  for (const { renews = null } of factsOf(facts, "bought")) if (renews !== null) add("package bought anew");
  for (const _ of factsOf(facts, "forged")) add("forged");
  for (const _ of factsOf(facts, "leaked")) add("leaked");
  for (const { message } of factsOf(facts, "hotspot-said")) {
    const refusal = refusalIn(message);
    if (refusal !== null) add(`refusal ${refusal}`);
  }
  for (const record of reach.records) add(`record ${record}`);
  for (const alarm of reach.alarms) add(`alarm ${alarm}`);
  for (const transition of reach.transitions) add(`transition ${transition}`);
  for (const review of reach.reviews) add(`review ${review}`);
  for (const refund of reach.refunds) add(`refund ${refund}`);
  for (const { books } of factsOf(facts, "hub-books")) {
    for (const { state } of books.purchases) add(`purchase ${state}`);
    for (const { state, provedBy } of books.receipts) {
      add(`receipt ${state}`);
      if (provedBy === "statement") add("found by statement");
    }
    for (const { action, state } of books.routerOrders) add(`order ${action} ${state}`);
    for (const { state, log } of books.lines) {
      add(`line ${state}`);
      for (const { what } of log) add(`line says ${what}`);
    }
    for (const { key } of books.entries) add(`entry ${key.split(":")[0]}`);
  }
}
