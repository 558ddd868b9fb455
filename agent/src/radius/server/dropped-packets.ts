/** Counts dropped packets and logs them, one line a minute for each event, because a router's log is small. */

import type { MalformedReason } from "@karibu/protocol/radius/packet-index";
import type { World } from "@karibu/protocol/world";
import type { UdpPeer } from "../../ground/udp.ts";
import type { RadiusCounters } from "./counters.ts";
import type { RadiusPort } from "./radius-port.ts";

export interface DroppedPackets {
  malformed(reason: MalformedReason): void;
  badAuthenticator(from: UdpPeer): void;
  /** These replies did not leave: the disk refused their records. */
  notDurable(replies: number, error: unknown): void;
  /** A bug of the agent: the packet is dropped and the server goes on. */
  failed(port: RadiusPort, error: unknown): void;
}

const logEveryMs = 60_000;

export function createDroppedPackets({ clock, log }: World, counters: RadiusCounters): DroppedPackets {
  const loggedAtMs = new Map<string, number>();

  function mayLog(event: string): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs - (loggedAtMs.get(event) ?? Number.NEGATIVE_INFINITY) < logEveryMs) return false;
    loggedAtMs.set(event, nowMs);
    return true;
  }

  return {
    malformed(reason) {
      counters.malformed[reason]++;
    },
    badAuthenticator({ address }) {
      counters.badAuthenticators++;
      counters.lastBadAuthenticatorFrom = address;
      if (!mayLog("radius-bad-authenticator")) return;
      log.warn("radius-bad-authenticator", { from: address, total: counters.badAuthenticators });
    },
    notDurable(replies, error) {
      counters.notDurable += replies;
      if (!mayLog("radius-not-durable")) return;
      log.error("radius-not-durable", { error: String(error), total: counters.notDurable });
    },
    failed(port, error) {
      counters.failures++;
      if (!mayLog("radius-failure")) return;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error("radius-failure", { port, error: text });
    },
  };
}
