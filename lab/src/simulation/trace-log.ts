/** A log whose lines go into a story's trace: virtual milliseconds, who, how grave, what. */
import type { Log } from "@karibu/protocol/world";
import type { VirtualTime } from "../world/virtual-time.ts";

/** @param onWarning is told of each warning, by its name */
export function traceLog(
  time: Pick<VirtualTime, "nowMs">,
  trace: string[],
  who: string,
  onWarning: (event: string) => void = () => {},
): Log {
  const write = (level: string) => (event: string, fields?: object) => {
    trace.push(`${time.nowMs()} ${who} ${level} ${event}${fields === undefined ? "" : ` ${JSON.stringify(fields)}`}`);
    if (level === "warn") onWarning(event);
  };
  return { debug: () => {}, info: write("info"), warn: write("warn"), error: write("error") };
}
