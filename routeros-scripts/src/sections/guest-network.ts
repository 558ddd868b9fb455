import { raw } from "../language/rsc-text.ts";
import { type PortStep, type Section, type Step, tagged } from "../steps/step.ts";
import { agentEndpoint, guestInterface } from "../values/agent-endpoint.ts";
import { networkOf, prefixLengthOf } from "../values/ipv4.ts";
import { captiveApiOption, interfaceNames, privateAddressList } from "../values/object-names.ts";
import type { ScriptValues } from "../values/script-values.ts";
import { guestWifi } from "./guest-wifi.ts";

export function guestNetwork(values: ScriptValues): Section {
  const { guests, agent } = values;
  return {
    title: "The guests' network",
    steps: [
      ...(guests.adopt ? [] : ownNetwork(guests)),
      ...privateNetworks.map((address) =>
        tagged("/ip/firewall/address-list", `private-${address.split("/")[0]}`, { list: privateAddressList, address }),
      ),
      ...(guests.adopt ? [] : [guestNat(guests.network)]),
      ...(guests.adopt && agent.place === "container" ? [portalNat(values)] : []),
      ...(agent.place === "hosted" ? [hubNat] : []),
    ],
  };
}

/** No name of a WAN interface is needed: only packets to public addresses are masqueraded. */
const guestNat = (network: string): Step =>
  tagged("/ip/firewall/nat", "guest-nat", {
    chain: "srcnat",
    action: "masquerade",
    "src-address": network,
    "dst-address-list": raw(`!${privateAddressList}`),
  });

/**
 * RouterOS' wizard for hotspots masquerades guests whatever they reach (`masquerade hotspot network`): to the agent all of them would come from the
 * router's own address.
 */
function portalNat(values: ScriptValues): Step {
  const { address, httpPort } = agentEndpoint(values);
  const toPortal = { "dst-address": address, protocol: "tcp", "dst-port": httpPort } as const;
  return tagged(
    "/ip/firewall/nat",
    "guest-portal-nat",
    { chain: "srcnat", action: "accept", ...toPortal },
    { beforeOtherRows: true },
  );
}

/** The hub has a route to this router's address in the tunnel, not to the addresses of guests. */
const hubNat: Step = tagged("/ip/firewall/nat", "hub-nat", {
  chain: "srcnat",
  action: "masquerade",
  "out-interface": interfaceNames.tunnel,
});

function ownNetwork(guests: ScriptValues["guests"]): Step[] {
  const bridge = interfaceNames.guestBridge;
  const steps: Step[] = [
    tagged("/interface/bridge", "guest-bridge", { name: bridge }),
    tagged("/ip/address", "guest-gateway", {
      address: `${guests.routerAddress}/${prefixLengthOf(guests.network)}`,
      interface: bridge,
    }),
    tagged("/ip/pool", "guest-pool", { name: "karibu-guest", ranges: `${guests.poolFrom}-${guests.poolTo}` }),
  ];
  if (guests.captiveApiUrl !== null) {
    // `force` sends the option also to phones that do not request it. The inner quotes make the value a text.
    const option = { name: captiveApiOption, code: 114, value: `'${guests.captiveApiUrl}'`, force: true };
    steps.push(tagged("/ip/dhcp-server/option", "captive-api", option));
  }
  steps.push(
    tagged("/ip/dhcp-server/network", "guest-dhcp-network", {
      address: networkOf(guests.routerAddress, prefixLengthOf(guests.network)),
      gateway: guests.routerAddress,
      "dns-server": guests.routerAddress,
      "dhcp-option": guests.captiveApiUrl === null ? "" : captiveApiOption,
    }),
    tagged("/ip/dhcp-server", "guest-dhcp", {
      name: "karibu-guest",
      interface: bridge,
      "address-pool": "karibu-guest",
      "lease-time": "1h",
      disabled: false,
    }),
  );
  return steps;
}

/**
 * This section comes after the hotspot. No port is in the guest bridge before the hotspot protects the bridge, even if the set-up
 * stops early or the Wi-Fi is already open. The Wi-Fi loses its password last: until its port has left the owner's bridge it would let
 * everybody into the owner's network.
 */
export function guestPorts(values: ScriptValues): Section {
  const { guests } = values;
  const bridge = interfaceNames.guestBridge;
  const steps = guests.ports.map((interfaceName): PortStep => ({ kind: "port", interfaceName, bridge }));
  return { title: "The guests' ports", steps: [...steps, ...guestWifi(values)] };
}

/** RFC 1918. */
export const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Guests' packets skip fasttrack, which would bypass speed limits and accounting. Guests can't reach the owner's network, and they
 * have no IPv6, which the hotspot does not control. These rules stand before the default rules; fasttrack is one of those.
 */
export function guestFirewall(values: ScriptValues): Section {
  const { address, httpPort } = agentEndpoint(values);
  const forward = { chain: "forward", action: "accept" } as const;
  const established = { "connection-state": ["established", "related"] } as const;
  const guests = guestInterface(values);
  const filter = "/ip/firewall/filter";
  const beforeOtherRows = { beforeOtherRows: true };
  return {
    title: "Firewall: guests skip fasttrack, have no IPv6 and can't reach the owner's network",
    steps: [
      tagged(filter, "guest-known-out", { ...forward, "in-interface": guests, ...established }, beforeOtherRows),
      tagged(filter, "guest-known-in", { ...forward, "out-interface": guests, ...established }, beforeOtherRows),
      tagged(
        filter,
        "guest-portal",
        { ...forward, "in-interface": guests, "dst-address": address, protocol: "tcp", "dst-port": httpPort },
        beforeOtherRows,
      ),
      // Guests of a hotspot that was there before may have a private host in its walled garden: that stays.
      ...(values.guests.adopt
        ? []
        : [
            tagged(
              filter,
              "guest-private",
              { ...forward, action: "drop", "in-interface": guests, "dst-address-list": privateAddressList },
              beforeOtherRows,
            ),
          ]),
      // Behind the tunnel is the hub's machine: but for the portal it is nothing for guests, whatever a walled garden says.
      ...(values.tunnel === null
        ? []
        : [
            tagged(
              filter,
              "guest-hub",
              { ...forward, action: "drop", "in-interface": guests, "out-interface": interfaceNames.tunnel },
              beforeOtherRows,
            ),
          ]),
      // The router answers DNS queries only from private networks: it must not be an open resolver on the internet.
      ...(["udp", "tcp"] as const).map((protocol) =>
        tagged(
          filter,
          `foreign-dns-${protocol}`,
          {
            chain: "input",
            action: "drop",
            protocol,
            "dst-port": 53,
            "src-address-list": raw(`!${privateAddressList}`),
          },
          beforeOtherRows,
        ),
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-in",
        { chain: "input", action: "drop", "in-interface": guests },
        beforeOtherRows,
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-out",
        { chain: "forward", action: "drop", "in-interface": guests },
        beforeOtherRows,
      ),
      tagged(
        "/ipv6/firewall/filter",
        "guest-ipv6-back",
        { chain: "forward", action: "drop", "out-interface": guests },
        beforeOtherRows,
      ),
    ],
  };
}
