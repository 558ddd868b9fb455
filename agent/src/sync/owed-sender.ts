/** Sends what a restored hub lacks of epochs that are over: before all else, because what came later builds on it. */

import type { AckFrame, JournalFrame, WelcomeFrame } from "@karibu/protocol/link/frame";
import type { OwedRun } from "../journal/owed-runs.ts";
import { fitting, framesWithin } from "./journal-sender.ts";

export interface OwedSender {
  onAck(frame: AckFrame): void;
  /** Frames that wait for their ack. */
  readonly inFlight: number;
  stop(): void;
}

export interface OwedSenderParts {
  readonly runs: AsyncGenerator<OwedRun>;
  readonly send: (frame: JournalFrame) => void;
  readonly window: WelcomeFrame["window"];
  /** The hub has everything. */
  readonly onDone: () => void;
  readonly onFailure: (error: unknown) => void;
}

export function createOwedSender({ runs, send, window, onDone, onFailure }: OwedSenderParts): OwedSender {
  const framesMax = framesWithin(window);
  const inFlight: { readonly epoch: string; readonly seq: number }[] = [];
  let stopped = false;
  let wake = () => {};

  /** Until at most so many frames wait for their ack. */
  async function untilAtMost(count: number): Promise<void> {
    while (!stopped && inFlight.length > count) await new Promise<void>((resolve) => (wake = resolve));
  }

  async function run(): Promise<void> {
    for await (const { epoch, lostBefore, records } of runs) {
      await untilAtMost(framesMax - 1);
      if (stopped) return;
      inFlight.push({ epoch, seq: records.at(-1)?.seq ?? 0 });
      send({ type: "journal", epoch, ...(lostBefore ? { lostBefore } : {}), records: records.map(fitting) });
    }
    await untilAtMost(0);
    if (!stopped) onDone();
  }
  run().catch((error) => !stopped && onFailure(error));

  return {
    onAck(frame) {
      const at = inFlight.findLastIndex(({ epoch, seq }) => epoch === frame.epoch && seq <= frame.seq);
      inFlight.splice(0, at + 1);
      wake();
    },
    get inFlight() {
      return inFlight.length;
    },
    stop() {
      stopped = true;
      wake();
    },
  };
}
