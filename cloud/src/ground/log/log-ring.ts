/**
 * The latest log lines of this process, kept in memory for the API: structured, scrubbed, and
 * limited in number and size. The platform that runs the hub keeps the same lines from standard output for good.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock, Log, LogFields } from "@karibu/protocol/world";
import { scrub } from "./scrub.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  /** Counts from 1 since the process started. */
  readonly seq: number;
  readonly atMs: number;
  readonly level: LogLevel;
  readonly event: string;
  readonly requestId: string | null;
  readonly providerId: string | null;
  /** The queue whose job wrote it; null: no job. */
  readonly queue: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogFilter {
  /** This level and more severe ones. */
  readonly level?: LogLevel | undefined;
  readonly event?: string | undefined;
  readonly requestId?: string | undefined;
  readonly providerId?: string | undefined;
  readonly queue?: string | undefined;
  /** Text anywhere in the line, in any case. */
  readonly text?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

export interface LogRing {
  /** Writes each line that it keeps to `log` too, scrubbed: standard output never has more than the API shows. */
  through(log: Log): Log;
  /** Lines that `work` writes carry these fields too, also from what it calls. */
  within<Result>(fields: LogFields, work: () => Promise<Result>): Promise<Result>;
  /** Newest first. */
  read(filter: LogFilter): LogLine[];
}

const linesMax = 5000;
const bytesMax = 4_000_000;

export function createLogRing(clock: Clock, limits = { lines: linesMax, bytes: bytesMax }): LogRing {
  const lines: { readonly line: LogLine; readonly text: string }[] = [];
  let first = 0;
  let bytes = 0;
  let seq = 0;
  const around = new AsyncLocalStorage<LogFields>();

  function keep(level: LogLevel, event: string, clean: LogFields): void {
    const { requestId, providerId, queue, ...fields } = clean;
    const line = {
      seq: ++seq,
      atMs: clock.wall().atMs,
      level,
      event,
      fields,
      requestId: textOf(requestId),
      providerId: textOf(providerId),
      queue: textOf(queue),
    };
    const text = JSON.stringify(line).toLowerCase();
    lines.push({ line, text });
    bytes += text.length;
    while (lines.length - first > 1 && (lines.length - first > limits.lines || bytes > limits.bytes)) {
      bytes -= (lines[first] as { text: string }).text.length;
      first++;
    }
    // What gave way is let go before it is more than what is kept: long lines are few, and would be held by the thousand.
    if (first > lines.length / 2) {
      lines.splice(0, first);
      first = 0;
    }
  }

  return {
    through(log) {
      const at =
        (level: LogLevel) =>
        (event: string, fields: LogFields = {}): void => {
          const clean = scrub({ ...around.getStore(), ...fields }) as LogFields;
          keep(level, event, clean);
          log[level](event, clean);
        };
      return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
    },
    within: (fields, work) => around.run(fields, work),
    read(filter) {
      const kept = lines.slice(first).reverse();
      return kept.filter(({ line, text }) => fits(line, text, filter)).map(({ line }) => line);
    },
  };
}

function fits(line: LogLine, text: string, filter: LogFilter): boolean {
  if (filter.level !== undefined && logLevels.indexOf(line.level) < logLevels.indexOf(filter.level)) return false;
  if (filter.event !== undefined && line.event !== filter.event) return false;
  if (filter.requestId !== undefined && line.requestId !== filter.requestId) return false;
  if (filter.providerId !== undefined && line.providerId !== filter.providerId) return false;
  if (filter.queue !== undefined && line.queue !== filter.queue) return false;
  if (filter.sinceMs !== undefined && line.atMs < filter.sinceMs) return false;
  if (filter.untilMs !== undefined && line.atMs >= filter.untilMs) return false;
  return filter.text === undefined || text.includes(filter.text.toLowerCase());
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
