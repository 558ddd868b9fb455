/**
 * What the interface is to be, as the hub writes it down for the helper that runs as root. The helper believes nothing else: it makes
 * keys, addresses and rules of these alone, so a hub that was broken into can't use it to change the machine.
 */
import { z } from "zod";
import type { Peer } from "./config.ts";
import type { Forward } from "./forwarding.ts";

export interface TunnelPlan {
  readonly privateKey: string;
  readonly port: number;
  readonly peers: readonly Peer[];
  readonly forwards: readonly Forward[];
}

const key = z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/);
const byte = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const siteAddress = z.string().regex(new RegExp(`^10\\.89\\.${byte}\\.${byte}$`));
const operatorAddress = z.string().regex(new RegExp(`^10\\.90\\.${byte}\\.${byte}$`));
const atMs = z.number().int().min(0);

const planSchema = z.strictObject({
  privateKey: key,
  port: z.number().int().min(1).max(65_535),
  peers: z
    .array(z.strictObject({ publicKey: key, address: z.union([siteAddress, operatorAddress]).nullable() }))
    .max(150_000),
  forwards: z.array(z.strictObject({ from: operatorAddress, to: siteAddress, untilMs: atMs })).max(200_000),
});

/** Null: the text is no plan. */
export function readPlan(text: string): TunnelPlan | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = planSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
