/**
 * Replies that wait for the disk. The journal gives all records of a batch one promise, so 200 replies cost one reaction,
 * not 200 with their closures.
 */
import type { UdpPeer } from "../../ground/udp.ts";
import { type ReplySlot, replyOf } from "./duplicates.ts";

export type SendReply = (reply: Uint8Array, to: UdpPeer) => void;

export interface LateReplies {
  /** Sends what the slot holds once `durable` resolves, and calls `done` first; frees the slot when it rejects. */
  add(durable: Promise<unknown>, slot: ReplySlot, to: UdpPeer, send: SendReply, done: () => void): void;
}

interface Batch {
  readonly durable: Promise<unknown>;
  readonly replies: LateReply[];
}

interface LateReply {
  readonly slot: ReplySlot;
  readonly turn: number;
  readonly to: UdpPeer;
  readonly send: SendReply;
  readonly done: () => void;
}

/** `refused`: the disk took none of so many. `failed`: one could not be sent; the others leave all the same. */
export function createLateReplies(on: {
  readonly refused: (count: number, error: unknown) => void;
  readonly failed: (error: unknown) => void;
}): LateReplies {
  let last: Batch | null = null;

  function begin(durable: Promise<unknown>): Batch {
    const batch: Batch = { durable, replies: [] };
    last = batch;
    durable.then(
      () => {
        close(batch);
        for (const reply of batch.replies) leave(reply);
      },
      (error: unknown) => {
        close(batch);
        // A retransmission may try again.
        for (const { slot, turn } of batch.replies) if (slot.turn === turn) slot.state = "free";
        on.refused(batch.replies.length, error);
      },
    );
    return batch;
  }

  /** Nothing more may join it. */
  function close(batch: Batch): void {
    if (last === batch) last = null;
  }

  function leave({ slot, turn, to, send, done }: LateReply): void {
    if (slot.turn !== turn) return; // the NAS has given up and uses the identifier for something else
    slot.state = "answered";
    done();
    try {
      send(replyOf(slot), to);
    } catch (error) {
      on.failed(error);
    }
  }

  return {
    add(durable, slot, to, send, done) {
      const batch = last?.durable === durable ? last : begin(durable);
      batch.replies.push({ slot, turn: slot.turn, to, send, done });
    },
  };
}
