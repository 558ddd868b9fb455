/** `/api/v1/routers/{siteId}/figures/history`: what a router's figures were, for pictures. */

import { unpackFigures } from "@karibu/protocol/router/router-figures";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { z } from "zod";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";
import { type HourOfFigures, hourOf } from "./hour-of-figures.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Up to so long a span is shown sample by sample, and hour by hour; a longer one day by day. */
const samplesSpanMs = 3 * dayMs;
const hoursSpanMs = 45 * dayMs;
const spanMsMax = 400 * dayMs;

const amount = z.number().nullable();
const historyPoint = z.object({
  atMs: z.int(),
  cpuPercent: amount,
  cpuPercentMax: amount,
  freeMemoryBytes: amount,
  totalMemoryBytes: amount,
  freeDiskBytes: amount,
  sessions: amount,
  temperatureCelsius: amount,
  /** Through the interface that was asked for. */
  receivedBytes: amount,
  sentBytes: amount,
  errors: amount,
});
type Point = z.input<typeof historyPoint>;

export const historyView = z.object({
  /** What one point stands for. Of an hour and a day: the mean and the most of the CPU's load, the least of what is free, the most of the rest; sums of traffic. */
  step: z.enum(["sample", "hour", "day"]),
  /** All that were seen in this time. */
  interfaces: z.array(z.string()),
  /** Whose traffic the points have. Null: none was seen. */
  interface: z.string().nullable(),
  points: z.array(historyPoint),
});

export function historyRoute(world: World) {
  return route({
    method: "GET",
    path: "/api/v1/routers/{siteId}/figures/history",
    summary: "What a router's figures were: by sample of five minutes, by hour or by day, whichever fits the span",
    permission: "routers.read",
    params: z.object({ siteId: keySchema }),
    query: z.object({
      /** Default: a day before the end. */
      fromMs: instantMsTyped.optional(),
      untilMs: instantMsTyped.optional(),
      /** Whose traffic; default: the one with the most. */
      interface: z.string().min(1).max(64).optional(),
    }),
    response: historyView,
    volatile: Object.keys(historyView.shape),
    handle: ({ params: { siteId }, query, transact }) =>
      transact(async (tx) => {
        await readSite(tx, siteId);
        const untilMs = query.untilMs ?? world.clock.wall().atMs;
        const fromMs = Math.max(query.fromMs ?? untilMs - dayMs, untilMs - spanMsMax);
        const rows = await tx
          .selectFrom("router_figures")
          .selectAll()
          .where("siteId", "=", siteId)
          .where("fromMs", ">", fromMs - hourMs)
          .where("fromMs", "<", untilMs)
          .orderBy("fromMs")
          .limit(spanMsMax / hourMs + 100)
          .execute();
        return historyOf(rows, { fromMs, untilMs }, query.interface);
      }),
  });
}

type Row = Selectable<Schema["router_figures"]>;

function historyOf(rows: readonly Row[], span: { fromMs: number; untilMs: number }, wanted: string | undefined) {
  const sums = new Map<string, number>();
  for (const { interfaces } of rows)
    for (const { name, receivedKib, sentKib } of interfaces)
      sums.set(name, (sums.get(name) ?? 0) + receivedKib + sentKib);
  const names = [...sums].toSorted(([, one], [, other]) => other - one).map(([name]) => name);
  const chosen = wanted ?? names[0] ?? null;
  const lengthMs = span.untilMs - span.fromMs;
  const areSamplesKept = lengthMs <= samplesSpanMs && rows.every(({ packed }) => packed !== null);
  const step = areSamplesKept ? ("sample" as const) : lengthMs <= hoursSpanMs ? ("hour" as const) : ("day" as const);
  const hours =
    step === "sample" ? rows.flatMap(samplesOf) : rows.map((row) => hourFrom(row)).filter(({ samples }) => samples > 0);
  const points = (step === "day" ? byDay(hours) : hours)
    .filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.untilMs)
    .map((hour) => pointOf(hour, chosen));
  return { step, interfaces: names, interface: chosen, points };
}

/** Each sample as an hour of one: its time moves with the row, whose clock may have been corrected. */
function samplesOf(row: Row): HourOfFigures[] {
  const unpacked = unpackFigures(row.packed ?? "");
  if (!("samples" in unpacked)) return [];
  const stepMs = row.fromMs - row.fromStampedMs;
  return unpacked.samples.flatMap((sample) => {
    const one = hourOf([sample]);
    return one === null ? [] : [{ ...one, fromMs: one.fromMs + stepMs }];
  });
}

function hourFrom(row: Row): HourOfFigures {
  return {
    fromMs: row.fromMs,
    samples: row.samples,
    cpuPercent: row.cpuPercent,
    cpuPercentMax: row.cpuPercentMax,
    freeMemoryMib: row.freeMemoryMib,
    totalMemoryMib: row.totalMemoryMib,
    freeDiskMib: row.freeDiskMib,
    sessions: row.sessions,
    temperatureTenths: row.temperatureTenths,
    interfaces: row.interfaces,
  };
}

function byDay(hours: readonly HourOfFigures[]): HourOfFigures[] {
  const days = Map.groupBy(hours, ({ fromMs }) => Math.floor(fromMs / dayMs) * dayMs);
  return [...days].map(([fromMs, each]) => {
    const known = (pick: (hour: HourOfFigures) => number | null) =>
      each.map(pick).filter((value): value is number => value !== null);
    const cpu = known(({ cpuPercent }) => cpuPercent);
    const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
    const least = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
    const names = new Set(each.flatMap(({ interfaces }) => interfaces.map(({ name }) => name)));
    const sumOf = (name: string, pick: "receivedKib" | "sentKib" | "errors") =>
      each.reduce((sum, { interfaces }) => sum + (interfaces.find((one) => one.name === name)?.[pick] ?? 0), 0);
    return {
      fromMs,
      samples: each.reduce((sum, { samples }) => sum + samples, 0),
      cpuPercent: cpu.length === 0 ? null : Math.round(cpu.reduce((sum, one) => sum + one, 0) / cpu.length),
      cpuPercentMax: most(known(({ cpuPercentMax }) => cpuPercentMax)),
      freeMemoryMib: least(known(({ freeMemoryMib }) => freeMemoryMib)),
      totalMemoryMib: most(known(({ totalMemoryMib }) => totalMemoryMib)),
      freeDiskMib: least(known(({ freeDiskMib }) => freeDiskMib)),
      sessions: most(known(({ sessions }) => sessions)),
      temperatureTenths: most(known(({ temperatureTenths }) => temperatureTenths)),
      interfaces: [...names].map((name) => ({
        name,
        receivedKib: sumOf(name, "receivedKib"),
        sentKib: sumOf(name, "sentKib"),
        errors: sumOf(name, "errors"),
      })),
    };
  });
}

const inBytes = (count: number | null | undefined, unit: number) => (count == null ? null : count * unit);

function pointOf(hour: HourOfFigures, chosen: string | null): Point {
  const traffic = hour.interfaces.find(({ name }) => name === chosen);
  return {
    atMs: hour.fromMs,
    cpuPercent: hour.cpuPercent,
    cpuPercentMax: hour.cpuPercentMax,
    freeMemoryBytes: inBytes(hour.freeMemoryMib, 1024 ** 2),
    totalMemoryBytes: inBytes(hour.totalMemoryMib, 1024 ** 2),
    freeDiskBytes: inBytes(hour.freeDiskMib, 1024 ** 2),
    sessions: hour.sessions,
    temperatureCelsius: hour.temperatureTenths === null ? null : hour.temperatureTenths / 10,
    receivedBytes: inBytes(traffic?.receivedKib, 1024),
    sentBytes: inBytes(traffic?.sentKib, 1024),
    errors: traffic?.errors ?? null,
  };
}
