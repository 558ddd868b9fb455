/**
 * Which of the hub's desired objects the agent takes. A repair writes them, so that somebody who broke into the hub could ask for a router
 * that is open to him: a rule that lets the tunnel into its owner's network, a name that leads customers to a false bank, another RADIUS
 * server. Each object is held against what the set-up's own steps can say; another one is left out. Pure.
 */
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
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
];
const agentSide = "karibu-agent";
const tunnel = "karibu-hub";
const established = "established,related";

/** The desired state without the objects that this agent does not take. */
export function judgeDesired(desired: DesiredRouter): DesiredRouter {
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

/** It lets only what is known through, or it drops, or it is the agent's or the hub's own way in. */
const filterRule: Rule = (is, { guestInterface }) => {
  const { chain, action } = is;
  if (action === "drop") return chain === "input" || chain === "forward";
  if (action !== "accept") return false;
  if (is["connection-state"] === established)
    return is["in-interface"] !== undefined || is["out-interface"] !== undefined;
  const from = is["in-interface"];
  const to = is["dst-address"];
  if (chain === "input")
    return (from === agentSide || from === tunnel) && is["src-address"] !== undefined && hasPort(is);
  if (chain !== "forward" || !isPrivateAddress(to)) return false;
  if (from === agentSide)
    return is["out-interface"] === tunnel || (is.protocol === "tcp" && is["dst-port"] !== undefined);
  return from === guestInterface && is.protocol === "tcp" && is["dst-port"] !== undefined;
};

const hasPort = (is: Values) => is["dst-port"] !== undefined || is["src-port"] !== undefined;

const valueRules: Readonly<Record<string, Rule>> = {
  "/ip/firewall/filter": filterRule,
  "/ipv6/firewall/filter": ({ action }) => action === "drop",
  "/ip/firewall/nat": (is) =>
    is.chain === "srcnat" &&
    is.action === "masquerade" &&
    (is["src-address"] !== undefined || is["out-interface"] === tunnel),
  // A name may lead to the portal, or to where the hotspot answers; never to a stranger.
  "/ip/dns/static": ({ address }) => address === "192.0.2.1" || isPrivateAddress(address),
  "/ip/route": ({ "dst-address": to, gateway }) => gateway === tunnel && isPrivateAddress(to),
  "/ip/firewall/address-list": ({ list, address }) => list === "karibu-private" && isPrivateAddress(address),
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
