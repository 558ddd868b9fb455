/**
 * What the interface is to be, as the hub writes it down for the helper that runs as root. The helper believes nothing else: it makes
 * peers and rules of keys, addresses and times alone, so a hub that was broken into can't use it to change the machine.
 */
import { wireguardKeyPattern } from "@karibu/protocol/router/wireguard-key";
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import type { Peer } from "./config.ts";
import type { Forward } from "./forwarding.ts";

export interface TunnelPlan {
  readonly privateKey: string;
  readonly port: number;
  readonly peers: readonly Peer[];
  readonly forwards: readonly Forward[];
}

const peersMax = 200_000;
const forwardsMax = 200_000;

export const wireguardKeySchema = z
  .string()
  .regex(wireguardKeyPattern, ownRule("key-of-32-bytes", "must be 32 bytes in base64"));

const byte = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const siteAddress = z.string().regex(new RegExp(`^10\\.89\\.${byte}\\.${byte}$`));
const operatorAddress = z.string().regex(new RegExp(`^10\\.90\\.${byte}\\.${byte}$`));

const peerSchema = z.strictObject({
  publicKey: wireguardKeySchema,
  address: z.union([siteAddress, operatorAddress]).nullable(),
});
const forwardSchema = z.strictObject({
  from: operatorAddress,
  to: siteAddress,
  untilMs: z.number().int().min(0),
});
const planSchema = z.strictObject({
  privateKey: wireguardKeySchema,
  port: z.number().int().min(1).max(65_535),
  peers: z.array(z.unknown()),
  forwards: z.array(z.unknown()),
});

/** Without the peers and forwards that are none: one bad row must not keep the others, or their ends, from the interface. */
export function soundPlan(plan: {
  readonly privateKey: string;
  readonly port: number;
  readonly peers: readonly unknown[];
  readonly forwards: readonly unknown[];
}): TunnelPlan {
  const keys = new Set<string>();
  const peers = plan.peers.slice(0, peersMax).flatMap((row): Peer[] => {
    const { success, data } = peerSchema.safeParse(row);
    if (!success || keys.has(data.publicKey)) return [];
    keys.add(data.publicKey);
    return [data];
  });
  const forwards = plan.forwards.slice(0, forwardsMax).flatMap((row): Forward[] => {
    const { success, data } = forwardSchema.safeParse(row);
    return success ? [data] : [];
  });
  return { privateKey: plan.privateKey, port: plan.port, peers, forwards };
}

/** Null: the text is no plan. */
export function readPlan(text: string): TunnelPlan | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = planSchema.safeParse(value);
  return parsed.success ? soundPlan(parsed.data) : null;
}
