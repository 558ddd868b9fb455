/** Who changed a router's settings, as far as its own log tells. Pure. All of it is text from outside. */

import type { RouterRow } from "@karibu/protocol/router/router-views";
import { cutText, storableText } from "@karibu/protocol/whole-text";

export interface Cause {
  /** As the router's log writes it; by the hub's clock, ISO, for what Karibu ordered. */
  readonly time: string;
  /** The log-in name at the router, or who ordered it here. */
  readonly by: string;
  /** `karibu`: an order. `router`: a person or program that logged in at the router. */
  readonly at: "karibu" | "router";
  /** WinBox, ssh…; empty: the log does not say. */
  readonly via: string;
  readonly what: string;
}

const causesMax = 40;
const textMax = 200;
/** `filter rule changed by admin`, `item added by tcp-msg(winbox):admin@192.0.2.1/action:12`. */
const changeLine =
  /^(.{0,200}?\b(?:added|changed|removed|moved|set|enabled|disabled)) by ([^\s:]{1,60}:)?([^\s@/:()]{1,60})/;

/** A hotspot user's name, which may be a code that nobody has used. */
const userName = /\b(hotspot user) (?!profile\b).*(?= \w+$)/is;

/** Changes in the rows of the log, newest last; those of the agent's own user are Karibu's orders, which stand elsewhere. */
export function whoChanged(rows: readonly RouterRow[], agentUser = "karibu-agent"): Cause[] {
  return rows
    .flatMap((row): Cause[] => {
      const [, what, way = "", by = ""] = changeLine.exec(row.message ?? "") ?? [];
      if (what === undefined || by === agentUser) return [];
      const via = /\((\w{1,20})\)/.exec(way)?.[1] ?? way.replace(/:$/, "");
      const told = what.replace(userName, "$1 …");
      return [{ time: cut(row.time), by: cut(by), at: "router", via: cut(via), what: cut(told) }];
    })
    .slice(-causesMax);
}

/** `before`: of the back-ups before. What stood in the log then is not told again: the log is a ring, and has no dates of its own. */
export function onlyNew(causes: readonly Cause[], before: readonly Cause[]): Cause[] {
  const known = new Set(before.map(nameOf));
  return causes.filter((cause) => !known.has(nameOf(cause)));
}

const nameOf = ({ time, by, via, what }: Cause): string => JSON.stringify([time, by, via, what]);

const cut = (text: string | undefined): string => storableText(cutText(text ?? "", textMax));
