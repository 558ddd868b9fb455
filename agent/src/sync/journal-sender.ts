/**
 * Sends the journal over one connection, with a limited number of batches in flight. The hub acknowledges each batch after its commit.
 * A quiet site sends at once. A busy one collects records while acks are outstanding, so that frames are few and full.
 */

import type { AlarmFields } from "@karibu/protocol/alarms/alarm-fields";
import type { SiteAlarm } from "@karibu/protocol/alarms/alarm-kinds";
import type { JournalRecord } from "@karibu/protocol/journal/record";
import type { AckFrame, JournalFrame, WelcomeFrame } from "@karibu/protocol/link/frame";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Journal } from "../journal/journal.ts";
import { isPlaceholder } from "../journal/placeholder.ts";

export interface JournalSender {
  /** Null: the ack is valid. Otherwise what is wrong with it. */
  onAck(frame: AckFrame): string | null;
  /** Batches that wait for their ack. */
  readonly inFlight: number;
  stop(): void;
}

export interface JournalSenderParts {
  readonly journal: Journal;
  /** The hub has all records up to here. */
  readonly resumeAfterSeq: number;
  readonly send: (frame: JournalFrame) => void;
  /** Bytes that the socket has not sent yet. */
  readonly bufferedBytes: () => number;
  /** What the hub's welcome allows on its way; undefined: an older hub, which takes what we send. */
  readonly window: WelcomeFrame["window"];
  readonly onFailure: (error: unknown) => void;
}

const framesInFlightMax = 8;
const batch = { records: 500, bytes: 64 * 1024 };
/** Fewer new records than this wait while an ack is outstanding. */
const worthSending = 100;
const bufferedBytesMax = 512 * 1024;
/** A longer record does not fit a frame and is replaced. */
const recordBytesMax = 128 * 1024;

export function createJournalSender(parts: JournalSenderParts): JournalSender {
  const { journal, send, bufferedBytes, onFailure } = parts;
  const framesMax = framesWithin(parts.window);
  let epoch = journal.epoch;
  let sentSeq = parts.resumeAfterSeq;
  // The first batch repeats the last record that the hub has (alone, when its ack was lost). If the hub has another record there,
  // this journal is an outdated copy.
  let overlaps = sentSeq > 0;
  const inFlight: number[] = [];
  let stopped = false;

  const { wake } = runWhenWoken(pump, (error) => !stopped && onFailure(error));
  const stopListening = journal.onDurable(wake);
  wake();

  async function pump(): Promise<void> {
    while (!stopped && maySend()) {
      const records = await journal.readAfter(overlaps ? sentSeq - 1 : sentSeq, batch);
      if (stopped || epoch !== journal.epoch) continue;
      if (overlaps && records[0]?.seq === sentSeq && isPlaceholder(records[0])) {
        // The hub may have the record that was lost here. Then the two differ although this journal is the right one.
        overlaps = false;
        continue;
      }
      const lastSeq = records.at(-1)?.seq ?? 0;
      if (lastSeq < sentSeq || (lastSeq === sentSeq && !ackWasLost())) return; // not durable yet: `onDurable` calls again
      for (const run of consecutiveRuns(records)) {
        const first = run[0] as JournalRecord;
        const lostBefore = first.seq > sentSeq + 1;
        send({ type: "journal", epoch, ...(lostBefore ? { lostBefore } : {}), records: run.map(fitting) });
        sentSeq = (run.at(-1) as JournalRecord).seq;
        inFlight.push(sentSeq);
        if (inFlight.length >= framesMax) break;
      }
      overlaps = false;
    }
  }

  function ackWasLost(): boolean {
    return overlaps && journal.ackedSeq < sentSeq;
  }

  function maySend(): boolean {
    if (epoch !== journal.epoch) {
      // The hub knows no record of a new epoch.
      epoch = journal.epoch;
      sentSeq = 0;
      overlaps = false;
      inFlight.length = 0;
    }
    if (inFlight.length >= framesMax || bufferedBytes() > bufferedBytesMax) return false;
    const fresh = journal.lastSeq - sentSeq;
    if (ackWasLost()) return true;
    return fresh > 0 && (inFlight.length === 0 || fresh >= worthSending);
  }

  return {
    get inFlight() {
      return inFlight.length;
    },
    onAck(frame) {
      if (frame.epoch !== epoch) return null; // an ack of the previous epoch
      if (frame.seq > sentSeq) return `seq: ${frame.seq} was never sent`;
      journal.acknowledge(frame.seq);
      while (inFlight[0] !== undefined && inFlight[0] <= frame.seq) inFlight.shift();
      wake();
      return null;
    },
    stop() {
      stopped = true;
      stopListening();
    },
  };
}

/** How many frames of the longest record fit the hub's window. */
export function framesWithin(window: WelcomeFrame["window"]): number {
  if (window === undefined) return framesInFlightMax;
  return Math.max(1, Math.min(framesInFlightMax, window.frames, Math.floor(window.bytes / (recordBytesMax + 1024))));
}

/** Damaged segments leave holes; a frame carries records without holes. */
function consecutiveRuns(records: readonly JournalRecord[]): JournalRecord[][] {
  const runs: JournalRecord[][] = [];
  for (const record of records) {
    const run = runs.at(-1);
    if (run !== undefined && record.seq === (run.at(-1) as JournalRecord).seq + 1) run.push(record);
    else runs.push([record]);
  }
  return runs;
}

/** A record that fits no frame would block all later ones, so an alarm takes its place. */
export function fitting(record: JournalRecord): Record<string, unknown> {
  const length = JSON.stringify(record).length;
  if (length <= recordBytesMax) return record;
  const { seq, atMs, clock, upMs, kind } = record;
  return {
    seq,
    atMs,
    clock,
    upMs,
    kind: "alarm",
    name: "record-too-long" satisfies SiteAlarm,
    fields: { kind, length } satisfies AlarmFields,
  };
}
