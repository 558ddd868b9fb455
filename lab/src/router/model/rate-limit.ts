/** Mikrotik-Rate-Limit as RouterOS reads it: `rx[/tx] [bursts…]`, from the router's side: rx is the client's upload. */
export interface Rates {
  /** Bits per second; 0: no limit. */
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
}

export const unlimitedRates: Rates = { upBitsPerSecond: 0, downBitsPerSecond: 0 };

/** Null for a malformed text: RouterOS then refuses the log-in. Bursts must be well-formed; they are not simulated. */
export function parseRateLimit(text: string): Rates | null {
  const [rate, burst, threshold, time, priority, minimum, ...rest] = text.trim().split(/\s+/);
  if (rate === undefined || rest.length > 0) return null;
  const main = pair(rate);
  if (main === null) return null;
  for (const part of [burst, threshold, minimum]) if (part !== undefined && pair(part) === null) return null;
  if (time !== undefined && !/^\d+s?(\/\d+s?)?$/.test(time)) return null;
  if (priority !== undefined && !/^[1-8]$/.test(priority)) return null;
  return { upBitsPerSecond: main[0], downBitsPerSecond: main[1] };
}

function pair(text: string): [number, number] | null {
  const [rx, tx, ...rest] = text.split("/");
  const up = bits(rx ?? "");
  const down = tx === undefined ? up : bits(tx);
  return up === null || down === null || rest.length > 0 ? null : [up, down];
}

/** k = 1,000; M = 1,000,000. */
function bits(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kKMG]?)$/.exec(text);
  if (!match) return null;
  const unit = { "": 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 }[match[2] ?? ""] ?? 1;
  return Math.round(Number(match[1]) * unit);
}
