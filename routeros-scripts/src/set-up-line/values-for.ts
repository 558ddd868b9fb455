/**
 * The values of one site from its router's facts, the choices of a person and what the hub gives. Pure: the same input gives the same
 * values, so that a line that is pasted again changes nothing.
 */
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpProblem } from "@karibu/protocol/router/set-up-progress";
import { imageFileOf } from "../values/agent-storage.ts";
import { addressAt, isPrivate, parseNetwork, prefixLengthOf } from "../values/ipv4.ts";
import { interfaceNames } from "../values/object-names.ts";
import { checkValues, type ScriptValues } from "../values/script-values.ts";
import type { ServiceValues } from "../values/service-values.ts";
import { defaultTimeServers } from "../values/time-servers.ts";
import {
  clashOf,
  freeAgentNetwork,
  freeGuestNetwork,
  networkOfInterface,
  type UsedNetwork,
  usedNetworks,
} from "./free-networks.ts";
import type { SetUpChoices } from "./set-up-choices.ts";
import { whereImageLives } from "./where-image-lives.ts";

/** Below this, CAKE's own memory is too much beside RouterOS'. */
const smallMemoryBytes = 120_000_000;

export interface ValuesInput {
  readonly facts: RouterFacts;
  readonly choices: SetUpChoices;
  readonly site: {
    readonly id: string;
    readonly name: string;
    /** Hosts that guests reach without paying. */
    readonly openHosts?: readonly string[];
    /** Captive Portal API (RFC 8910). */
    readonly captiveApiUrl?: string | null;
  };
  readonly hub: {
    readonly url: string;
    /** Where the hub runs the agents of hosted sites, at the other end of the tunnel. Null: it runs none. */
    readonly hostedAgent: { readonly address: string; readonly httpPort: number } | null;
    /** The RADIUS server that is asked when the agent does not answer. Null: none. */
    readonly secondRadiusAddress?: string | null;
  };
  readonly secrets: {
    readonly enrolToken: string;
    readonly radiusSecret: string;
    readonly secondRadiusSecret?: string | null;
    readonly apiPassword: string;
    /** Of the router's binary back-ups; without it, it makes none. */
    readonly backUpKey?: string | undefined;
  };
  readonly tunnel: ScriptValues["tunnel"];
  /** Routers that ask this one's agent. Absent: none. */
  readonly furtherRouters?: ScriptValues["furtherRouters"];
  /** What runs beside the hotspot. Absent: nobody ever chose anything. */
  readonly services?: Omit<ServiceValues, "hasSmallMemory">;
}

export interface ChoiceProblem {
  /** The choice or value that is wrong: `guestPorts`, `disk`, `guests.network`. */
  readonly field: string;
  readonly message: string;
  /** Null: a person can choose something else, and no step of the set-up fails. */
  readonly problem: SetUpProblem | null;
}

/** The account that the set-up makes for the agent, at the port of RouterOS' own API. */
export const agentApi = { user: "karibu-agent", port: 8728 } as const;

export function valuesFor(
  input: ValuesInput,
): { readonly values: ScriptValues } | { readonly problems: readonly ChoiceProblem[] } {
  const { facts, choices, hub } = input;
  const used = usedNetworks(facts);
  const problems = [...problemsOfPlace(input), ...problemsOfPorts(facts, choices)];
  const adopt = choices.adoptHotspot === null ? null : adopted(choices.adoptHotspot, facts);
  if (adopt !== null && "message" in adopt) problems.push(adopt);
  const guests = adopt === null || "message" in adopt ? ownNetwork(facts, choices, used) : adopt.network;
  if (typeof guests !== "string") problems.push(guests);
  const veth = networkOfInterface(interfaceNames.agentBridge, facts) ?? freeAgentNetwork(reserve(used, input.tunnel));
  if (veth === null) problems.push(clash("agent", "every network for the agent is in use on this router"));
  if (input.tunnel !== null) problems.push(...tunnelClash(input.tunnel.network, used));
  problems.push(...pppoeClash(input, used));
  if (problems.length > 0 || typeof guests !== "string" || veth === null) return { problems };

  const hosted = hub.hostedAgent;
  const storage = {
    disk: choices.disk === "" ? null : choices.disk,
    ...(choices.disk === "" && facts.flashFolder === true ? { flashFolder: "flash" } : {}),
  };
  const isAdopted = adopt !== null && !("message" in adopt);
  const checked = checkValues({
    site: { id: input.site.id, name: input.site.name },
    hub: { url: hub.url, enrolToken: input.secrets.enrolToken },
    agent:
      choices.place === "hosted" && hosted !== null
        ? { place: "hosted", agentAddress: hosted.address, httpPort: hosted.httpPort }
        : {
            place: "container",
            ...storage,
            imageFile: imageFileOf(storage),
            memoryMiB: facts.totalMemoryBytes > 900_000_000 ? 256 : 128,
            routerAddress: addressAt(veth, 1),
            agentAddress: addressAt(veth, 2),
          },
    radius: { secret: input.secrets.radiusSecret, second: secondRadius(input), incomingPort: 3799 },
    api: { ...agentApi, password: input.secrets.apiPassword },
    ...(input.secrets.backUpKey === undefined ? {} : { backUpKey: input.secrets.backUpKey }),
    guests: {
      ...(isAdopted ? adoptedPool(adopt, facts) : ownPool(guests)),
      network: guests,
      ports: isAdopted ? [] : [...choices.guestPorts],
      adopt: isAdopted ? adopt : null,
      ssid: choices.ssid,
      wifi: isAdopted || choices.ssid === null ? [] : chosenWifi(facts, choices),
      dnsName: "hotspot.karibu.internal",
      portalName: "wifi.karibu.internal",
      captiveApiUrl: input.site.captiveApiUrl ?? null,
      openHosts: [...(input.site.openHosts ?? [])],
    },
    time: { servers: [...defaultTimeServers] },
    internetProbe: "1.1.1.1",
    tunnel: input.tunnel,
    ...(input.furtherRouters === undefined || input.furtherRouters.length === 0
      ? {}
      : { furtherRouters: input.furtherRouters }),
    ...(input.services === undefined
      ? {}
      : { services: { ...input.services, hasSmallMemory: facts.totalMemoryBytes < smallMemoryBytes } }),
  });
  if ("values" in checked) return checked;
  return { problems: checked.problems.map(({ field, message }) => ({ field, message, problem: null })) };
}

const clash = (field: string, message: string): ChoiceProblem => ({ field, message, problem: "address-clash" });

/** Networks in use, with the tunnel's: the agent's network must be none of them. */
function reserve(used: readonly UsedNetwork[], tunnel: ScriptValues["tunnel"]): UsedNetwork[] {
  return tunnel === null ? [...used] : [...used, { network: tunnel.network, interface: interfaceNames.tunnel }];
}

function* problemsOfPlace({ facts, choices, hub, tunnel }: ValuesInput): Generator<ChoiceProblem> {
  if (choices.place === "hosted") {
    if (hub.hostedAgent === null || tunnel === null) {
      yield { field: "place", message: "this hub runs no agents of hosted sites", problem: null };
    }
    return;
  }
  const isOnFlash = choices.disk === "" && whereImageLives(facts).kind === "flash";
  if (!isOnFlash && !facts.disks.some(({ slot }) => slot === choices.disk)) {
    yield { field: "disk", message: `the router has no disk ${choices.disk}`, problem: "no-disk" };
  }
}

/** The installer's own port and the ports to the internet stay, or the set-up would cut off itself. */
function* problemsOfPorts(facts: RouterFacts, choices: SetUpChoices): Generator<ChoiceProblem> {
  if (choices.adoptHotspot !== null) {
    if (choices.guestPorts.length > 0) {
      yield { field: "guestPorts", message: "the bridge of an adopted hotspot stays as it is", problem: null };
    }
    return;
  }
  const uplinks = uplinkPorts(facts);
  const installers = installersPorts(facts);
  for (const port of choices.guestPorts) {
    const known = facts.interfaces.find(({ name }) => name === port);
    if (known === undefined) {
      yield { field: "guestPorts", message: `the router has no port ${port}`, problem: null };
    } else if (uplinks.includes(port)) {
      yield { field: "guestPorts", message: `${port} leads to the internet`, problem: null };
    } else if (installers.has(port) && !choices.moveInstallersPort) {
      const message = `the installer works through ${port}; moving it needs a yes`;
      yield { field: "guestPorts", message, problem: null };
    }
  }
}

/**
 * Interfaces behind which the default gateways are, and those that ask for an address or dial; the ports of such a bridge, and what they run on:
 * a line that dials (PPPoE) or a VLAN goes with its port.
 */
export function uplinkPorts(facts: RouterFacts): string[] {
  const { routes, addresses, interfaces } = facts;
  const gateways = routes.filter(({ network }) => network === "0.0.0.0/0").map(({ gateway }) => gateway);
  const names = gateways.flatMap((gateway) => {
    const [address = "", named] = gateway.split("%");
    if (named !== undefined) return [named];
    if (parseNetwork(`${address}/32`) === null) return [address];
    const near = usedNetworks({ addresses, routes: [] });
    return near.filter((one) => clashOf(`${address}/32`, [one]) !== null).map((one) => one.interface);
  });
  const ends = [...names, ...(facts.uplinks ?? [])];
  const ports = interfaces.filter(({ bridge }) => bridge !== "" && ends.includes(bridge)).map(({ name }) => name);
  return [...carriersOf(facts, [...ends, ...ports])];
}

/**
 * These interfaces and all that they run on. Of a bridge that carries a VLAN, any cable may lead there, and no radio does.
 */
function carriersOf({ carriers = [], interfaces }: RouterFacts, names: readonly string[]): ReadonlySet<string> {
  const known = new Set(names);
  // A set hands out what is added while it is walked through.
  for (const name of known) {
    for (const { port } of carriers.filter((one) => one.name === name)) {
      known.add(port);
      for (const one of interfaces)
        if (one.bridge === port && !["wifi", "wlan"].includes(one.type)) known.add(one.name);
    }
  }
  return known;
}

/** What the installer works through, and what carries it: his VLAN ends when its port moves. */
export function installersPorts(facts: RouterFacts): ReadonlySet<string> {
  return carriersOf(
    facts,
    facts.interfaces.filter(({ isInstallers }) => isInstallers).map(({ name }) => name),
  );
}

function ownNetwork(
  facts: RouterFacts,
  { guestNetwork }: SetUpChoices,
  used: readonly UsedNetwork[],
): string | ChoiceProblem {
  if (guestNetwork === "") {
    const free = networkOfInterface(interfaceNames.guestBridge, facts) ?? freeGuestNetwork(used);
    return free ?? clash("guestNetwork", "every network for guests is in use on this router");
  }
  if (!isPrivate(guestNetwork)) {
    return { field: "guestNetwork", message: "must be a private network like 10.5.48.0/22", problem: null };
  }
  if (prefixLengthOf(guestNetwork) > 28) {
    return { field: "guestNetwork", message: "must have room for guests: /28 or larger", problem: null };
  }
  const other = clashOf(guestNetwork, used);
  return other === null
    ? guestNetwork
    : clash("guestNetwork", `${guestNetwork} overlaps ${other.network} of ${other.interface}`);
}

function tunnelClash(network: string, used: readonly UsedNetwork[]): ChoiceProblem[] {
  const other = clashOf(network, used);
  return other === null
    ? []
    : [clash("tunnel.network", `the tunnel's ${network} overlaps ${other.network} of ${other.interface}`)];
}

/** Customers who are online have addresses of this network already. */
function pppoeClash({ services }: ValuesInput, used: readonly UsedNetwork[]): ChoiceProblem[] {
  const network = services?.chosen.pppoe?.network;
  if (network === undefined) return [];
  const others = used.filter(({ interface: name }) => !name.startsWith("<pppoe-"));
  const other = clashOf(network, others);
  return other === null
    ? []
    : [clash("services.pppoe.network", `customers' ${network} overlaps ${other.network} of ${other.interface}`)];
}

type Adopted = NonNullable<ScriptValues["guests"]["adopt"]>;

function adopted(name: string, facts: RouterFacts): Adopted | ChoiceProblem {
  const hotspot = facts.hotspots.find((one) => one.name === name);
  if (hotspot === undefined) return { field: "adoptHotspot", message: `no hotspot ${name}`, problem: null };
  const network = networkOfInterface(hotspot.interface, facts);
  if (network === null) {
    return { field: "adoptHotspot", message: `${hotspot.interface} of ${name} has no address`, problem: null };
  }
  return { hotspot: name, profile: hotspot.profile, interface: hotspot.interface, network, pool: hotspot.pool };
}

/** The pool of an adopted hotspot stays: these addresses only say that all of its network is the guests'. */
function adoptedPool({ network, interface: name }: Adopted, facts: RouterFacts) {
  const routerAddress = facts.addresses.find((one) => one.interface === name)?.address.split("/")[0] ?? "";
  const first = addressAt(network, 1);
  const isFirst = routerAddress === first;
  return isFirst
    ? { routerAddress, poolFrom: addressAt(network, 2), poolTo: addressAt(network, -2) }
    : { routerAddress, poolFrom: first, poolTo: first };
}

function ownPool(network: string) {
  const isSmall = prefixLengthOf(network) > 25;
  return {
    routerAddress: addressAt(network, 1),
    poolFrom: addressAt(network, isSmall ? 2 : 10),
    poolTo: addressAt(network, isSmall ? -2 : -6),
  };
}

/** Wi-Fi interfaces among the guests' ports. */
function chosenWifi({ wifi }: RouterFacts, { guestPorts }: SetUpChoices) {
  return wifi.filter(({ name }) => guestPorts.includes(name)).map(({ name, driver }) => ({ name, driver }));
}

function secondRadius({ hub, secrets, tunnel, choices }: ValuesInput) {
  const address = hub.secondRadiusAddress ?? null;
  const secret = secrets.secondRadiusSecret ?? null;
  return choices.place === "hosted" || tunnel === null || address === null || secret === null
    ? null
    : { address, secret };
}
