import { find } from "../language/rsc-text.ts";
import { type Section, tagged } from "../steps/step.ts";
import { prefixLengthOf } from "../values/ipv4.ts";
import { interfaceNames } from "../values/object-names.ts";
import { operatorNetwork } from "../values/operator-network.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** The interface with the router's key. The first stage of the pasted line makes it too: the hub must know the public key first. */
export const tunnelInterface = tagged("/interface/wireguard", "hub-tunnel", { name: interfaceNames.tunnel, mtu: 1420 });

/** The router creates its private key, which never leaves the router. The script shows the public key, which the hub needs. */
export function hubTunnel(tunnel: NonNullable<ScriptValues["tunnel"]>): Section {
  const publicKey = `[/interface/wireguard/get ${find("/interface/wireguard", "comment", "karibu:hub-tunnel")} public-key]`;
  return {
    title: "The tunnel to the hub",
    steps: [
      tunnelInterface,
      tagged("/interface/wireguard/peers", "hub-peer", {
        interface: interfaceNames.tunnel,
        "public-key": tunnel.hubPublicKey,
        "endpoint-address": tunnel.endpointHost,
        "endpoint-port": tunnel.endpointPort,
        "allowed-address": [tunnel.network, operatorNetwork],
        "persistent-keepalive": `${tunnel.keepaliveSeconds}s`,
      }),
      tagged("/ip/address", "hub-tunnel-address", {
        address: `${tunnel.address}/${prefixLengthOf(tunnel.network)}`,
        interface: interfaceNames.tunnel,
      }),
      tagged("/ip/route", "hub-operators", { "dst-address": operatorNetwork, gateway: interfaceNames.tunnel }),
      { kind: "commands", lines: [`:put ("karibu: this router's public key for the hub: " . ${publicKey})`] },
    ],
  };
}
