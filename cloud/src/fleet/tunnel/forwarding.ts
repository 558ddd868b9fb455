/**
 * What the hub's machine forwards from the tunnel: WinBox from a person's end to a router, until a time, and nothing else. And what of itself it
 * shows to sites: what sites need. Pure.
 * @see nft(8): sets with time-outs end by themselves in the kernel, whatever becomes of the hub.
 */
import { operatorNetwork as network, winboxPort } from "@karibu/routeros-scripts/values/operator-network";

/** The ends of people. Those of sites are in `tunnelNetwork`. */
export const operatorNetwork = { network, max: 65_533 } as const;

/** `number` counts from 0. */
export function operatorAddressOf(number: number): string {
  const host = number + 2;
  return `10.90.${host >> 8}.${host & 255}`;
}

/**
 * What sites reach of the hub's machine: RADIUS and the portal of hosted sites (`render-script.ts` tells routers these ports), RadSec, and the
 * hub for agents that reach it through the tunnel, at a proxy's ports or its own.
 */
const siteDoors = { udp: [1812, 1813], tcp: [80, 443, 2083, 8002] } as const;

export interface Forward {
  /** A person's address in the tunnel. */
  readonly from: string;
  /** A router's address in the tunnel. */
  readonly to: string;
  readonly untilMs: number;
}

/** A table of its own, replaced as a whole in one transaction of `nft -f`; other tables of the machine stay. */
export function forwardingRules(
  interfaceName: string,
  forwards: readonly Forward[],
  { nowMs, hubPort }: { readonly nowMs: number; readonly hubPort: number },
): string {
  const udp = siteDoors.udp.join(", ");
  const tcp = [...new Set([...siteDoors.tcp, hubPort])].join(", ");
  const open = forwards.flatMap(({ from, to, untilMs }) => {
    const seconds = Math.floor((untilMs - nowMs) / 1000);
    return seconds > 0 ? [`${from} . ${to} timeout ${seconds}s`] : [];
  });
  const end = JSON.stringify(interfaceName);
  return [
    "table inet karibu_tunnel",
    "delete table inet karibu_tunnel",
    "table inet karibu_tunnel {",
    "  set winbox {",
    "    type ipv4_addr . ipv4_addr",
    "    flags timeout",
    ...(open.length === 0 ? [] : [`    elements = { ${open.join(", ")} }`]),
    "  }",
    "  chain forward {",
    "    type filter hook forward priority filter - 10; policy accept;",
    `    iifname ${end} oifname ${end} ip saddr . ip daddr @winbox tcp dport ${winboxPort} accept`,
    // Both directions ask the set: what is open when its time ends is cut, too.
    `    iifname ${end} oifname ${end} ip daddr . ip saddr @winbox tcp sport ${winboxPort} ct state established accept`,
    `    iifname ${end} oifname ${end} drop`,
    `    iifname ${end} ip saddr ${operatorNetwork.network} drop`,
    `    oifname ${end} ip daddr ${operatorNetwork.network} drop`,
    // A hub in a container on this machine is reached through its published ports, and nothing else that containers publish is; what it asked of a
    // router is answered.
    `    iifname ${end} ct state established,related accept`,
    `    iifname ${end} ct status dnat meta l4proto udp ct original proto-dst { ${udp} } accept`,
    `    iifname ${end} ct status dnat meta l4proto tcp ct original proto-dst { ${tcp} } accept`,
    `    iifname ${end} drop`,
    "  }",
    "  chain input {",
    "    type filter hook input priority filter - 10; policy accept;",
    // A person's end reaches routers, not the hub's machine.
    `    iifname ${end} ip saddr ${operatorNetwork.network} drop`,
    // A router is its owner's: it reaches what sites need, and no SSH, database or monitor of this machine.
    `    iifname ${end} ct state established,related accept`,
    `    iifname ${end} udp dport { ${udp} } accept`,
    `    iifname ${end} tcp dport { ${tcp} } accept`,
    `    iifname ${end} icmp type echo-request accept`,
    `    iifname ${end} drop`,
    "  }",
    "}",
    "",
  ].join("\n");
}
