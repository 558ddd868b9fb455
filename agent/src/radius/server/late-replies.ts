/**
 * Replies that wait for the disk. All records of a batch share one promise of the journal: 200 replies cost one reaction, not 200
 * with their closures.
 */
import type { UdpPeer } from "../../ground/udp.ts";
import { type ReplySlot, replyOf } from "./duplicates.ts";

export type SendReply = (reply: Uint8Array, to: UdpPeer) => void;

export interface LateReplies {
  /** When `durable` resolves, calls `onSent` and sends the slot's reply. When it rejects, frees the slot. */
  add(durable: Promise<unknown>, slot: ReplySlot, to: UdpPeer, send: SendReply, onSent: () => void): void;
}

interface Batch {
  readonly durable: Promise<unknown>;
  readonly replies: LateReply[];
}

interface LateReply {
  readonly slot: ReplySlot;
  readonly generation: number;
  readonly to: UdpPeer;
  readonly send: SendReply;
  readonly onSent: () => void;
}

/** `onRefused`: the disk refused the records of this many replies. `onFailed`: one reply could not be sent. */
export function createLateReplies(on: {
  readonly onRefused: (count: number, error: unknown) => void;
  readonly onFailed: (error: unknown) => void;
}): LateReplies {
  let last: Batch | null = null;

  function begin(durable: Promise<unknown>): Batch {
    const batch: Batch = { durable, replies: [] };
    last = batch;
    durable.then(
      () => {
        close(batch);
        for (const reply of batch.replies) sendNow(reply);
      },
      (error: unknown) => {
        close(batch);
        // A retransmission may try again.
        for (const { slot, generation } of batch.replies) if (slot.generation === generation) slot.state = "free";
        on.onRefused(batch.replies.length, error);
      },
    );
    return batch;
  }

  /** No more replies join this batch. */
  function close(batch: Batch): void {
    if (last === batch) last = null;
  }

  function sendNow({ slot, generation, to, send, onSent }: LateReply): void {
    if (slot.generation !== generation) return; // the NAS stopped waiting and uses the identifier for another request
    slot.state = "answered";
    onSent();
    try {
      send(replyOf(slot), to);
    } catch (error) {
      on.onFailed(error);
    }
  }

  return {
    add(durable, slot, to, send, onSent) {
      const batch = last?.durable === durable ? last : begin(durable);
      batch.replies.push({ slot, generation: slot.generation, to, send, onSent });
    },
  };
}
