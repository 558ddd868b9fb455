/** A log whose lines go into a story's trace: virtual milliseconds, who, how grave, what. */
import type { Log } from "@karibu/protocol/world";
import type { VirtualTime } from "../world/virtual-time.ts";

export type Grave = "warn" | "error";

/** @param onGrave is told of each warning and each error, by its name */
export function traceLog(
  time: Pick<VirtualTime, "nowMs">,
  trace: string[],
  who: string,
  onGrave: (level: Grave, event: string) => void = () => {},
): Log {
  const write = (level: Grave | "info") => (event: string, fields?: object) => {
    trace.push(`${time.nowMs()} ${who} ${level} ${event}${fields === undefined ? "" : ` ${JSON.stringify(fields)}`}`);
    if (level !== "info") onGrave(level, event);
  };
  return { debug: () => {}, info: write("info"), warn: write("warn"), error: write("error") };
}
