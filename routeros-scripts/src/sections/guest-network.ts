import { bare } from "../language/rsc-text.ts";
import { type PortStep, type Section, type Step, tagged } from "../steps/step.ts";
import { agentPlace } from "../values/agent-endpoint.ts";
import { networkOf, prefixLengthOf } from "../values/ipv4.ts";
import { interfaces, optionName, privateList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";

export function guestNetwork({ guests, agent }: ScriptValues): Section {
  const bridge = interfaces.guestBridge;
  const steps: Step[] = [
    tagged("/interface/bridge", "guest-bridge", { name: bridge }),
    tagged("/ip/address", "guest-gateway", {
      address: `${guests.routerAddress}/${prefixLengthOf(guests.network)}`,
      interface: bridge,
    }),
    tagged("/ip/pool", "guest-pool", { name: "karibu-guest", ranges: `${guests.poolFrom}-${guests.poolTo}` }),
  ];
  if (guests.captiveApiUrl !== null) {
    // `force`, because phones that do not ask for option 114 would get nothing; quotes within quotes make it text.
    const option = { name: optionName, code: 114, value: `'${guests.captiveApiUrl}'`, force: true };
    steps.push(tagged("/ip/dhcp-server/option", "captive-api", option));
  }
  steps.push(
    tagged("/ip/dhcp-server/network", "guest-dhcp-network", {
      address: networkOf(guests.routerAddress, prefixLengthOf(guests.network)),
      gateway: guests.routerAddress,
      "dns-server": guests.routerAddress,
      "dhcp-option": guests.captiveApiUrl === null ? "" : optionName,
    }),
    tagged("/ip/dhcp-server", "guest-dhcp", {
      name: "karibu-guest",
      interface: bridge,
      "address-pool": "karibu-guest",
      "lease-time": "1h",
      disabled: false,
    }),
    ...privateNetworks.map((address) =>
      tagged("/ip/firewall/address-list", `private-${address.split("/")[0]}`, { list: privateList, address }),
    ),
    // Whatever the way out is called: only what leaves for public addresses is masqueraded.
    tagged("/ip/firewall/nat", "guest-nat", {
      chain: "srcnat",
      action: "masquerade",
      "src-address": guests.network,
      "dst-address-list": bare(`!${privateList}`),
    }),
  );
  if (agent.place === "hosted") {
    // The hub knows this router's address in the tunnel, not those of its guests.
    const nat = { chain: "srcnat", action: "masquerade", "out-interface": interfaces.tunnel };
    steps.push(tagged("/ip/firewall/nat", "hub-nat", nat));
  }
  return { title: "The guests' network", steps };
}

/**
 * Last of what guests meet: until the hotspot guards the bridge nobody is in it, though a set-up stops half-way or the Wi-Fi is
 * open already.
 */
export function guestPorts({ guests }: ScriptValues): Section {
  const bridge = interfaces.guestBridge;
  const steps = guests.ports.map((interfaceName): PortStep => ({ kind: "port", interfaceName, bridge }));
  return { title: "The guests' ports", steps };
}

/** RFC 1918. */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Guests stay out of fasttrack (it would bypass their speed limits and their accounting), out of the owner's network, and
 * off IPv6, which the hotspot does not see. These rules stand above the default ones, and fasttrack is one of those.
 */
export function guestFirewall(values: ScriptValues): Section {
  const { address, httpPort } = agentPlace(values);
  const forward = { chain: "forward", action: "accept" } as const;
  const known = { "connection-state": ["established", "related"] } as const;
  const guests = interfaces.guestBridge;
  const filter = "/ip/firewall/filter";
  const first = { first: true };
  return {
    title: "Firewall: guests without fasttrack, without IPv6, away from the owner's network",
    steps: [
      tagged(filter, "guest-known-out", { ...forward, "in-interface": guests, ...known }, first),
      tagged(filter, "guest-known-in", { ...forward, "out-interface": guests, ...known }, first),
      tagged(
        filter,
        "guest-portal",
        { ...forward, "in-interface": guests, "dst-address": address, protocol: "tcp", "dst-port": httpPort },
        first,
      ),
      tagged(
        filter,
        "guest-private",
        { ...forward, action: "drop", "in-interface": guests, "dst-address-list": privateList },
        first,
      ),
      // Names are for the router's own networks only: no open resolver towards the internet.
      ...(["udp", "tcp"] as const).map((protocol) =>
        tagged(
          filter,
          `foreign-dns-${protocol}`,
          { chain: "input", action: "drop", protocol, "dst-port": 53, "src-address-list": bare(`!${privateList}`) },
          first,
        ),
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-in",
        { chain: "input", action: "drop", "in-interface": guests },
        first,
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-out",
        { chain: "forward", action: "drop", "in-interface": guests },
        first,
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-back",
        { chain: "forward", action: "drop", "out-interface": guests },
        first,
      ),
    ],
  };
}
