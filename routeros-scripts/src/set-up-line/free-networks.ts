/** Which networks a router already uses, and which are free for guests and for the agent. Pure. */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { networkOf, overlap, parseNetwork } from "../values/ipv4.ts";
import { interfaceNames } from "../values/object-names.ts";

const ours: readonly string[] = Object.values(interfaceNames);

export interface UsedNetwork {
  readonly network: string;
  readonly interface: string;
}

/** Networks of addresses and routes. Those that an earlier set-up made are left out: the next one makes them again. */
export function usedNetworks({ addresses, routes }: Pick<RouterFacts, "addresses" | "routes">): UsedNetwork[] {
  const own = addresses.flatMap(({ address, interface: name }) => {
    const [host = "", length = "32"] = address.split("/");
    const network = parseNetwork(`${host}/32`) === null ? "" : networkOf(host, Number(length));
    return parseNetwork(network) === null ? [] : [{ network, interface: name }];
  });
  const routed = routes
    .filter(({ network }) => network !== "0.0.0.0/0" && parseNetwork(network) !== null)
    .map(({ network, gateway }) => ({ network, interface: gateway.replace(/^.*%/, "") }));
  return [...own, ...routed].filter((used) => !ours.includes(used.interface));
}

export function clashOf(network: string, used: readonly UsedNetwork[]): UsedNetwork | null {
  return used.find((one) => overlap(one.network, network)) ?? null;
}

/** The network of an interface, as an earlier set-up or the owner made it: `10.5.48.0/22`. Null: it has no address. */
export function networkOfInterface(name: string, { addresses }: Pick<RouterFacts, "addresses">): string | null {
  const address = addresses.find((one) => one.interface === name)?.address ?? "";
  const [host = "", length = ""] = address.split("/");
  return parseNetwork(`${host}/32`) === null || length === "" ? null : networkOf(host, Number(length));
}

/** The first one that is free, of networks with room for a thousand guests. Null: this router uses all of them. */
export function freeGuestNetwork(used: readonly UsedNetwork[]): string | null {
  return candidates(["10.5", "172.20", "10.77", "192.168"], 4, 22).find((one) => clashOf(one, used) === null) ?? null;
}

/** Two addresses for router and agent. */
export function freeAgentNetwork(used: readonly UsedNetwork[]): string | null {
  const few = ["172.31.255", "172.30.255", "10.255.255", "192.168.255"];
  const networks = few.flatMap((start) => Array.from({ length: 64 }, (_, index) => `${start}.${index * 4}/30`));
  return networks.find((one) => clashOf(one, used) === null) ?? null;
}

/** Begins at `.48`, as the sample values do: `.0` and `.1` are what others choose. */
function candidates(starts: readonly string[], step: number, length: number): string[] {
  const thirds = Array.from({ length: 256 / step }, (_, index) => (48 + index * step) % 256);
  return starts.flatMap((start) => thirds.map((third) => `${start}.${third}.0/${length}`));
}
