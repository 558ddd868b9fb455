/** A hub's process while it is sent something: its memory, its children's, its event loop, and how long another provider waits meanwhile. */
// biome-ignore-all lint/plugin: a real process is watched in real time
import type { HostileFile } from "./test-hostile-corpus.ts";
import type { Answer, HubProcess, Provider } from "./test-hub-process.ts";

export interface Watched<Done> {
  readonly done: Done;
  /** MB, resident. */
  readonly before: number;
  readonly hubMost: number;
  readonly after: number;
  readonly childMost: number;
  /** Files that were being read at once, at most. */
  readonly childrenMost: number;
  /** Of the other provider's requests, in milliseconds; infinite: no answer. */
  readonly waits: readonly number[];
  readonly loopMs: number;
}

/** On a machine that does not keep up, more would measure only how many they are. */
const askedAtOnceMax = 8;

export async function watchHub<Done>(
  hub: HubProcess,
  other: Provider,
  work: () => Promise<Done>,
): Promise<Watched<Done>> {
  await hub.worstLoopDelayMs();
  const before = hub.residentMb().hub;
  let [hubMost, childMost, childrenMost] = [before, 0, 0];
  const waits: number[] = [];
  const asked: Promise<unknown>[] = [];
  const looks = setInterval(() => {
    const { hub: own, children } = hub.residentMb();
    hubMost = Math.max(hubMost, own);
    childMost = Math.max(childMost, ...children);
    childrenMost = Math.max(childrenMost, children.length);
  }, 20);
  const asks = setInterval(() => {
    if (asked.length - waits.length >= askedAtOnceMax) return;
    const asking = other.call("GET", "/plans").then(
      ({ tookMs }) => waits.push(tookMs),
      () => waits.push(Number.POSITIVE_INFINITY),
    );
    asked.push(asking);
  }, 100);
  const done = await work().finally(() => {
    clearInterval(looks);
    clearInterval(asks);
  });
  // Who still waits counts too, and waited longest.
  await Promise.all(asked);
  const loopMs = hub.ending() === null ? await hub.worstLoopDelayMs() : Number.POSITIVE_INFINITY;
  return { done, before, hubMost, childMost, childrenMost, after: hub.residentMb().hub, waits, loopMs };
}

export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

/** Sends a file as its sort is sent. */
export function sendHostile({ channelId, call }: Provider, { as, file }: HostileFile): Promise<Answer> {
  switch (as) {
    case "statement":
      return call("POST", "/reconciliation/statements", { channelId, file: file.toString("base64") });
    case "csv":
      return call("POST", "/reconciliation/statements", { channelId, csv: file.toString("utf8") });
    case "picture":
      return call("POST", "/pictures", { name: "Logo", file: file.toString("base64") });
    case "takeover":
      return call("POST", "/takeovers/preview", { file: file.toString("utf8") });
    case "sites":
      return call("POST", "/sites/import", { csv: file.toString("utf8"), dryRun: true });
  }
}
