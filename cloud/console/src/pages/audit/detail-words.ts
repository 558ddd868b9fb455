/** With what a thing was done, in one line: the fields of the request and their values, in words. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { fieldWord } from "./field-words.ts";
import { bare, fieldOf, valueText, weekdaysText } from "./value-words.ts";

/** Ids, files and secrets' names: no person reads them. */
export const isForMachines = /(Id|Ids|Hash|Url)$|^(id|ids|csv|bundle|url|locale|alphabet|seed|key|etag|cursor)$/i;
/** What the hub does not keep in the log is nothing to read there either. */
const hidden = "[hidden]";
const shownMax = 160;

/** The names in these are people's own, and said as they wrote them: of plans, with the price of each. */
const namedByPeople = new Set(["prices"]);

/** A field and what it was set to. */
interface Said {
  readonly text: string;
  /** False: a newer hub's field, of which this console knows no word; it stands there by its English name in the API, in plain words. */
  readonly isNamed: boolean;
}

interface Spoken {
  readonly action: string;
  readonly zone: Zone;
}

/** The query and the body of the request, and what its route says was done, in one line: without ids and files, which people can't read; money in its main unit. */
export function detailText(detail: Readonly<Record<string, unknown>>, spoken: Spoken): string {
  return shortened(saidOf(detail, spoken));
}

/** The same in two parts: what has words, and what the reader finds in English alone. */
export function detailParts(
  detail: Readonly<Record<string, unknown>>,
  spoken: Spoken,
): { named: string; unnamed: string } {
  const said = saidOf(detail, spoken);
  return {
    named: shortened(said.filter(({ isNamed }) => isNamed)),
    unnamed: shortened(said.filter(({ isNamed }) => !isNamed)),
  };
}

function saidOf(detail: Readonly<Record<string, unknown>>, spoken: Spoken): Said[] {
  const shown = "body" in detail ? [detail.query, detail.body, detail.result, { admin: detail.admin }] : [detail];
  return shown.flatMap((part) => flat(part, spoken));
}

function shortened(said: readonly Said[]): string {
  const text = said.map((one) => one.text).join(" · ");
  return text.length > shownMax ? `${cutText(text, shownMax)}…` : text;
}

function flat(value: unknown, spoken: Spoken, name = ""): Said[] {
  if (value === null || value === undefined || value === "" || value === hidden || isId(value)) return [];
  if (fieldWord(name, spoken.action) === null) return [];
  if (Array.isArray(value)) return listed(value, spoken, name);
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => {
      if (namedByPeople.has(name))
        return typeof inner === "number" ? [{ text: `${key}: ${inner / 100}`, isNamed: true }] : [];
      if (isForMachines.test(key)) return [];
      const field = fieldOf(key, inner, spoken.zone);
      if (field.text !== undefined)
        return fieldWord(field.name, spoken.action) === null ? [] : [labelled(field.name, field.text, spoken)];
      return flat(field.value, spoken, field.name);
    });
  return [labelled(name, valueText(name, value, spoken.zone), spoken)];
}

function listed(items: readonly unknown[], spoken: Spoken, name: string): Said[] {
  if (name === "days" && items.length > 0 && items.every((item) => typeof item === "number"))
    return [{ text: `${say("field_weekdays")}: ${weekdaysText(items)}`, isNamed: true }];
  const said = items
    .flatMap((item) =>
      typeof item === "object"
        ? together(flat(item, spoken))
        : { text: valueText(name, item, spoken.zone), isNamed: true },
    )
    .filter(({ text }) => text !== "");
  if (said.length === 0) return [];
  const parted = items.some((item) => typeof item === "object") ? "; " : ", ";
  const all = labelled(name, said.map(({ text }) => text).join(parted), spoken);
  return [{ ...all, isNamed: all.isNamed && said.every(({ isNamed }) => isNamed) }];
}

const together = (said: readonly Said[]): Said => ({
  text: said.map(({ text }) => text).join(", "),
  isNamed: said.every(({ isNamed }) => isNamed),
});

/** A UUID says nothing to a person. */
const isId = (value: unknown) =>
  typeof value === "string" && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);

/** A field of a newer hub is at least written as words: `creditLimit` -> "credit limit". */
function labelled(name: string, text: string, { action }: Spoken): Said {
  if (name === "") return { text, isNamed: true };
  const key = fieldWord(name, action);
  const label = key == null ? inPlainWords(bare(name)) : say(key);
  return { text: `${label}: ${text}`, isNamed: key != null };
}

const inPlainWords = (name: string): string =>
  name
    .replaceAll(/([A-Z])/g, " $1")
    .replaceAll("-", " ")
    .toLowerCase();
