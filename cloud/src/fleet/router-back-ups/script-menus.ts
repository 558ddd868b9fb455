/**
 * What of a script (`.rsc`) can be imported: these menus alone, and of their rows these words. A menu that is not here is never written, whatever the
 * script says. Nothing of a script is run: its words become named actions, and the site's agent checks each again. Pure.
 */
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { durationSeconds, type MenuRow } from "../../ground/router-exports/routeros-values.ts";
import type { templateViews } from "./router-template.ts";

export type ScriptView = (typeof templateViews)[number];

/** How a word is compared: RouterOS writes `1h` and `01:00:00` for the same time. */
type WordKind = "text" | "time" | "count";

export interface ScriptMenu {
  readonly menu: string;
  /** By what a row is the same one. */
  readonly key: string;
  readonly words: Readonly<Record<string, WordKind>>;
  /** What a word is that a row does not say. */
  readonly usual: MenuRow;
  /** Words that make a row of the router mean less than one of the script could: with one of them it is another row. */
  readonly narrow: readonly string[];
  /** True: a row may come without its other words, which are named. False: without them it would open more than it should. */
  readonly leavesWords: boolean;
  /** `today`: the router's row of that key. Null: such a row can't be changed. What is no action of ours is refused by its schema. */
  action(row: MenuRow, today: RouterRow | null): object | null;
}

const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : text === "none" ? 0 : (durationSeconds(text) ?? undefined);
const count = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** The word that a field of an action is made of. Null: the row's key, or a word that this menu does not have. */
export function wordOf({ words }: ScriptMenu, field: string): string | null {
  const word = field.replace(/Seconds$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return words[word] === undefined ? null : word;
}

/** Both sides of a comparison. Undefined: it is no such value. */
export const comparable = (kind: WordKind, text: string | undefined): string | number | undefined =>
  kind === "time" ? seconds(text) : kind === "count" ? count(text) : text;

const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export const scriptMenus: Readonly<Record<ScriptView, ScriptMenu>> = {
  "hotspot-user-profiles": {
    menu: "/ip/hotspot/user/profile",
    key: "name",
    words: {
      "rate-limit": "text",
      "shared-users": "count",
      "session-timeout": "time",
      "idle-timeout": "time",
      "keepalive-timeout": "time",
    },
    // An export leaves out what is as RouterOS has it from the beginning.
    usual: { "rate-limit": "", "shared-users": "1", "session-timeout": "0s", "idle-timeout": "none" },
    narrow: [],
    leavesWords: true,
    action(row, today) {
      const fields = {
        rateLimit: row["rate-limit"],
        sharedUsers: count(row["shared-users"]),
        sessionTimeoutSeconds: seconds(row["session-timeout"]),
        idleTimeoutSeconds: seconds(row["idle-timeout"]),
        keepaliveTimeoutSeconds: seconds(row["keepalive-timeout"]),
      };
      if (today === null) return defined({ kind: "add-user-profile", name: row.name, ...fields });
      const id = today[".id"];
      // One that the script itself adds before has none.
      return id === undefined ? null : defined({ kind: "set-user-profile", id, was: row.name, ...fields });
    },
  },
  "walled-garden": {
    menu: "/ip/hotspot/walled-garden",
    key: "dst-host",
    words: { action: "text", comment: "text" },
    usual: { action: "allow" },
    narrow: ["server", "src-address", "dst-address", "dst-port", "path", "method"],
    leavesWords: false,
    action: (row, today) =>
      today === null
        ? defined({
            kind: "add-walled-garden-host",
            host: row["dst-host"],
            action: row.action ?? "allow",
            comment: row.comment,
          })
        : null,
  },
  "walled-garden-ip": {
    menu: "/ip/hotspot/walled-garden/ip",
    key: "dst-address",
    words: { action: "text", comment: "text" },
    usual: { action: "accept" },
    narrow: ["server", "src-address", "src-address-list", "dst-address-list", "dst-host", "dst-port", "protocol"],
    leavesWords: false,
    action: (row, today) =>
      today === null && (row.action ?? "accept") === "accept"
        ? defined({ kind: "add-walled-garden-address", address: row["dst-address"], comment: row.comment })
        : null,
  },
  "ip-bindings": {
    menu: "/ip/hotspot/ip-binding",
    key: "mac-address",
    words: { type: "text", comment: "text" },
    usual: { type: "regular" },
    narrow: ["server", "address", "to-address"],
    leavesWords: false,
    action: (row, today) =>
      today === null
        ? defined({
            kind: "add-ip-binding",
            macAddress: row["mac-address"]?.toUpperCase(),
            type: row.type ?? "regular",
            comment: row.comment,
          })
        : null,
  },
};
