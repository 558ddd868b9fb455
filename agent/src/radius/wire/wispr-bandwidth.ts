import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";

const u32Max = 0xffffffff;

/**
 * WISPr-Bandwidth-Max-Up and -Down in bit/s, as the customer sees it: up is what he sends. 0: no limit. These attributes have no bursts.
 * @see Wi-Fi Alliance WISPr 1.0; OpenWrt (uspot) and CoovaChilli read them
 */
export function wisprBandwidth({ upKbps, downKbps }: SpeedLimits): { readonly up: number; readonly down: number } {
  return { up: bitsOf(upKbps), down: bitsOf(downKbps) };
}

const bitsOf = (kbps: number | null): number => Math.min((kbps ?? 0) * 1000, u32Max);
