/**
 * Which of the hub's desired objects the agent takes. A repair writes them, so that somebody who broke into the hub could ask for a router
 * that is open to him: a rule that lets the tunnel into its owner's network, a name that leads customers to a false bank, another RADIUS
 * server. Each object is held against what the set-up's own steps can say; another one is left out. Pure.
 */
import { type DesiredObject, type DesiredRouter, wholeDesired } from "@karibu/protocol/router/desired-router";
import { driftMenus } from "./drift-menus.ts";

const isTagged = ({ column, value }: DesiredObject): boolean =>
  (column === "comment" && value.startsWith("karibu:")) ||
  (column === "name" && value.startsWith("karibu-")) ||
  column === "interface" ||
  column === "";

/** Rows of others that the set-up changes: their names are the owner's. */
const settingMenus: readonly string[] = [
  "/ip/service",
  "/ip/hotspot/profile",
  "/ip/hotspot/user/profile",
  "/interface/wifi",
  "/interface/wireless",
  "/snmp/community",
];
const agentSide = "karibu-agent";
const tunnel = "karibu-hub";
const established = "established,related";

/** The whole desired state without the objects that this agent does not take. */
export function judgeDesired(told: DesiredRouter): DesiredRouter {
  const desired = wholeDesired(told);
  return { ...desired, objects: desired.objects.filter((object) => isTaken(object, desired)) };
}

function isTaken(object: DesiredObject, desired: DesiredRouter): boolean {
  const shape = driftMenus[object.menu];
  if (shape === undefined) return false;
  if (!isTagged(object) && !(object.column === "name" && settingMenus.includes(object.menu))) return false;
  if (object.column === "interface" && object.menu !== "/interface/bridge/port") return false;
  const { is } = object;
  const written = { ...is, ...object.adds };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the router would cut there
  if (Object.values(written).some((value) => /[\u0000-\u001f]/.test(value))) return false;
  return valueRules[object.menu]?.(is, desired) ?? true;
}

type Values = Readonly<Record<string, string>>;
type Rule = (is: Values, desired: DesiredRouter) => boolean;

const subscribers = "karibu-subscribers";
const suspended = "karibu-suspended";
const radiusPorts = "1812,1813";
/** Where further routers of the site reach the agent's page. */
const furtherPagePort = "8019";
const fromSubscribers = (is: Values) => is["in-interface-list"] === subscribers;
const ofSubscribers = (is: Values) => fromSubscribers(is) || is["out-interface-list"] === subscribers;

/** What customers who dialled in, and those who are suspended, may do. */
function subscriberRule(is: Values): boolean {
  const { chain, action, protocol } = is;
  if (is["src-address-list"] === suspended)
    return (
      chain === "forward" &&
      (action === "reject" || is["dst-address-list"] === "karibu-payment" || is["dst-port"] === "53")
    );
  if (action !== "accept" || !ofSubscribers(is)) return false;
  if (chain === "forward") return is["connection-state"] === established || fromSubscribers(is);
  return (
    chain === "input" &&
    fromSubscribers(is) &&
    (/^icmp/.test(protocol ?? "") || /^(53|547)$/.test(is["dst-port"] ?? ""))
  );
}

/** It lets only what is known through, or it drops, or it is the agent's or the hub's own way in. */
const filterRule: Rule = (is, { guestInterface }) => {
  const { chain, action } = is;
  if (action === "drop") return chain === "input" || chain === "forward";
  if (subscriberRule(is)) return true;
  if (action !== "accept") return false;
  if (is["connection-state"] === established)
    return is["in-interface"] !== undefined || is["out-interface"] !== undefined;
  // Who asks proves a secret of version 3 that the set-up made.
  if (is["dst-port"] === "161" && chain === "input")
    return is.protocol === "udp" && isPrivateAddress(is["src-address"]);
  if (is["dst-port"] === radiusPorts && chain === "forward")
    return isPrivateAddress(is["src-address"]) && isPrivateAddress(is["dst-address"]) && is.protocol === "udp";
  const from = is["in-interface"];
  const to = is["dst-address"];
  if (chain === "input")
    return (from === agentSide || from === tunnel) && is["src-address"] !== undefined && hasPort(is);
  if (chain !== "forward" || !isPrivateAddress(to)) return false;
  // A further router of the site, to the agent's page.
  if (from === undefined && is["out-interface"] === undefined)
    return isPrivateAddress(is["src-address"]) && is.protocol === "tcp" && is["dst-port"] === "80";
  if (from === agentSide)
    return (
      is["out-interface"] === tunnel ||
      (is.protocol === "tcp" && is["dst-port"] !== undefined) ||
      // Ends sessions at a further router (CoA).
      (is.protocol === "udp" && is["dst-port"] === "3799")
    );
  return from === guestInterface && is.protocol === "tcp" && is["dst-port"] !== undefined;
};

const hasPort = (is: Values) => is["dst-port"] !== undefined || is["src-port"] !== undefined;

/** Web pages of who is suspended, and what further routers ask by RADIUS: to a private address alone. */
function redirectRule(is: Values): boolean {
  if (is.chain !== "dstnat" || !isPrivateAddress(is["to-addresses"])) return false;
  if (is["src-address-list"] === suspended) return is.protocol === "tcp" && is["dst-port"] === "80";
  const isPage = is.protocol === "tcp" && is["dst-port"] === furtherPagePort;
  return isPrivateAddress(is["src-address"]) && (isPage || (is.protocol === "udp" && is["dst-port"] === radiusPorts));
}

const valueRules: Readonly<Record<string, Rule>> = {
  "/ip/firewall/filter": filterRule,
  "/ipv6/firewall/filter": (is) => is.action === "drop" || subscriberRule(is),
  "/ip/firewall/nat": (is) =>
    is.action === "dst-nat"
      ? redirectRule(is)
      : is.chain === "srcnat" &&
        (is.action === "accept"
          ? isPrivateAddress(is["dst-address"]) && is.protocol === "tcp" && is["dst-port"] !== undefined
          : is.action === "masquerade" && (is["src-address"] !== undefined || is["out-interface"] === tunnel)),
  // A name may lead to the portal, or to where the hotspot answers; never to a stranger.
  "/ip/dns/static": ({ address }) => address === "192.0.2.1" || isPrivateAddress(address),
  "/ip/route": ({ "dst-address": to, gateway }) => gateway === tunnel && isPrivateAddress(to),
  "/ip/firewall/address-list": ({ list, address }) =>
    list === "karibu-payment" ||
    ((list === "karibu-private" || list === "karibu-may-share") && isPrivateAddress(address)),
  "/ipv6/firewall/address-list": ({ list }) => list === "karibu-private6",
  "/ip/firewall/mangle": ({ action }) => action === "mark-packet" || action === "change-ttl",
  "/interface/pppoe-server/server": (is) => is["default-profile"] === "karibu-subscriber",
  // The row that keeps the key of the router's back-ups asks nobody.
  "/radius": ({ address, service }) => isPrivateAddress(address) || (address === "127.0.0.1" && service === "login"),
  "/ip/dhcp-server/network": ({ gateway, "dns-server": server }) =>
    isPrivateAddress(gateway) && isPrivateAddress(server),
  "/ip/address": ({ address, interface: at }) => isPrivateAddress(address) && (at ?? "").startsWith("karibu-"),
  "/interface/bridge/port": ({ bridge }, { guestInterface }) => bridge === guestInterface || bridge === agentSide,
};

/** RFC 1918, with or without a prefix length. */
function isPrivateAddress(text: string | undefined): boolean {
  const [, a = "", b = ""] = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(\/\d{1,2})?$/.exec(text ?? "") ?? [];
  const [first, second] = [Number(a), Number(b)];
  if (a === "") return false;
  return first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168);
}
