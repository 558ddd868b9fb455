/** What an audit entry says was done, in words: `POST /api/v1/plans/{planId}/copy` -> "Plans: copied". */
import { en, type Strings } from "../../strings/en.ts";
import { say, word } from "../../strings/strings.ts";

const plainVerbs: Record<string, keyof Strings> = {
  POST: "did_made",
  PUT: "did_set",
  PATCH: "did_changed",
  DELETE: "did_removed",
};

/** An action that is no request (`signed-up`) has its word. An action without a word is shown as it is. */
export function actionWords(action: string): string {
  const match = /^(POST|PUT|PATCH|DELETE) \/api\/v1\/(.+)$/.exec(action);
  if (match === null) return word("did", action);
  const [, method = "", path = ""] = match;
  const parts = path.split("/").filter((part) => !part.startsWith("{"));
  const verb = `did_${(parts.at(-1) ?? "").replaceAll("-", "_")}`;
  const isVerb = method === "POST" && parts.length > 1 && Object.hasOwn(en, verb);
  const nouns = (isVerb ? parts.slice(0, -1) : parts).map((part) => word("on", part));
  return `${nouns.join(", ")}: ${say(isVerb ? (verb as keyof Strings) : (plainVerbs[method] as keyof Strings))}`;
}

const isForMachines = /(Id|Ids)$|^(csv|bundle)$/;
const shownMax = 160;

/** The body of the request in one line: without ids and files, which people can't read; money in its main unit. */
export function detailText(detail: Readonly<Record<string, unknown>>): string {
  const shown = "body" in detail ? detail.body : detail;
  const text = flat(shown).join(" · ");
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

function flat(value: unknown, name = ""): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return [`${name}: ${value.map((item) => flat(item).join(" ")).join(", ")}`];
  if (typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => {
      if (isForMachines.test(key)) return [];
      const [label, field] = /Cents$/.test(key) ? [key.replace(/Cents$/, ""), Number(inner) / 100] : [key, inner];
      return flat(field, name === "" ? label : `${name} ${label}`);
    });
  return [name === "" ? String(value) : `${name}: ${String(value)}`];
}
