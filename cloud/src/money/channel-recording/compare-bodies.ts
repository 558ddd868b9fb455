/** The questions that are asked of every channel. Pure. */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import {
  type DocumentedKeys,
  type Finding,
  finding,
  type RecordedFact,
  type RecordedQuestions,
  within,
} from "../channels/recorded-facts.ts";

/** @param own null: its documents leave nothing open that a body could answer */
export function compareBodies(own: RecordedQuestions | null, facts: readonly RecordedFact[]): Finding[] {
  return [...general(own?.documentedKeys ?? {}, facts), ...(own?.ask(facts) ?? [])];
}

function general(documentedKeys: RecordedQuestions["documentedKeys"], facts: readonly RecordedFact[]): Finding[] {
  const came = facts.filter(({ remoteAddress }) => remoteAddress !== null);
  const keys = [...Map.groupBy(facts, ({ source }) => source)]
    .map(([source, all]) => ({ source, all, documented: documentedKeys[source] }))
    .flatMap(({ source, all, documented }) => (documented === undefined ? [] : [keysOf(source, documented, all)]));
  return [
    ...keys,
    finding(
      "callback-repeated",
      null,
      came.map((fact) => ({ answer: `${fact.source}: ${repeatOf(fact)}`, atMs: fact.receivedAtMs })),
    ),
    finding(
      "source-address",
      null,
      came.map((fact) => ({ answer: `${fact.source}: ${fact.remoteAddress}`, atMs: fact.receivedAtMs })),
    ),
  ];
}

function repeatOf({ againAtMs, receivedAtMs }: RecordedFact): string {
  if (againAtMs === null) return "once";
  return `again after ${within(againAtMs - receivedAtMs)}`;
}

/** Keys that came and are documented nowhere, and those that documents name and that were missing. */
function keysOf(source: string, { always, sometimes }: DocumentedKeys, facts: readonly RecordedFact[]): Finding {
  const documented = [...always, ...sometimes];
  const answers = facts.flatMap(({ body, receivedAtMs: atMs }) => {
    const fields = readJsonObject(body);
    if (fields === null) return [{ answer: "not JSON", atMs }];
    const names = new Set(namesIn(fields));
    const more = [...names].filter((name) => !documented.includes(name)).map((name) => ({ answer: `+ ${name}`, atMs }));
    const less = always.filter((name) => !names.has(name)).map((name) => ({ answer: `- ${name}`, atMs }));
    return more.length + less.length === 0 ? [{ answer: asDocumented, atMs }] : [...more, ...less];
  });
  return { ...finding(`keys-${source}`, [asDocumented], answers), documented: documented.join(", ") };
}

const asDocumented = "as documented";
const namesMax = 60;
const depthMax = 6;

/** Names of fields, nested ones with dots; a list's elements count as one. Parameters of `{Name, Value}` or `{Key, Value}` count by their name. */
function namesIn(value: unknown, path = "", depth = 0): string[] {
  if (depth > depthMax || typeof value !== "object" || value === null) return path === "" ? [] : [path];
  if (Array.isArray(value))
    return [...new Set(value.flatMap((each) => namesIn(each, path, depth + 1)))].slice(0, namesMax);
  const fields = value as Readonly<Record<string, unknown>>;
  const named = fields.Name ?? fields.Key;
  if (typeof named === "string" && Object.keys(fields).length <= 2) return [`${path}.${cutText(named, 60)}`];
  const all = Object.entries(fields).flatMap(([name, each]) => {
    const at = cutText(name, 60);
    return namesIn(each, path === "" ? at : `${path}.${at}`, depth + 1);
  });
  return all.slice(0, namesMax);
}
