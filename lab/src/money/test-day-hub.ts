/** A hub as a process of its own, for a day of trade: it is killed and started again, its clock is moved, and it is used by its API alone. */
import { setTimeout as pause } from "node:timers/promises";
import type { ChannelUrls } from "@karibu/cloud/money/create-money";
import { silentWorld } from "@karibu/cloud/real-world";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { startHubChild } from "./test-hub-child.ts";

export interface DayHubSetting {
  readonly databaseUrl: string | null;
  readonly dataDir: string | null;
  readonly port: number;
  readonly shiftMs: number;
  readonly admin: { readonly email: string; readonly password: string };
  readonly channelUrls: ChannelUrls;
}

export type DayHubOrder = { readonly kind: "clock"; readonly shiftMs: number } | { readonly kind: "sweep" | "open" };

/** Real time, and a wall clock that stands so far from it. The hub and the simulators move together. */
export function shiftedWorld(shiftMs: () => number): World {
  const real = silentWorld();
  const wall = () => ({ atMs: unixMs(real.clock.wall().atMs + shiftMs()), quality: "synced" as const });
  return { ...real, clock: { ...real.clock, wall } };
}

interface DayHub {
  order<Answer>(order: DayHubOrder): Promise<Answer>;
  /** Calls its API; the answer's body. A hub that is away is called again, under the same key. Throws what the hub refuses. */
  call: ApiCall;
  /** SIGKILL; resolves at its end. */
  kill(): Promise<void>;
}

export type ApiCall = (
  method: "GET" | "POST" | "PUT" | "PATCH",
  path: string,
  more?: { readonly token?: string; readonly key?: string; readonly body?: object },
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
) => Promise<any>;

const startsWithinMs = 120_000;
const againAfterMs = 200;
const unavailable = 503;

export async function startDayHub(setting: DayHubSetting): Promise<DayHub> {
  const { ask, kill } = await startHubChild<unknown, DayHubOrder>("test-day-hub-process.ts", setting);
  return { order: ask, call: (...asked) => callApi(setting.port, ...asked), kill };
}

async function callApi(port: number, ...[method, path, more = {}]: Parameters<ApiCall>): Promise<unknown> {
  const { token, key, body } = more;
  for (const untilMs = performance.now() + startsWithinMs; ; await pause(againAfterMs)) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (answer === null || text == null || answer.status === unavailable) {
      if (performance.now() > untilMs) throw new Error(`${method} ${path}: the hub is away`);
      continue;
    }
    const read = text === "" ? null : JSON.parse(text);
    if (answer.ok) return read;
    // The first request with this key died with the hub: it is taken over after a while.
    if (read?.code !== "under-way" || performance.now() > untilMs)
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  }
}
