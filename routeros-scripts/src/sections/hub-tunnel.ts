import { find, type Section, tagged } from "../steps/step.ts";
import { prefixLengthOf } from "../values/ipv4.ts";
import { interfaces } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The router makes its own private key, which never leaves it; the public one is shown for the hub. */
export function hubTunnel(tunnel: NonNullable<ScriptValues["tunnel"]>): Section {
  const publicKey = `[/interface/wireguard/get ${find("/interface/wireguard", "comment", "karibu:hub-tunnel")} public-key]`;
  return {
    title: "The tunnel to the hub",
    steps: [
      tagged("/interface/wireguard", "hub-tunnel", { name: interfaces.tunnel, mtu: 1420 }),
      tagged("/interface/wireguard/peers", "hub-peer", {
        interface: interfaces.tunnel,
        "public-key": tunnel.hubPublicKey,
        "endpoint-address": tunnel.endpointHost,
        "endpoint-port": tunnel.endpointPort,
        "allowed-address": tunnel.network,
        "persistent-keepalive": `${tunnel.keepaliveSeconds}s`,
      }),
      tagged("/ip/address", "hub-tunnel-address", {
        address: `${tunnel.address}/${prefixLengthOf(tunnel.network)}`,
        interface: interfaces.tunnel,
      }),
      { kind: "commands", lines: [`:put ("karibu: this router's public key for the hub: " . ${publicKey})`] },
    ],
  };
}
