/** The log as JSON lines: one object an event, for `docker logs`, RouterOS' container log and whatever collects them. */
import type { Log, LogFields } from "@karibu/protocol/world";
import { type LogLevel, logLevels } from "../start/settings.ts";

/** `write` gets whole lines. Fields can't hide the event's own name, level and time. */
export function createJsonLog(level: LogLevel, nowIso: () => string, write: (line: string) => void): Log {
  const lowest = logLevels.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (logLevels.indexOf(name) < lowest) return;
      write(`${JSON.stringify({ time: nowIso(), level: name, event, ...withoutOwnNames(fields) })}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function withoutOwnNames(fields: LogFields): Record<string, unknown> {
  const ownNames = ["time", "level", "event"];
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [ownNames.includes(name) ? `${name}_` : name, value]),
  );
}
