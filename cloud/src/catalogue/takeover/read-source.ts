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
];
const laterViews: ReadonlySet<OldSystemView> = new Set(["old-ppp-profiles", "old-ppp-passwords"]);
/** One answer may take the router half a minute. */
const answerMsMax = 40_000;
const rowsMax = 100_000;
const charactersMax = fileMax;

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
    utcOffsetMinutes: offsetMinutes,
    withPasswords = false,
  }: {
    readonly providerId: string;
    file?: string | undefined;
    fromSiteId?: string | undefined;
    utcOffsetMinutes: number;
    /** Of a router's lines of PPPoE, their hashes, where its agent may see them. */
    withPasswords?: boolean;
  },
  nowMs: number,
): Promise<ReadFrom> {
  if ((file === undefined) === (fromSiteId === undefined)) throw wrongField("file", "file-or-site");
  if (fromSiteId !== undefined) await transact((tx) => readSite(tx, fromSiteId, "fromSiteId"));
  const text = fromSiteId === undefined ? (file ?? "") : await readRouterRows(parts, fromSiteId, withPasswords);
  const book = await readBookFile(parts.readFile, { providerId, text, of: { offsetMinutes, nowMs } });
  return { book, contentHash: contentHashOf(text) };
}

/**
 * As `read-export.ts` reads printed rows. What comes is foreign text, and is treated as a file is. Throws Problems 409 "site-away" (the site or its
 * router does not answer) and "takeover-agent-old".
 */
async function readRouterRows({ call, world }: RouterReader, siteId: string, withPasswords: boolean): Promise<string> {
  const menus: Record<string, RouterRow[]> = {};
  let characters = 0;
  try {
    const [system] = (await call(siteId, readRouter, { view: "system" }, answerMsMax)).rows;
    menus["/system/resource"] = [{ version: system?.version ?? "" }];
    for (const [view, menu] of views) {
      const rows = await readAll(view);
      if (rows.length > 0) menus[menu] = rows;
    }
    const secrets = menus["/ppp/secret"];
    if (withPasswords && secrets !== undefined) {
      const hashes = new Map((await readAll("old-ppp-passwords")).map((row) => [row[".id"], row]));
      menus["/ppp/secret"] = secrets.map((row) => ({ ...hashes.get(row[".id"]), ...row }));
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    world.log.info("takeover-not-read", { siteId, error: String(error) });
    const isOld = error.code === "site/refused" && /unknown-method/.test(error.advice.hint ?? "");
    throw isOld
      ? refusal("takeover-agent-old", { field: "fromSiteId" })
      : refusal("site-away", { status: 409, field: "fromSiteId" });
  }
  return JSON.stringify(menus);

  async function readAll(view: OldSystemView): Promise<RouterRow[]> {
    const rows: RouterRow[] = [];
    try {
      for (let isWhole = false; !isWhole; ) {
        const params = { view, limit: routerRowsMax, offset: rows.length, fresh: rows.length === 0 };
        const part = await call(siteId, readOldSystem, params, answerMsMax);
        for (const row of part.rows.slice(0, routerRowsMax)) {
          characters += JSON.stringify(row).length;
          rows.push(row);
        }
        if (rows.length > rowsMax || characters > charactersMax)
          throw refusal("file-too-heavy", { field: "fromSiteId" });
        isWhole = part.kind === "not-here" || part.rows.length === 0 || rows.length >= part.total;
      }
    } catch (error) {
      // An older agent knows the method, and not these views.
      const isNew = laterViews.has(view) && error instanceof Fault && error.code === "site/refused";
      if (!isNew) throw error;
    }
    return rows;
  }
}
