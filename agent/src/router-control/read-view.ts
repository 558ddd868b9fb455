/**
 * Reads views of the router for the hub. A view is kept for 30 seconds, so that pages of it, and several people who look at it, cost the
 * router one read. What a change may have made old is forgotten.
 */
import { Fault } from "@karibu/protocol/fault";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { OldSystemView, RouterRow, RouterView } from "@karibu/protocol/router/router-views";
import { routerRowsMax } from "@karibu/protocol/rpc/router/read-router";
import type { World } from "@karibu/protocol/world";
import type { LiveRouter, RouterCall } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { pageOf, pickColumns, rowText } from "./cut-rows.ts";
import { systemMenus } from "./view-columns.ts";
import type { ViewMenu } from "./view-menu.ts";
import {
  arrange,
  countSentence,
  menusOfView,
  monitorOf,
  monitorSentence,
  printSentence,
  readVersion,
} from "./view-sentences.ts";

type AnyView = RouterView | OldSystemView;

export interface ViewOrder {
  readonly view: AnyView;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly fresh?: boolean | undefined;
}

export interface ViewAnswer {
  readonly kind: "rows" | "not-here";
  readonly readAtMs: UnixMs;
  readonly rows: RouterRow[];
  readonly total: number;
}

export interface ViewReader {
  /** Rejects with a Fault of the router's API; `router-api/busy` when no place came free in time. */
  read(order: ViewOrder): Promise<ViewAnswer>;
  /** The router was changed. */
  forget(): void;
}

const keptMs = 30_000;
/** From the hub's question to the router's answer, the wait for a place included. */
const waitMsMax = 30_000;
/** More questions than this can't be answered in that time. */
const askingMax = 300;
const orderOfHub = { timeoutMs: waitMsMax, actor: "hub" } as const;

interface KnownView {
  readonly startedMs: number;
  readonly content: Promise<Content>;
  isRead: boolean;
}

interface Content {
  readonly readAtMs: UnixMs;
  /** Null: this router has no such menu. */
  readonly rows: readonly RouterRow[] | null;
}

export function createViewReader(
  { clock }: World,
  live: LiveRouter,
  ownCalls: () => readonly RouterRow[] = () => [],
): ViewReader {
  const known = new Map<AnyView, KnownView>();
  let asking = 0;

  function content(view: AnyView, isFresh: boolean): Promise<Content> {
    const kept = known.get(view);
    const isYoung = kept !== undefined && clock.monotonicMs() - kept.startedMs < keptMs;
    if (kept !== undefined && (!kept.isRead || (isYoung && !isFresh))) return kept.content;
    const entry: KnownView = { startedMs: clock.monotonicMs(), content: ask(view), isRead: false };
    known.set(view, entry);
    const drop = () => known.get(view) === entry && known.delete(view);
    entry.content.then(() => {
      entry.isRead = true;
      clock.after(keptMs, drop); // rows of a large router are not held for nothing
    }, drop);
    return entry.content;
  }

  async function ask(view: AnyView): Promise<Content> {
    const rows = view === "system" ? await askSystem() : await askList(view);
    return { readAtMs: unixMs(clock.wall().atMs), rows: rows === null ? null : arrange(view, rows) };
  }

  async function askList(view: AnyView): Promise<readonly RouterRow[] | null> {
    const lists = await Promise.all(menusOfView(view).map(printMenu));
    const here = lists.filter((rows) => rows !== null);
    if (here.length === 0) return null;
    return await withMonitor(view, here.flat());
  }

  /** Null: there is no such menu. */
  async function printMenu(menu: ViewMenu): Promise<readonly RouterRow[] | null> {
    const columns = new Map(menu.columns.map((column) => [column, column]));
    try {
      if (menu.rowsMax !== undefined && (await countRows(menu)) > menu.rowsMax) return null;
      const rows = await live.command(printSentence(menu), { ...orderOfHub, fresh: true });
      return rows.map((row) => ({ ...pickColumns(row, columns), ...menu.told?.tell(row), ...menu.adds }));
    } catch (error) {
      if (isMissingMenu(error)) return null;
      throw error;
    }
  }

  async function countRows(menu: ViewMenu): Promise<number> {
    const [done] = await live.command(countSentence(menu), { ...orderOfHub, fresh: true });
    return done?.ret === undefined ? Number.POSITIVE_INFINITY : Number(done.ret);
  }

  async function withMonitor(view: AnyView, rows: readonly RouterRow[]): Promise<readonly RouterRow[]> {
    const monitor = monitorOf(view);
    if (monitor === undefined) return rows;
    const [resource] = await live.command(["/system/resource/print"], orderOfHub);
    const words = monitorSentence(monitor, rows, readVersion(resource?.version));
    if (words === null) return rows;
    const columns = new Map(monitor.columns.map((column) => [column, column]));
    try {
      const figures = await live.command(words, { ...orderOfHub, repeatable: true });
      const byName = new Map(figures.map((row) => [row.name, pickColumns(row, columns)]));
      return rows.map((row) => ({ ...row, ...byName.get(row.name) }));
    } catch (error) {
      if (error instanceof RouterTrap) return rows; // one of them went meanwhile
      throw error;
    }
  }

  async function askSystem(): Promise<readonly RouterRow[]> {
    const parts = await Promise.all(
      systemMenus.map(async ({ menu, columns, isSteady }) => {
        const given = { ...orderOfHub, fresh: !isSteady };
        const rows = await live.command([`${menu}/print`], given).catch((error: unknown) => {
          if (isSteady && error instanceof RouterTrap) return [];
          throw error;
        });
        return pickColumns(rows[0] ?? {}, new Map(Object.entries(columns)));
      }),
    );
    return [Object.assign({}, ...parts)];
  }

  return {
    async read({ view, limit = routerRowsMax, offset = 0, fresh = false }) {
      if (view === "api-calls") {
        const rows = [...ownCalls(), ...live.calls().map(callRow)];
        return answer({ readAtMs: unixMs(clock.wall().atMs), rows }, offset, limit);
      }
      if (asking >= askingMax) throw tooMany();
      asking++;
      try {
        return answer(await content(view, fresh), offset, limit);
      } finally {
        asking--;
      }
    },
    forget: () => known.clear(),
  };
}

const answer = ({ readAtMs, rows }: Content, offset: number, limit: number): ViewAnswer =>
  rows === null
    ? { kind: "not-here", readAtMs, rows: [], total: 0 }
    : { kind: "rows", readAtMs, rows: pageOf(rows, offset, limit), total: rows.length };

/** `no such command prefix`: the package is missing, or the version is another. */
const isMissingMenu = (error: unknown): boolean =>
  error instanceof RouterTrap && /^no such command/.test(error.message);

function callRow({ atMs, words, lane, actor, outcome, message, ms, place, expiresInMs }: RouterCall): RouterRow {
  return {
    time: new Date(atMs).toISOString(),
    words: rowText(words.join(" ")),
    lane,
    actor: actor ?? "",
    outcome,
    message: rowText(message),
    ms: String(ms),
    ...(place === undefined ? {} : { place: String(place), "expires-in-ms": String(expiresInMs ?? 0) }),
  };
}

const tooMany = () => new Fault("router-api/busy", "too many questions to the router wait already", { retry: "later" });
