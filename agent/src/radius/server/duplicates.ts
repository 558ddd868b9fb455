/**
 * Which requests were answered already, and with which bytes. A NAS that hears nothing sends the same packet again:
 * same address, port, identifier and authenticator. It gets the same reply, and nothing happens twice.
 * @see RFC 5080 §2.2.2
 */
import type { UdpPeer } from "../../ground/udp.ts";

/** One identifier of one source port. Reused in place: at most 256 of them serve a port for ever. */
export interface ReplySlot {
  /** The request's authenticator, as four words; meaningless while `state` is free. */
  word0: number;
  word1: number;
  word2: number;
  word3: number;
  state: "free" | "working" | "answered";
  /** Counts the requests that used this slot, so that a reply that took long sees that it is no longer wanted. */
  turn: number;
  atMs: number;
  /** The reply's bytes: `replyLength` from `roomAt` on, where `roomLength` are the slot's own. */
  room: Uint8Array;
  roomAt: number;
  roomLength: number;
  replyLength: number;
}

interface Source {
  readonly slots: Map<number, ReplySlot>;
  lastAtMs: number;
  /** Rooms for replies, several in one piece: a buffer of its own costs more than the reply that it holds. */
  rooms: Uint8Array;
  roomsTaken: number;
}

export interface DuplicateCache {
  /**
   * The slot of this request. `answered`: it was dealt with, and the slot holds the reply. `working`: it is new, and the
   * caller's to answer or to free. Null: somebody is at it already.
   */
  claim(request: Uint8Array, from: UdpPeer, nowMs: number): ReplySlot | null;
  /** Forgets sources that have been silent for longer than a retransmission may take. */
  sweep(nowMs: number): void;
  readonly sources: number;
}

const noRooms = new Uint8Array(0);
/** Nearly every reply fits; a longer one gets a buffer of its own. */
const roomBytes = 128;
/** A busy NAS has its rooms in pieces of this many; one that sends little has no more than it needs. */
const roomsPerPieceMax = 16;

/** `sourcesMax` bounds the memory: beyond it the source that was first seen is forgotten. */
export function createDuplicateCache(options: { keepMs: number; sourcesMax: number }): DuplicateCache {
  const addresses = new Map<string, Map<number, Source>>();
  let count = 0;

  function forget(address: string, port: number): void {
    const ports = addresses.get(address);
    if (ports?.delete(port)) count--;
    if (ports?.size === 0) addresses.delete(address);
  }

  function add(address: string, port: number, nowMs: number): Source {
    if (count >= options.sourcesMax) {
      for (const [oldestAddress, ports] of addresses) {
        for (const oldestPort of ports.keys()) {
          forget(oldestAddress, oldestPort);
          break;
        }
        break;
      }
    }
    let ports = addresses.get(address);
    if (ports === undefined) {
      ports = new Map();
      addresses.set(address, ports);
    }
    const source: Source = { slots: new Map(), lastAtMs: nowMs, rooms: noRooms, roomsTaken: 0 };
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
        const roomAt = takeRoom(source);
        slot = {
          word0: 0,
          word1: 0,
          word2: 0,
          word3: 0,
          state: "free",
          turn: 0,
          atMs: 0,
          room: source.rooms,
          roomAt,
          roomLength: roomBytes,
          replyLength: 0,
        };
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
      slot.turn++;
      slot.atMs = nowMs;
      return slot;
    },
    sweep(nowMs) {
      for (const [address, ports] of addresses) {
        for (const [port, source] of ports) {
          const working = [...source.slots.values()].some(({ state }) => state === "working");
          if (!working && nowMs - source.lastAtMs > options.keepMs) forget(address, port);
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

/** Where in `source.rooms` a free room begins; makes more of them when all are taken. */
function takeRoom(source: Source): number {
  const at = source.roomsTaken * roomBytes;
  if (at < source.rooms.length) {
    source.roomsTaken++;
    return at;
  }
  source.rooms = new Uint8Array(Math.min(Math.max(source.slots.size, 1), roomsPerPieceMax) * roomBytes);
  source.roomsTaken = 1;
  return 0;
}

/** Made anew for each sending: a view that the slot kept would outlive the young generation, and be dear to collect. */
export function replyOf(slot: ReplySlot): Uint8Array {
  return slot.room.subarray(slot.roomAt, slot.roomAt + slot.replyLength);
}

/**
 * Keeps the reply's bytes in the slot's own room, which grows when it has to: a busy NAS costs no garbage. `octets` is no
 * Buffer: on the router, the checks of Buffer's own copy took as long as all the rest of this.
 */
export function keepReply(slot: ReplySlot, octets: Uint8Array, at: number, length: number): void {
  if (slot.roomLength < length) {
    slot.roomLength = Math.ceil(length / 64) * 64;
    slot.room = new Uint8Array(slot.roomLength);
    slot.roomAt = 0;
  }
  slot.replyLength = length;
  slot.room.set(octets.subarray(at, at + length), slot.roomAt);
}
