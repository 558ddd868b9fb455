/** One sample of a router's figures, from what its menus say. Pure. */

import { seconds, type UnixMs } from "@karibu/protocol/quantities";
import type { InterfaceSample, RouterSample } from "@karibu/protocol/router/router-figures";
import { cutText } from "@karibu/protocol/whole-text";
import type { RouterRow } from "../ground/live-router.ts";
import { durationMs } from "../routeros/duration.ts";

/** What the router had counted at the sample before, by interface. */
export type Counted = ReadonlyMap<string, readonly (number | null)[]>;

/** From one sample to the next. */
export const sampleEveryMs = 300_000;

export interface RouterReading {
  readonly resource: RouterRow | undefined;
  readonly health: readonly RouterRow[];
  readonly interfaces: readonly RouterRow[];
}

/** Ports, bridges, Wi-Fi, tunnels; more are of no interest in a graph. */
const interfacesMax = 16;
const kib = 1024;
const mib = 1024 * 1024;
const counters = ["rx-byte", "tx-byte", "rx-error", "tx-error"] as const;

export function takeSample(
  { resource, health, interfaces }: RouterReading,
  {
    atMs,
    sessions,
    before,
    sinceMs,
  }: {
    readonly atMs: UnixMs;
    readonly sessions: number;
    readonly before: Counted;
    /** Since the sample before. */
    readonly sinceMs: number;
  },
): { readonly sample: RouterSample; readonly counted: Counted } {
  const watched = interfaces.filter(isWatched).slice(0, interfacesMax);
  const counted = new Map(watched.map((row) => [row.name ?? "", counters.map((name) => wholeOf(row[name]))]));
  // A machine that slept: a sample stands for its own minutes, so it gets their share of what was counted since.
  const part = Math.min(1, sampleEveryMs / Math.max(sinceMs, 1));
  const uptimeMs = durationMs(resource?.uptime ?? "");
  const sample: RouterSample = {
    atMs,
    cpuPercent: wholeOf(resource?.["cpu-load"]),
    freeMemoryMib: inMib(resource?.["free-memory"]),
    totalMemoryMib: inMib(resource?.["total-memory"]),
    freeDiskMib: inMib(resource?.["free-hdd-space"]),
    uptimeSeconds: uptimeMs === null ? null : seconds(Math.floor(uptimeMs / 1000)),
    sessions,
    temperatureTenths: healthOf(health, ["cpu-temperature", "temperature", "board-temperature1", "sfp-temperature"]),
    voltageTenths: healthOf(health, ["voltage", "psu1-voltage", "psu-voltage"]),
    interfaces: watched.map((row) => interfaceSample(row, counted, { before, part })),
  };
  return { sample, counted };
}

/** Tunnels of customers come and go; a port that is switched off has no figures. */
const isWatched = (row: RouterRow): boolean =>
  row.dynamic !== "true" && row.disabled !== "true" && row.type !== "loopback" && (row.name ?? "") !== "";

function interfaceSample(
  row: RouterRow,
  counted: Counted,
  { before, part }: { readonly before: Counted; readonly part: number },
): InterfaceSample {
  const name = row.name ?? "";
  const [received, sent, receiveErrors, sendErrors] = counters.map((_, index) => {
    const now = counted.get(name)?.[index] ?? null;
    const then = before.get(name)?.[index] ?? null;
    // Fewer than before: the router has started anew, or somebody reset the counters.
    return now === null || then === null || now < then ? null : now - then;
  });
  return {
    name: cutText(name, 64),
    isRunning: row.running === "true",
    receivedKib: inUnits(received, kib / part),
    sentKib: inUnits(sent, kib / part),
    receiveErrors: receiveErrors ?? null,
    sendErrors: sendErrors ?? null,
  };
}

const inUnits = (bytes: number | null | undefined, unit: number): number | null =>
  bytes === null || bytes === undefined ? null : Math.round(bytes / unit);
const inMib = (text: string | undefined): number | null => inUnits(wholeOf(text), mib);

function wholeOf(text: string | undefined): number | null {
  const value = /^\d{1,15}$/.test(text ?? "") ? Number(text) : null;
  return value;
}

/** The first that the board has. `23.8`, `48`. */
function healthOf(rows: readonly RouterRow[], names: readonly string[]): number | null {
  for (const wanted of names) {
    const value = rows.find(({ name }) => name === wanted)?.value;
    if (value !== undefined && /^-?\d{1,4}(\.\d{1,3})?$/.test(value)) return Math.round(Number(value) * 10);
  }
  return null;
}
