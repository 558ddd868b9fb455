/** What a light agent answers of its router: the figures of a usual board, and a command that is done. */

/** The first site is behind so much delay, there and back. */
export const farSiteDelayMs = 300;

const system = {
  uptime: "3w2d11:04:33",
  version: "7.22.1 (stable)",
  "cpu-count": "4",
  "cpu-load": "7",
  "free-memory": "812261120",
  "total-memory": "1073741824",
  "free-hdd-space": "912261120",
  "total-hdd-space": "1073741824",
  "write-sect-total": "184203",
  "bad-blocks": "0",
  "architecture-name": "arm64",
  "board-name": "RB5009UG+S+",
  platform: "MikroTik",
  identity: "Kiosk",
  date: "2026-11-22",
  time: "12:00:00",
  "time-zone-name": "Africa/Nairobi",
  "license-level": "5",
  "serial-number": "HF10903N1QK",
  model: "RB5009UG+S+",
  "current-firmware": "7.22.1",
  "upgrade-firmware": "7.22.1",
};

export function routerAnswer(site: number, method: string): { result: unknown; delayMs: number } | null {
  const delayMs = site === 0 ? farSiteDelayMs : 0;
  if (method === "act-on-router") return { delayMs, result: { kind: "done" } };
  if (method !== "read-router") return null;
  // Figures differ at each reading.
  const row = { ...system, "cpu-load": String(Math.floor(performance.now()) % 100) };
  return { delayMs, result: { kind: "rows", readAtMs: Date.now(), rows: [row], total: 1 } };
}
