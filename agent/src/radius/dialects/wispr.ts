/** WISPr and ChilliSpot, as OpenWrt (uspot) and CoovaChilli speak them. */
import { attributes } from "@karibu/protocol/radius/attributes";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";
import { type RadiusDialect, splitBytes } from "./dialect.ts";

export const wispr: RadiusDialect = {
  staffGroup: null,
  delegatedIpv6Pool: attributes.delegatedIpv6PrefixPool,
  addressList: null,

  createLimits: (put) => (limits) => {
    const { up, down } = bandwidthOf(limits);
    if (up > 0) put(attributes.wisprBandwidthMaxUp, up);
    if (down > 0) put(attributes.wisprBandwidthMaxDown, down);
    if (limits.totalBytes === null) return;
    const { octets, gigawords } = splitBytes(limits.totalBytes);
    put(attributes.chilliSpotMaxTotalOctets, octets);
    if (gigawords > 0) put(attributes.chilliSpotMaxTotalGigawords, gigawords);
  },

  speedChange(speed) {
    const { up, down } = bandwidthOf(speed);
    return [
      { name: "wisprBandwidthMaxUp", value: up },
      { name: "wisprBandwidthMaxDown", value: down },
    ];
  },
};

const u32Max = 0xffffffff;

/**
 * WISPr-Bandwidth-Max-Up and -Down in bps, as the customer sees it: up is what he sends. 0: no limit. These attributes have no bursts.
 * @see Wi-Fi Alliance WISPr 1.0; OpenWrt (uspot) and CoovaChilli read them
 */
function bandwidthOf({ upKbps, downKbps }: SpeedLimits): { readonly up: number; readonly down: number } {
  return { up: bitsOf(upKbps), down: bitsOf(downKbps) };
}

const bitsOf = (kbps: number | null): number => Math.min((kbps ?? 0) * 1000, u32Max);
