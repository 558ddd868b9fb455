/** Where the other system's users are read from: a file that a person sends, or the router of a site, through its agent. */
import { Fault } from "@karibu/protocol/fault";
import type { OldSystemView, RouterRow } from "@karibu/protocol/router/router-views";
import { readOldSystem } from "@karibu/protocol/rpc/read-old-system";
import { readRouter, routerRowsMax } from "@karibu/protocol/rpc/router/read-router";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import type { ForeignBook } from "./foreign-book.ts";
import { readBookFile } from "./read-book-file.ts";
import { activeMenu } from "./read-hotspot-users.ts";
import { sessionMenu } from "./read-user-manager.ts";
import { contentHashOf, type TakeoverParts } from "./takeovers.ts";

/** Characters of a file: a router of 10,000 users writes about two million. */
const fileMax = 20_000_000;
export const sourceBytesMax = fileMax * 2;

export const sourceFields = {
  file: z.string().min(1).max(fileMax).optional(),
  /** Instead of a file: the users of this site's router are read now. */
  fromSiteId: z.string().min(1).max(128).optional(),
  /** How far the other system's clock is ahead of UTC. */
  utcOffsetMinutes: z.number().int().min(-720).max(840).default(180),
};

/** Menus by the view that reads them. */
const views: readonly (readonly [OldSystemView, string])[] = [
  ["old-hotspot-profiles", "/ip/hotspot/user/profile"],
  ["old-hotspot-users", "/ip/hotspot/user"],
  ["old-ppp-secrets", "/ppp/secret"],
  ["old-ppp-profiles", "/ppp/profile"],
  ["old-user-manager-users", "/user-manager/user"],
  ["old-user-manager-profiles", "/user-manager/profile"],
  ["old-user-manager-limitations", "/user-manager/limitation"],
  ["old-user-manager-profile-limitations", "/user-manager/profile-limitation"],
  ["old-user-manager-user-profiles", "/user-manager/user-profile"],
  ["old-user-manager-sessions", sessionMenu],
];
const laterViews: ReadonlySet<OldSystemView> = new Set([
  "old-ppp-profiles",
  "old-ppp-passwords",
  "old-user-manager-sessions",
]);
/** One answer may take the router half a minute. */
const answerMsMax = 40_000;
const rowsMax = 100_000;
const charactersMax = fileMax;

interface Page {
  readonly limit: number;
  readonly offset: number;
  readonly fresh: boolean;
}

/** What reading a router takes. */
export type RouterReader = Pick<TakeoverParts, "call" | "world" | "readFile">;

export interface ReadFrom {
  readonly book: ForeignBook;
  /** Names what was read, for the total that a person signs. */
  readonly contentHash: string;
}

/** Throws Problem 400 "not-a-takeover-file", and those of `ReadFile` and `readRouterRows`. */
export async function readSource(
  parts: RouterReader,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  {
    providerId,
    file,
    fromSiteId,
    router,
    utcOffsetMinutes: offsetMinutes,
    withPasswords = false,
    withSessions = true,
  }: {
    readonly providerId: string;
    file?: string | undefined;
    fromSiteId?: string | undefined;
    /** As in `ReadingOf`. */
    router?: string | undefined;
    utcOffsetMinutes: number;
    /** Of a router's lines of PPPoE, their hashes, where its agent may see them. */
    withPasswords?: boolean;
    /** What the hotspot's sessions of this moment use is counted. False at the switch: that somebody is online counts, and the site itself counts the rest. */
    withSessions?: boolean;
  },
  nowMs: number,
): Promise<ReadFrom> {
  if ((file === undefined) === (fromSiteId === undefined)) throw wrongField("file", "file-or-site");
  if (fromSiteId !== undefined) await transact((tx) => readSite(tx, fromSiteId, "fromSiteId"));
  const menus =
    fromSiteId === undefined ? null : await readRouterRows(parts, fromSiteId, { withPasswords, withSessions });
  const text = menus === null ? (file ?? "") : JSON.stringify(menus);
  const book = await readBookFile(parts.readFile, { providerId, text, of: { offsetMinutes, nowMs, router } });
  const content = menus === null ? text : JSON.stringify(settledOf(menus));
  return { book, contentHash: contentHashOf(router === undefined ? content : JSON.stringify([router, content])) };
}

type Menus = Readonly<Record<string, readonly RouterRow[]>>;

/** What was used moves on while a person reads the total: who is taken over, and with which limits, does not. What their use changes of the total is signed with it. */
function settledOf(menus: Menus): Menus {
  const { [activeMenu]: _active, [sessionMenu]: _sessions, ...lists } = menus;
  const settled = ({ uptime: _time, "bytes-in": _in, "bytes-out": _out, ...row }: RouterRow): RouterRow => row;
  return Object.fromEntries(Object.entries(lists).map(([menu, rows]) => [menu, rows.map(settled)]));
}

/**
 * As `read-export.ts` reads printed rows. What comes is foreign text, and is treated as a file is. Throws Problems 409 "site-away" (the site or its
 * router does not answer) and "takeover-agent-old".
 */
function readRouterRows(
  { call, world }: RouterReader,
  siteId: string,
  { withPasswords, withSessions }: { readonly withPasswords: boolean; readonly withSessions: boolean },
): Promise<Menus> {
  const readAll = allRows();
  return ofRouter(world, siteId, async () => {
    const menus: Record<string, RouterRow[]> = {};
    const [system] = (await call(siteId, readRouter, { view: "system" }, answerMsMax)).rows;
    menus["/system/resource"] = [{ version: system?.version ?? "" }];
    for (const [view, menu] of views) {
      const rows = await readOld(view);
      if (rows.length > 0) menus[menu] = rows;
    }
    const online = await readAll((page) => call(siteId, readRouter, { view: "hotspot-active", ...page }, answerMsMax));
    menus[activeMenu] = withSessions ? online : online.map(({ user = "", radius = "" }) => ({ user, radius }));
    const secrets = menus["/ppp/secret"];
    if (withPasswords && secrets !== undefined) {
      const hashes = new Map((await readOld("old-ppp-passwords")).map((row) => [row[".id"], row]));
      menus["/ppp/secret"] = secrets.map((row) => ({ ...hashes.get(row[".id"]), ...row }));
    }
    return menus;
  });

  async function readOld(view: OldSystemView): Promise<RouterRow[]> {
    try {
      return await readAll((page) => call(siteId, readOldSystem, { view, ...page }, answerMsMax));
    } catch (error) {
      // An older agent knows the method, and not these views.
      const isNew = laterViews.has(view) && error instanceof Fault && error.code === "site/refused";
      if (!isNew) throw error;
      return [];
    }
  }
}

async function ofRouter<T>(world: RouterReader["world"], siteId: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    world.log.info("takeover-not-read", { siteId, error: String(error) });
    const isOld = error.code === "site/refused" && /unknown-method/.test(error.advice.hint ?? "");
    throw isOld
      ? refusal("takeover-agent-old", { field: "fromSiteId" })
      : refusal("site-away", { status: 409, field: "fromSiteId" });
  }
}

/** Page after page of one list, as often as it is called; all of them together are bounded. */
function allRows() {
  let characters = 0;
  return async (ask: (page: Page) => Promise<{ rows: RouterRow[]; total: number }>): Promise<RouterRow[]> => {
    const rows: RouterRow[] = [];
    for (let isWhole = false; !isWhole; ) {
      const part = await ask({ limit: routerRowsMax, offset: rows.length, fresh: rows.length === 0 });
      for (const row of part.rows.slice(0, routerRowsMax)) {
        characters += JSON.stringify(row).length;
        rows.push(row);
      }
      if (rows.length > rowsMax || characters > charactersMax) throw refusal("file-too-heavy", { field: "fromSiteId" });
      isWhole = part.rows.length === 0 || rows.length >= part.total;
    }
    return rows;
  };
}
