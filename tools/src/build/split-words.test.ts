import { join } from "node:path";
import { channelList } from "@karibu/cloud/money/channel-list";
import { en } from "@karibu/console/strings/en";
import { expect, test } from "vitest";
import { repositoryRoot } from "./repository.ts";
import { readSplit } from "./split-words.ts";

const split = await readSplit(join(repositoryRoot, "cloud/console/src"));

test("each word of the console is in one place, and the first page has a small part of them", () => {
  const places = [split.first, ...split.later.values()].flatMap((words) => Object.keys(words));
  expect(places.toSorted()).toEqual(Object.keys(en).toSorted());
  expect(Object.keys(split.first).length).toBeLessThan(places.length / 3);
});

/** What a script has when it runs. */
function wordsAt(path: string): Record<string, string> {
  return Object.assign({}, split.first, ...split.needed(path).map((place) => split.later.get(place)));
}

test.each([
  ["a key", "pages/alarm-rules/alarm-rules-page.ts", "alarmRulesWhy"],
  ["a key that is put together", "pages/home/waiting-work.ts", "waits_claims"],
  ["a key whose beginning another script puts together", "pages/invoices/invoices-page.ts", "invoice_void"],
  ["a limit's name, for who says limits", "strings/limit-name.ts", "limit_voucher_codes"],
  ["a refusal, where all are listed", "pages/api/api-page.ts", "problem_not_found"],
  ["a refusal that comes row by row", "pages/vouchers/bulk-change.ts", "problem_not_found"],
] as const)("a script comes with what it may say: %s", (_, path, key) => {
  expect(en).toHaveProperty(key);
  expect(wordsAt(path)).toHaveProperty(key);
});

test("the form of a channel comes with the words of each key that a channel asks for", () => {
  const named = channelList
    .flatMap(({ kinds }) => kinds)
    .flatMap(({ fields }) => (fields ?? []).flatMap(({ label, hint }) => [label, hint ?? label]));
  expect(named.length).toBeGreaterThan(20);
  const words = wordsAt("pages/channels/channel-form.ts");
  expect(named.filter((key) => !Object.hasOwn(words, key))).toEqual([]);
});

test("[UIX-01] who reads Swahili finds words where no page waited for the rest: at the second factor, and where the hub is away", () => {
  const { first, rest } = split.swahili;
  const keys = [
    "awayTitle",
    "awayWhat",
    "awayGoesOn",
    "codeWanted",
    "factorProveWhy",
    "factorNeeded",
    "factorNeededWhy",
  ];
  expect(keys.filter((key) => !(key in first) || key in rest)).toEqual([]);
});
