/** The log as JSON lines, one object per event: for `docker logs`, RouterOS' container log and log collectors. */
import type { Log, LogFields } from "@karibu/protocol/world";

export type LogLevel = "debug" | "info" | "warn" | "error";
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** `write` gets whole lines. A field can't hide the event's name, level or time. */
export function createJsonLog(level: LogLevel, nowIso: () => string, write: (line: string) => void): Log {
  const lowest = logLevels.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (logLevels.indexOf(name) < lowest) return;
      write(`${JSON.stringify({ time: nowIso(), level: name, event, ...withoutReservedNames(fields) })}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

const reservedNames = ["time", "level", "event"];

function withoutReservedNames(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [reservedNames.includes(name) ? `${name}_` : name, value]),
  );
}
