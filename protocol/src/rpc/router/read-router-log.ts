/**
 * Hub -> agent: errors and warnings that the router logged since the last time, each kind of line once. Asked every few minutes of sites whose log is
 * watched. The agent keeps what it needs for it in memory: nothing is written to the stick.
 */
import * as z from "zod/mini";
import { logTopicsMax } from "../../router/log-topics.ts";
import { textSchema, unixMsSchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

export const logLinesMax = 30;
/** Characters of a line's text: longer ones are cut. */
export const logMessageMax = 300;
export const logSeverities = ["error", "warning"] as const;
const countSchema = z.int().check(z.gte(0));

export const readRouterLog = rpc("read-router-log", {
  params: z.object({
    /** Only lines with one of these topics; none: all topics. */
    topics: z.array(textSchema).check(z.maxLength(logTopicsMax)),
    /** What the last answer said; empty: there was none. */
    after: z.string().check(z.maxLength(64)),
  }),
  result: z.object({
    readAtMs: unixMsSchema,
    /** For the next question. */
    next: z.string().check(z.maxLength(64)),
    /** The agent does not know what was told before (it is new, or restarted): these are of all that the router's log holds. */
    isWhole: z.boolean(),
    /** Lines that differ in numbers and addresses alone are one; the text is the newest's. Those that came last first. */
    lines: z.array(
      z.object({
        severity: z.enum(logSeverities),
        topics: textSchema,
        message: textSchema,
        /** By the router's clock, in its words. */
        time: textSchema,
        times: countSchema,
      }),
    ),
    /** Further kinds of lines that did not fit. */
    more: countSchema,
  }),
  readOnly: true,
});
export type RouterLogResult = z.infer<typeof readRouterLog.result>;

/** A line's text without what changes from line to line of one kind: numbers, addresses. */
export const kindOfLogLine = (message: string): string =>
  message.replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/gi, "#").replaceAll(/\d+/g, "#");
