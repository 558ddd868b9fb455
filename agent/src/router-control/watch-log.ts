/**
 * What the router logged since the hub asked last. Its log is a ring in its memory, and so is what we know of it: the last two readings, because an
 * answer may be lost on its way and is asked for again.
 */
import { newId } from "@karibu/protocol/identifiers";
import { unixMs } from "@karibu/protocol/quantities";
import {
  kindOfLogLine,
  logLinesMax,
  logMessageMax,
  type RouterLogResult,
} from "@karibu/protocol/rpc/router/read-router-log";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";

type LogLine = RouterLogResult["lines"][number];

export const logSentence = ["/log/print", "=.proplist=.id,time,topics,message"] as const;
const asked = { timeoutMs: 30_000, fresh: true, actor: "hub" } as const;

export interface LogWatch {
  /** Rejects with a Fault of the router's API. */
  read(wanted: { readonly topics: readonly string[]; readonly after: string }): Promise<RouterLogResult>;
}

export function createLogWatch(world: World, live: LiveRouter): LogWatch {
  /** Newest first. */
  let readings: { readonly next: string; readonly seen: ReadonlySet<string> }[] = [];
  return {
    async read({ topics, after }) {
      const rows = await live.command(logSentence, asked);
      const before = readings.find(({ next }) => next === after)?.seen ?? null;
      const next = newId(world);
      readings = [{ next, seen: new Set(rows.map(nameOf)) }, ...readings.filter((one) => one.next === after)].slice(
        0,
        2,
      );
      const lines = troublesIn(before === null ? rows : rows.filter((row) => !before.has(nameOf(row))), topics);
      return {
        readAtMs: unixMs(world.clock.wall().atMs),
        next,
        isWhole: before === null,
        lines: lines.slice(0, logLinesMax),
        more: Math.max(0, lines.length - logLinesMax),
      };
    },
  };
}

/** An id alone comes again after the router's restart. */
const nameOf = (row: RouterRow): string => `${row[".id"]} ${row.time} ${row.message}`;

/** Errors and warnings of these topics, each kind once, those that came last first. Pure. @param rows in the router's order, the oldest first */
export function troublesIn(rows: readonly RouterRow[], topics: readonly string[]): LogLine[] {
  const found = new Map<string, LogLine>();
  for (const { topics: said = "", message = "", time = "" } of rows) {
    const words = said.split(",");
    const severity = words.some((word) => word === "error" || word === "critical")
      ? "error"
      : words.includes("warning")
        ? "warning"
        : null;
    if (severity === null || (topics.length > 0 && !topics.some((topic) => words.includes(topic)))) continue;
    const kind = `${said} ${kindOfLogLine(message)}`;
    const times = (found.get(kind)?.times ?? 0) + 1;
    found.delete(kind); // so that the newest stands last
    found.set(kind, {
      severity,
      topics: cutText(said, 100),
      message: cutText(message, logMessageMax),
      time: cutText(time, 40),
      times,
    });
  }
  return [...found.values()].reverse();
}
