import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";

/**
 * Mikrotik-Rate-Limit: `rx/tx [rx-burst/tx-burst rx-threshold/tx-threshold rx-seconds/tx-seconds]`. The router's side:
 * rx is what the customer sends, so upload comes first. 0 is no limit. Null when there is nothing to limit.
 * @see MikroTik manual, RADIUS, Mikrotik-Rate-Limit
 */
export function mikrotikRateLimit(limits: SpeedLimits): string | null {
  const { downKbps, upKbps, burst } = limits;
  if (downKbps === null && upKbps === null) return null;
  const rate = `${speed(upKbps)}/${speed(downKbps)}`;
  if (burst === null) return rate;
  const peak = `${speed(burst.upKbps)}/${speed(burst.downKbps)}`;
  const threshold = `${speed(burst.thresholdUpKbps)}/${speed(burst.thresholdDownKbps)}`;
  return `${rate} ${peak} ${threshold} ${burst.seconds}/${burst.seconds}`;
}

function speed(kbps: number | null): string {
  if (kbps === null || kbps === 0) return "0";
  return kbps % 1000 === 0 ? `${kbps / 1000}M` : `${kbps}k`;
}
