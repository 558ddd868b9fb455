/** Signs replies, keeps them for retransmissions, and sends them once the records that they promise are on disk. */

import { attributes } from "@karibu/protocol/radius/attributes";
import { type PacketIndex, packetBytesMax } from "@karibu/protocol/radius/packet-index";
import type { Clock } from "@karibu/protocol/world";
import type { UdpPeer } from "../../ground/udp.ts";
import type { RadiusCounters } from "./counters.ts";
import type { DroppedPackets } from "./dropped-packets.ts";
import { createDuplicateCache, keepReply, type ReplySlot, replyOf } from "./duplicates.ts";
import { createLateReplies, type SendReply } from "./late-replies.ts";
import type { PacketMemory, StoredSecret } from "./packet-memory.ts";
import type { RadiusPort } from "./radius-port.ts";
import type { ReplyWriter } from "./reply-writer.ts";

export interface Replies {
  /** Null: this request was answered before, and gets its reply again; or it is being answered. */
  claim(port: RadiusPort, packet: Uint8Array, from: UdpPeer, send: SendReply): ReplySlot | null;
  /** Signs the reply that the writer holds. Returns its length; 0: it is longer than a packet may be. */
  sign(secret: StoredSecret): number;
  /** Signs the reply and keeps its bytes. False: it is too long, and the slot is free again. */
  keep(secret: StoredSecret, slot: ReplySlot): boolean;
  /** Sends the kept reply now, or when `durable` resolves. When it rejects, forgets the request. */
  send(slot: ReplySlot, durable: Promise<unknown> | null, to: UdpPeer, send: SendReply, onSent: () => void): void;
  /** Frees the space of retransmissions that can't come any more. */
  sweep(): void;
}

const sourcesMax = 4096;
/** How long retransmissions may come. RFC 5080 §2.2.2 asks for 5 to 30 seconds. */
const keepMs = 30_000;

export function createReplies(
  clock: Pick<Clock, "monotonicMs">,
  parts: {
    readonly packets: PacketMemory;
    readonly index: PacketIndex;
    readonly writer: ReplyWriter;
    readonly counters: RadiusCounters;
    readonly dropped: DroppedPackets;
  },
): Replies {
  const { packets, index, writer, counters, dropped } = parts;
  const octets = new Uint8Array(packets.buffer.buffer);
  const caches = {
    auth: createDuplicateCache({ keepMs, sourcesMax }),
    acct: createDuplicateCache({ keepMs, sourcesMax }),
  };
  const late = createLateReplies({
    onRefused: dropped.notDurable,
    onFailed: (error) => dropped.failed("acct", error),
  });

  function sign(secret: StoredSecret): number {
    const proxyStateAt = index.standard[attributes.proxyState.type] as number;
    if (proxyStateAt !== 0) writer.proxyStates(proxyStateAt, index.length);
    const length = writer.length();
    if (length > packetBytesMax) {
      dropped.malformed("reply-too-long");
      return 0;
    }
    packets.signReply(secret, length, writer.finish());
    return length;
  }

  return {
    claim(port, packet, from, send) {
      const slot = caches[port].claim(packet, from, clock.monotonicMs());
      if (slot === null) {
        counters.duplicatesInFlight++;
        return null;
      }
      if (slot.state === "answered") {
        counters.duplicates++;
        send(replyOf(slot), from);
        return null;
      }
      return slot;
    },
    sign,
    keep(secret, slot) {
      const length = sign(secret);
      if (length === 0) slot.state = "free";
      else keepReply(slot, octets, packets.replyAt, length);
      return length !== 0;
    },
    send(slot, durable, to, send, onSent) {
      if (durable !== null) return late.add(durable, slot, to, send, onSent);
      slot.state = "answered";
      onSent();
      send(replyOf(slot), to);
    },
    sweep() {
      const nowMs = clock.monotonicMs();
      caches.auth.sweep(nowMs);
      caches.acct.sweep(nowMs);
    },
  };
}
