/**
 * Lines of an export (`/export terse`), and what of them may be shown: never a secret. The file has none of those that RouterOS calls
 * sensitive; people also write them into comments, scripts, addresses and variables. Pure.
 *
 * Who attacks: whoever broke into a router or its agent writes this text, up to 4 MiB, and the hub reads it between others' requests. So each
 * pattern takes a time that grows with the text alone: what may repeat beside something that may be empty has a bound.
 */
import { cutText } from "@karibu/protocol/whole-text";

export interface ExportLine {
  /** `/ip hotspot user` */
  readonly menu: string;
  readonly verb: string;
  /** As written. */
  readonly text: string;
  readonly words: readonly ExportWord[];
}

export interface ExportWord {
  /** Empty: a word without a value. */
  readonly name: string;
  readonly value: string;
}

const linesMax = 60_000;
const hidden = "•••";

/** Comments and empty lines are left out: the first one is the date. */
export function readExport(text: string): ExportLine[] {
  return text
    .replace(/\\\r?\n\s*/g, "")
    .split(/\r?\n/)
    .filter((line) => line.startsWith("/"))
    .slice(0, linesMax)
    .map(readLine);
}

const pathLine = /^(\/[a-z0-9/ -]*?) ?\b(add|set|remove|enable|disable|unset|move)\b ?(.*)$/s;
/**
 * A quotation that nobody closes goes on to the end, and a bracket that another one follows is a word: else each such sign is looked at to the end of
 * the line, and again for the next one.
 */
const quoted = /"[^"\\]*(?:\\.?[^"\\]*)*(?:"|$)/s.source;
const wordPattern = new RegExp(`([a-z0-9.-]+)=(${quoted}|[^\\s"]*)|(${quoted}|\\[[^\\][]{0,500}\\]|\\S+)`, "gs");

function readLine(text: string): ExportLine {
  const [, menu = text.split(" ")[0] ?? "", verb = "", rest = ""] = pathLine.exec(text) ?? [];
  const words = [...rest.matchAll(wordPattern)].map(([, name = "", value = "", word = ""]) => ({
    name,
    value: name === "" ? word : value,
  }));
  return { menu, verb, text, words };
}

const secretNames =
  /(pass|secret|psk|private|key|token|pin|community|auth|credential|otp|seed|license|software-id|encryption)/;
/** Names that have such a word in them and say nothing. */
const plainNames =
  /^(authentication(-types|-port|-protocol)?|auth-(algorithms|method)|require-message-auth|key-(usage|size)|security\.authentication-types|mac-auth.*|hash-algorithm|pass-through|passthrough|encryption(-ciphers|-algorithm)?|default-authentication|public-key|pin-code-length|auto-mac|use-radius)$/;
/** Code, which holds what somebody wrote into it. */
const codeNames = /^(source|on-.*|.*script|up|down|http-data|http-header-field|cmd|entrypoint)$/;
const freeNames = /^(comment|note|contact|location|email|user|to|from|url|body|subject|value|dst|src-path)$/;

/** What looks like a secret inside a text of people: a value behind such a word, a long run of letters and digits. */
const saidSecret =
  /\b(pass(?:word|wd|phrase)?|pwd?|pw|secret|psk|key|token|pin|bearer|login|neno la siri|siri)(\s{0,4}(?:is|ni)?\s{0,4}[:=]?\s{0,4}\\?"?)([^\s"\\,;]{3,})/gi;
const longRun = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const mixedRun = /\b(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{12,}\b/g;
const urlLogIn = /(\/\/[^/\s:@"]{1,80}:)[^@\s"/]{1,200}@/g;

const withoutSaid = (text: string): string =>
  text
    .replace(urlLogIn, `$1${hidden}@`)
    .replace(saidSecret, `$1$2${hidden}`)
    .replace(longRun, hidden)
    .replace(mixedRun, hidden);

/** Where users of the hotspot and of User Manager are named: codes that somebody paid for. */
const usersNamedBy: Readonly<Record<string, string>> = {
  "/ip hotspot user": "name",
  "/user-manager user": "name",
  "/user-manager user-profile": "user",
};

/** The code that a line names; empty: none. Asked once for a line, which may have a million words. */
export function codeOf({ menu, words }: Pick<ExportLine, "menu" | "words">): string {
  const namedBy = usersNamedBy[menu];
  if (namedBy === undefined) return "";
  return words.find(({ name }) => name === namedBy)?.value.replaceAll(/^"|"$/g, "") ?? "";
}

/** One value, as it may be shown. @param code as `codeOf` tells it: a comment may repeat it */
export function shownValue({ menu }: Pick<ExportLine, "menu">, { name, value }: ExportWord, code = ""): string {
  if (value === "" || value === '""') return value;
  if (secretNames.test(name) && !plainNames.test(name)) return hidden;
  // SNMP's names are passwords; variables of containers are passwords more often than not.
  if (name === usersNamedBy[menu] || (name === "name" && menu === "/snmp community")) return hidden;
  if (name === "value" && menu.startsWith("/container")) return hidden;
  if (codeNames.test(name)) return `${hidden} (${value.length})`;
  if (!freeNames.test(name) && value.length <= 40) return value;
  return withoutSaid(code === "" ? value : value.replaceAll(code, hidden));
}

const shownMax = 600;

/** A line as it may be shown: one line, cut. */
export function shownLine(line: ExportLine): string {
  const code = codeOf(line);
  const words = line.words.map((word) => {
    const value = shownValue(line, word, code);
    return word.name === "" ? withoutSaid(value) : `${word.name}=${value}`;
  });
  const text = line.verb === "" ? withoutSaid(line.text) : [line.menu, line.verb, ...words].join(" ");
  return shownText(text);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const misleading = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Nothing that turns a line around or hides a part of it; cut. */
export const shownText = (text: string): string => cutText(text.replace(misleading, "\ufffd"), shownMax);

/** The whole export as it may be shared. */
export function sharedExport(text: string): string {
  return `${readExport(text).map(shownLine).join("\n")}\n`;
}
