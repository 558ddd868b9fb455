/**
 * A local hotspot user of a router that came from another system is a voucher: its name is the code, and while nobody has used it, it is cash.
 * Who may not see codes sees their ends. Pure.
 */
import type { RouterRow, RouterView } from "@karibu/protocol/router/router-views";

const nameOf: Partial<Record<RouterView, string>> = {
  "hotspot-users": "name",
  "hotspot-active": "user",
  "hotspot-cookies": "user",
};

/** The last four characters, and never more than half of a short name. */
export function maskName(name: string): string {
  const characters = Array.from(name);
  const shown = Math.min(4, Math.floor(characters.length / 2));
  return `…${characters.slice(characters.length - shown).join("")}`;
}

/** A text that may repeat the name, without it. */
export const maskIn = (text: string, name: string): string => text.replaceAll(name, maskName(name));

/** A row as RouterOS gave it, with its codes masked. Rows of views without codes come back as they are. */
export function maskRow(view: RouterView, row: RouterRow): RouterRow {
  if (view === "logs") return maskLog(row);
  if (view === "api-calls") return maskCall(row);
  const column = nameOf[view];
  if (column === undefined) return row;
  const { [column]: name = "", comment } = row;
  if (name === "") return row;
  return {
    ...row,
    [column]: maskName(name),
    ...(comment === undefined ? {} : { comment: maskIn(comment, name) }),
  };
}

/** `ABC123 (10.5.50.7): logged in`, with arrows before it where it is written for debugging. A name may hold spaces and brackets. */
const ofHotspot = /^((?:->|<-)?[: ]*)(.+)( \([0-9a-f.:]+\).*)$/is;
const ofRadius = /(user-name\s*=\s*)"?.*$/is;

const ofUsers = /^(\/ip\/hotspot\/user\/[a-z-]+) .*$/s;

/** What the agent asked of the router about its local users. A name may hold spaces: none of what follows is told. */
const maskCall = (row: RouterRow): RouterRow =>
  row.words === undefined ? row : { ...row, words: row.words.replace(ofUsers, "$1 …") };

function maskLog(row: RouterRow): RouterRow {
  const { topics = "", message = "" } = row;
  const isHotspot = /\bhotspot\b/i.test(topics) || /\bhotspot user\b/i.test(message);
  if (!isHotspot) return /\bradius\b/i.test(topics) ? { ...row, message: message.replace(ofRadius, "$1…") } : row;
  const found = ofHotspot.exec(message);
  // Where the name stands in it is not known: none of it is told.
  if (found === null) return { ...row, message: "…" };
  const [, before = "", name = "", after = ""] = found;
  return { ...row, message: `${before}${maskName(name)}${maskIn(after, name)}` };
}
