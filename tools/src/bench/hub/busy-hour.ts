/** An hour of figures of a busy router with ten ports, bridges and tunnels, of which four carry guests. */
import { seconds, unixMs } from "@karibu/protocol/quantities";
import type { RouterSample } from "@karibu/protocol/router/router-figures";

const busy = ["ether1", "bridge-guest", "wifi1", "wifi2"];
const quiet = ["karibu", "karibu-hub", "bridge-lan"];
const idle = ["ether2", "ether3", "ether4"];

export function busyHour(seed: number): readonly RouterSample[] {
  let state = seed + 1;
  const upTo = (max: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % max;
  };
  const carried = (name: string) => (busy.includes(name) ? upTo(200_000) : quiet.includes(name) ? upTo(300) : 0);
  return Array.from({ length: 12 }, (_, at) => ({
    atMs: unixMs(1_800_000_000_000 + at * 300_000),
    cpuPercent: 5 + upTo(30),
    freeMemoryMib: 700 + upTo(8),
    totalMemoryMib: 1024,
    freeDiskMib: 870,
    uptimeSeconds: seconds(400_000 + at * 300),
    sessions: 30 + upTo(20),
    temperatureTenths: 480 + upTo(20),
    voltageTenths: 241,
    interfaces: [...busy, ...quiet, ...idle].map((name) => ({
      name,
      isRunning: !idle.includes(name),
      receivedKib: carried(name),
      sentKib: carried(name),
      receiveErrors: 0,
      sendErrors: 0,
    })),
  }));
}
