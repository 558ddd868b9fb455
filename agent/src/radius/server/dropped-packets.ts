/** What is wrong with packets, counted and, so that people hear of it, logged: a line a minute, for the log is small. */
import type { World } from "@karibu/protocol/world";
import type { UdpPeer } from "../../ground/udp.ts";
import type { MalformedReason } from "../wire/codec.ts";
import type { RadiusCounters } from "./counters.ts";

export interface Complaints {
  malformed(reason: MalformedReason): void;
  badAuthenticator(from: UdpPeer): void;
  /** So many replies did not leave, for the disk took nothing. */
  notDurable(replies: number, error: unknown): void;
  /** A bug of ours: the packet is dropped and the server goes on. */
  failed(face: string, error: unknown): void;
}

const complaintEveryMs = 60_000;

export function createComplaints(world: World, counters: RadiusCounters): Complaints {
  const complainedAtMs = new Map<string, number>();

  function mayComplain(event: string): boolean {
    const nowMs = world.clock.monotonicMs();
    if (nowMs - (complainedAtMs.get(event) ?? Number.NEGATIVE_INFINITY) < complaintEveryMs) return false;
    complainedAtMs.set(event, nowMs);
    return true;
  }

  return {
    malformed(reason) {
      counters.malformed[reason]++;
    },
    badAuthenticator(from) {
      counters.badAuthenticators++;
      counters.lastBadAuthenticatorFrom = from.address;
      if (!mayComplain("radius-bad-authenticator")) return;
      world.log.warn("radius-bad-authenticator", { from: from.address, total: counters.badAuthenticators });
    },
    notDurable(replies, error) {
      counters.notDurable += replies;
      if (!mayComplain("radius-not-durable")) return;
      world.log.error("radius-not-durable", { error: String(error), total: counters.notDurable });
    },
    failed(face, error) {
      counters.failures++;
      if (!mayComplain("radius-failure")) return;
      world.log.error("radius-failure", {
        face,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    },
  };
}
