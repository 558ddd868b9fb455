/** The latest log lines by the API: all of them for platform admins, a provider's lines for its people. */
import { z } from "zod";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import { route } from "../../ground/http/route.ts";
import { queueNames } from "../../ground/jobs/queues.ts";
import { listOfRows } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { type LogFilter, type LogLine, type LogRing, logLevels } from "../../ground/log/log-ring.ts";

export const logView = z.object({
  seq: z.number().int(),
  atMs: z.number().int(),
  level: z.enum(logLevels),
  event: z.string(),
  requestId: z.string().nullable(),
  providerId: z.string().nullable(),
  /** The queue whose job wrote it; null: no job. */
  queue: z.string().nullable(),
  /** Without secrets and phone numbers. */
  fields: z.record(z.string(), z.unknown()),
});

/** The log ring searches for `q` in the whole line. */
const list = listOfRows<LogLine>({
  sort: { at: (line) => line.seq },
  default: "-at",
  id: (line) => String(line.seq),
  search: () => [],
});

const filters = list.query.extend({
  /** This level and more severe ones. */
  level: z.enum(logLevels).optional(),
  event: z.string().max(100).optional(),
  requestId: z.string().max(64).optional(),
  queue: z.enum(queueNames as [string, ...string[]]).optional(),
  sinceMs: instantMsTyped.optional(),
  untilMs: instantMsTyped.optional(),
});
type Filters = z.output<typeof filters>;

export function logRoutes(ring: LogRing) {
  const page = (query: Filters, more: LogFilter, view: (line: LogLine) => z.input<typeof logView>) => {
    const { level, event, requestId, queue, sinceMs, untilMs, q: text, ...place } = query;
    const filter = { level, event, requestId, queue, sinceMs, untilMs, text, ...more };
    const found = list.page(ring.read(filter), place);
    return { ...found, items: found.items.map(view) };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/logs",
      summary: "The latest log lines, from the process that answers, newest first (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: filters.extend({ providerId: z.string().max(64).optional() }),
      response: pageOf(logView),
      handle: async ({ query }) => page(query, { providerId: query.providerId }, (line) => line),
    }),
    route({
      method: "GET",
      path: "/api/v1/logs",
      summary: "The latest log lines about the provider, from the process that answers, newest first",
      permission: "logs.read",
      query: filters,
      response: pageOf(logView),
      handle: async ({ query, providerId }) => page(query, { providerId }, withoutStack),
    }),
  ];
}

/** Only the platform sees where in the code it happened. */
function withoutStack(line: LogLine): LogLine {
  const { stack: _, ...fields } = line.fields;
  return { ...line, fields };
}
