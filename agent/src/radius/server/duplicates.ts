/**
 * Remembers which requests were answered, and with which bytes. A NAS that gets no reply sends the same packet again: same
 * address, port, identifier and authenticator. It gets the same reply, and nothing happens twice.
 * @see RFC 5080 §2.2.2
 */
import type { UdpPeer } from "../../ground/udp.ts";

/** One identifier of one source port. Slots are reused in place: a port never has more than 256. */
export interface ReplySlot {
  /** The request's authenticator, as four words. Meaningless while the slot is free. */
  word0: number;
  word1: number;
  word2: number;
  word3: number;
  state: "free" | "working" | "answered";
  /** Counts the requests that used this slot: a late reply sees that its request is not waited for any more. */
  generation: number;
  atMs: number;
  /** The reply: `replyLength` bytes of `block`, from `blockAt` on. The slot owns `blockLength` bytes there. */
  block: Uint8Array;
  blockAt: number;
  blockLength: number;
  replyLength: number;
}

interface Source {
  readonly slots: Map<number, ReplySlot>;
  lastAtMs: number;
  /** Space for several replies in one piece: a buffer for each would cost more than the reply in it. */
  block: Uint8Array;
  blocksTaken: number;
}

export interface DuplicateCache {
  /**
   * The slot of this request. `answered`: the slot holds the reply. `working`: the request is new, and the caller answers or
   * frees the slot. Null: the same request is being answered.
   */
  claim(request: Uint8Array, from: UdpPeer, nowMs: number): ReplySlot | null;
  /** Forgets sources that were silent for longer than a retransmission takes. */
  sweep(nowMs: number): void;
  readonly sources: number;
}

const noBlock = new Uint8Array(0);
/** Nearly every reply fits. A longer one gets its own buffer. */
const replyBytes = 128;
/** Replies in one piece for a busy NAS. A NAS that sends little gets no more than it needs. */
const repliesPerBlockMax = 16;

/** `sourcesMax` bounds the memory: beyond it the oldest source is forgotten. */
export function createDuplicateCache(options: { keepMs: number; sourcesMax: number }): DuplicateCache {
  const addresses = new Map<string, Map<number, Source>>();
  let count = 0;

  function forget(address: string, port: number): void {
    const ports = addresses.get(address);
    if (ports?.delete(port)) count--;
    if (ports?.size === 0) addresses.delete(address);
  }

  function forgetOldest(): void {
    const [address, ports] = addresses.entries().next().value ?? [];
    const port = ports?.keys().next().value;
    if (address !== undefined && port !== undefined) forget(address, port);
  }

  function add(address: string, port: number, nowMs: number): Source {
    if (count >= options.sourcesMax) forgetOldest();
    let ports = addresses.get(address);
    if (ports === undefined) {
      ports = new Map();
      addresses.set(address, ports);
    }
    const source: Source = { slots: new Map(), lastAtMs: nowMs, block: noBlock, blocksTaken: 0 };
    ports.set(port, source);
    count++;
    return source;
  }

  return {
    claim(request, { address, port }, nowMs) {
      const source = addresses.get(address)?.get(port) ?? add(address, port, nowMs);
      source.lastAtMs = nowMs;
      const id = request[1] as number;
      let slot = source.slots.get(id);
      if (slot === undefined) {
        slot = newSlot(source);
        source.slots.set(id, slot);
      }
      const word0 = word(request, 4);
      const word1 = word(request, 8);
      const word2 = word(request, 12);
      const word3 = word(request, 16);
      if (
        slot.state !== "free" &&
        slot.word0 === word0 &&
        slot.word1 === word1 &&
        slot.word2 === word2 &&
        slot.word3 === word3
      ) {
        if (slot.state === "working") return null;
        if (nowMs - slot.atMs <= options.keepMs) return slot;
      }
      slot.word0 = word0;
      slot.word1 = word1;
      slot.word2 = word2;
      slot.word3 = word3;
      slot.state = "working";
      slot.generation++;
      slot.atMs = nowMs;
      return slot;
    },
    sweep(nowMs) {
      for (const [address, ports] of addresses) {
        for (const [port, source] of ports) {
          const isWorking = [...source.slots.values()].some(({ state }) => state === "working");
          if (!isWorking && nowMs - source.lastAtMs > options.keepMs) forget(address, port);
        }
      }
    },
    get sources() {
      return count;
    },
  };
}

function word(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function newSlot(source: Source): ReplySlot {
  const blockAt = takeSpace(source);
  return {
    word0: 0,
    word1: 0,
    word2: 0,
    word3: 0,
    state: "free",
    generation: 0,
    atMs: 0,
    block: source.block,
    blockAt,
    blockLength: replyBytes,
    replyLength: 0,
  };
}

/** Where free space for a reply begins in `source.block`. Makes a new block when all space is taken. */
function takeSpace(source: Source): number {
  const at = source.blocksTaken * replyBytes;
  if (at < source.block.length) {
    source.blocksTaken++;
    return at;
  }
  source.block = new Uint8Array(Math.min(Math.max(source.slots.size, 1), repliesPerBlockMax) * replyBytes);
  source.blocksTaken = 1;
  return 0;
}

/** A new view for each sending: a stored view would outlive the young generation and cost garbage collection. */
export function replyOf(slot: ReplySlot): Uint8Array {
  return slot.block.subarray(slot.blockAt, slot.blockAt + slot.replyLength);
}

/**
 * Keeps the reply's bytes in the slot's space, which grows when it must: a busy NAS makes no garbage. `octets` is no Buffer: on
 * the router the checks of Buffer's copy take as long as all the rest of this.
 */
export function keepReply(slot: ReplySlot, octets: Uint8Array, at: number, length: number): void {
  if (slot.blockLength < length) {
    slot.blockLength = Math.ceil(length / 64) * 64;
    slot.block = new Uint8Array(slot.blockLength);
    slot.blockAt = 0;
  }
  slot.replyLength = length;
  slot.block.set(octets.subarray(at, at + length), slot.blockAt);
}
