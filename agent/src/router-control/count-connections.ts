/** Counts the connections that the router follows, for a person who looks now. */
import { unixMs } from "@karibu/protocol/quantities";
import type { ConnectionsResult } from "@karibu/protocol/rpc/router/read-connections";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { LiveRouter, RouterRow } from "../ground/live-router.ts";

/** More would be some megabytes from a router that is busy already. */
const askedOneByOneMax = 20_000;
const asked = { timeoutMs: 30_000, fresh: true, actor: "hub" } as const;

/** What is said to the router, in this order; the last one only where there are few enough. */
export const connectionSentences = {
  count: ["/ip/firewall/connection/print", "=count-only="],
  most: ["/ip/firewall/connection/tracking/print"],
  hosts: ["/ip/firewall/connection/print", "=.proplist=src-address"],
} as const;

/** Rejects with a Fault of the router's API. */
export async function countConnections(
  { clock }: World,
  live: LiveRouter,
  hostsMax: number,
): Promise<ConnectionsResult> {
  const [counted] = await live.command(connectionSentences.count, asked);
  const [tracking] = await live.command(connectionSentences.most, asked);
  const total = Number(counted?.ret ?? 0);
  const most = Number(tracking?.["max-entries"] ?? Number.NaN);
  const rows = total > askedOneByOneMax ? null : await live.command(connectionSentences.hosts, asked);
  return {
    readAtMs: unixMs(clock.wall().atMs),
    total,
    most: Number.isInteger(most) ? most : null,
    hosts: rows === null ? null : busiest(rows, hostsMax),
  };
}

/** The hosts that opened most connections, the most first. Pure. */
export function busiest(rows: readonly RouterRow[], hostsMax: number): { address: string; connections: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const address = hostOf(row["src-address"] ?? "");
    if (address !== "") counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return [...counts]
    .map(([address, connections]) => ({ address, connections }))
    .sort((one, other) => other.connections - one.connections || (one.address < other.address ? -1 : 1))
    .slice(0, hostsMax);
}

/** Older releases say the port behind the address. */
const hostOf = (text: string): string => cutText(text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1"), 64);
