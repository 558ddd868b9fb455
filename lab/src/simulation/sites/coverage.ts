/** What the stories of a run reached: a row that stays empty is a part of the site that no story tries. */
import type { JournalRecord } from "@karibu/protocol/journal/record";
import type { Chronicle, FactOf } from "../judge/chronicle.ts";
import { factsOf } from "../judge/history.ts";
import { fileKindOf, refusalIn, wordRows } from "./reach.ts";
import { choices, commandKinds, type SiteStory } from "./site-story.ts";

export type Coverage = Record<string, number>;

/** A run of a thousand stories must reach each of these. */
const rows: readonly string[] = [
  ...commandKinds.map((kind) => `command ${kind}`),
  ...Object.entries(choices).flatMap(([kind, whats]) => whats.map((what) => `${kind} ${what}`)),
  ...(["stopped", "killed", "power"] satisfies FactOf<"agent-down">["how"][]).map((how) => `agent down: ${how}`),
  ...["seller logged in on the page", "seller page read", "sold on the page"],
  ...wordRows,
];

export const noCoverage = (): Coverage => Object.fromEntries(rows.map((row) => [row, 0]));

/** `journal`: what the site had written when the story ended. */
export function cover(
  coverage: Coverage,
  { commands }: SiteStory,
  { facts }: Chronicle,
  journal: readonly JournalRecord[],
): void {
  const add = (row: string): void => {
    coverage[row] = (coverage[row] ?? 0) + 1;
  };
  for (const command of commands) {
    add(`command ${command.do}`);
    if ("what" in command) add(`${command.do} ${command.what}`);
  }
  const asked = new Map(factsOf(facts, "asked").map((fact) => [fact.ask, fact]));
  for (const { ask, code } of factsOf(facts, "answered")) {
    add(`answer ${code}`);
    const { what, isOnPage = false } = asked.get(ask) ?? {};
    if (what === "seller-in" && code === "ok") add("seller logged in on the page");
    if (isOnPage && code === "ok") add("sold on the page");
  }
  for (const _ of factsOf(facts, "seller-page")) add("seller page read");
  for (const { message } of factsOf(facts, "hotspot-said")) {
    const refusal = refusalIn(message);
    if (refusal !== null) add(`refusal ${refusal}`);
  }
  for (const { cause } of factsOf(facts, "session-ended")) add(`end ${cause}`);
  for (const { how } of factsOf(facts, "agent-down")) add(`agent down: ${how}`);
  for (const { file } of factsOf(facts, "damaged")) add(`damaged ${fileKindOf(file)}`);
  for (const record of journal) {
    add(`record ${record.kind}`);
    if (record.kind === "alarm") add(`alarm ${record.name}`);
  }
}

export function addCoverage(sum: Coverage, part: Coverage): void {
  for (const [row, count] of Object.entries(part)) sum[row] = (sum[row] ?? 0) + count;
}

export const emptyRows = (coverage: Coverage): string[] => rows.filter((row) => (coverage[row] ?? 0) === 0);
