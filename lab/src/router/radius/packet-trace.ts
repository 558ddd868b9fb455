/** The last RADIUS packets in both directions, for the control page and for tests. */
import type { World } from "@karibu/protocol/world";
import type { RadiusPacket } from "./radius-wire.ts";

export interface TracedPacket {
  readonly atMs: number;
  readonly direction: "in" | "out";
  readonly code: string;
  readonly identifier: number;
  readonly note: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PacketTrace {
  add(direction: "in" | "out", packet: RadiusPacket, note?: string | null): void;
  /** Oldest first. */
  packets(): readonly TracedPacket[];
}

export function createPacketTrace(world: World, kept: number): PacketTrace {
  const packets: TracedPacket[] = [];
  return {
    add(direction, packet, note = null) {
      packets.push({
        atMs: world.clock.wall().atMs,
        direction,
        code: packet.code,
        identifier: packet.identifier,
        note,
        attributes: packet.summary(),
      });
      if (packets.length > kept) packets.shift();
    },
    packets: () => packets,
  };
}
