/** Samples the router's figures each five minutes, and journals twelve samples as one record: what a graph of the last month is drawn from. */
import { unixMs } from "@karibu/protocol/quantities";
import { packFigures, type RouterSample } from "@karibu/protocol/router/router-figures";
import type { Timer, World } from "@karibu/protocol/world";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import type { Recorder } from "../state/recorder.ts";
import { type Counted, sampleEveryMs, takeSample } from "./sample-policy.ts";
import { printSentence } from "./view-sentences.ts";

export interface FigureSampler {
  start(): void;
  /** Journals what was sampled since the last record. */
  stop(): void;
}

const samplesARecord = 12;
const given = { timeoutMs: 60_000, fresh: true } as const;

const interfaceMenu = {
  menu: "/interface",
  columns: "name type running disabled dynamic rx-byte tx-byte rx-error tx-error".split(" "),
  hasProplist: true,
};

/** What sampling says to the router. */
export const sampleSentences: readonly (readonly string[])[] = [
  ["/system/resource/print"],
  ["/system/health/print"],
  printSentence(interfaceMenu),
];

export function createFigureSampler(
  world: World,
  parts: {
    readonly live: LiveRouter;
    readonly recorder: Pick<Recorder, "record">;
    /** How many sessions are open now. */
    readonly sessions: () => number;
  },
): FigureSampler {
  const { clock } = world;
  let timer: Timer | null = null;
  let samples: RouterSample[] = [];
  let before: Counted = new Map();
  let beforeAtMs = 0;

  async function sample(): Promise<void> {
    const [resource = [], health = [], interfaces = []] = await Promise.all(sampleSentences.map(ask));
    const atMs = unixMs(clock.wall().atMs);
    const reading = { resource: resource[0], health, interfaces };
    const nowMs = clock.monotonicMs();
    const taken = takeSample(reading, { atMs, sessions: parts.sessions(), before, sinceMs: nowMs - beforeAtMs });
    before = taken.counted;
    beforeAtMs = nowMs;
    samples.push(taken.sample);
    if (samples.length >= samplesARecord) journal();
  }

  /** A menu that is not here has no rows. */
  async function ask(words: readonly string[]): Promise<readonly RouterRow[]> {
    try {
      return await parts.live.command(words, given);
    } catch (error) {
      if (error instanceof RouterTrap) return [];
      throw error;
    }
  }

  function journal(): void {
    if (samples.length === 0) return;
    const packed = packFigures(samples);
    samples = [];
    parts.recorder.record({ kind: "router-figures", packed }).catch(() => {}); // on a full disk it is written later
  }

  function schedule(afterMs: number): void {
    timer = clock.after(afterMs, () => {
      schedule(sampleEveryMs);
      sample().catch((error: unknown) => {
        before = new Map(); // what is counted over a gap is no figure of five minutes
        world.log.debug("router-not-sampled", { error: String(error) });
      });
    });
  }

  return {
    // Sites that started together don't sample together.
    start: () => schedule(10_000 + ((world.random.bytes(1)[0] ?? 0) / 256) * (sampleEveryMs - 10_000)),
    stop() {
      timer?.cancel();
      timer = null;
      journal();
    },
  };
}
