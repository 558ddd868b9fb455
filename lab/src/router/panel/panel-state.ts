/** The data of the control page, read from the router at one moment. */

import type { Router } from "../device/router.ts";
import type { RouterKnobs } from "../model/router-options.ts";
import { dateAndTime, durationText } from "../model/routeros-text.ts";
import { nextEnd } from "../model/session-limits.ts";
import type { TracedPacket } from "../radius/packet-trace.ts";

export interface SimulatorState {
  readonly identity: string;
  readonly hotspotUrl: string;
  readonly power: boolean;
  readonly uptime: string | null;
  /** The router's date and time. */
  readonly clock: string | null;
  readonly knobs: RouterKnobs;
  readonly clients: readonly ClientState[];
  readonly cookies: number;
  readonly radius: Readonly<Record<string, number>> | null;
  readonly incoming: Readonly<Record<string, number>> | null;
  /** Newest first. */
  readonly packets: readonly TracedPacket[];
}

export interface ClientState {
  readonly address: string;
  readonly mac: string;
  readonly wantsDownBytesPerSecond: number;
  readonly session: {
    readonly sessionId: string;
    readonly user: string;
    readonly loginBy: string;
    readonly uptime: string;
    readonly upBytes: number;
    readonly downBytes: number;
    readonly limitBytes: number | null;
    readonly downBitsPerSecond: number | null;
    /** Computed from the limits and the current appetite. */
    readonly endsInSeconds: number | null;
    readonly endsBecause: string | null;
  } | null;
}

const packetsShown = 60;

export function readSimulatorState(router: Router, nowMs: number): SimulatorState {
  const { running, options } = router;
  const clock = running ? dateAndTime(running.wallMs()) : null;
  return {
    identity: options.identity,
    hotspotUrl: options.hotspotUrl,
    power: running !== null,
    uptime: running ? durationText((nowMs - running.bootedAtMs) / 1000) : null,
    clock: clock ? `${clock.date} ${clock.time}` : null,
    knobs: { ...router.knobs, radiusSecret: router.knobs.radiusSecret === null ? null : "(another)" },
    clients: router.clients().map(({ address, mac, appetite }) => ({
      address,
      mac,
      wantsDownBytesPerSecond: appetite().downBytesPerSecond,
      session: readSession(router, address, nowMs),
    })),
    cookies: running?.hotspot.cookies().length ?? 0,
    radius: running ? { pending: running.radius.pending(), ...running.radius.counters } : null,
    incoming: running?.incoming ? { ...running.incoming.counters } : null,
    packets: router.trace.packets().slice(-packetsShown).reverse(),
  };
}

function readSession(router: Router, address: string, nowMs: number): ClientState["session"] {
  const session = router.running?.hotspot.sessions().find(({ nas }) => nas.address === address);
  const reading = session ? router.running?.hotspot.reading(session) : undefined;
  if (!session || !reading) return null;
  const end = nextEnd(session.limits, session.meter, session.startedMs, nowMs);
  return {
    sessionId: session.nas.sessionId,
    user: session.nas.user,
    loginBy: session.loginBy,
    uptime: durationText((nowMs - session.startedMs) / 1000),
    upBytes: reading.upBytes,
    downBytes: reading.downBytes,
    limitBytes: session.limits.totalBytes || null,
    downBitsPerSecond: session.limits.rates.downBitsPerSecond || null,
    endsInSeconds: end ? Math.max(0, Math.round((end.atMs - nowMs) / 1000)) : null,
    endsBecause: end?.cause ?? null,
  };
}
