/**
 * The values of one site from which all its scripts are rendered. `sampleValues` is an example. They are checked together, and
 * each invalid value is named: an installer would notice it only at the site.
 */
import { wireguardKeyPattern } from "@karibu/protocol/router/wireguard-key";
import * as z from "zod";
import {
  contains,
  isHost,
  isIpv4,
  isNotAfter,
  isPrivate,
  networkOf,
  overlap,
  parseNetwork,
  prefixLengthOf,
} from "./ipv4.ts";
import { interfaceNames } from "./object-names.ts";
import { operatorNetwork } from "./operator-network.ts";
import { serviceProblems, serviceValuesShape } from "./service-values.ts";
import type { ValueProblem } from "./value-problem.ts";

const line = (max: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(max, `must be at most ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is refused
    .refine((text) => !/\u0000/.test(text) && text.isWellFormed(), "must be text without NUL");
const secret = (minimum: number) =>
  line(128)
    .min(minimum, `must be at least ${minimum} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), "must not contain control characters");
const address = z.string().refine(isIpv4, "must be an IPv4 address like 172.31.255.1");
const network = z.string().refine((text) => parseNetwork(text) !== null, "must be a network like 10.5.48.0/22");
const port = z.int().min(1).max(65_535);
const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$/, {
    error: "must be a host name like hub.example.com",
  });
const slotName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "must be the slot of a disk");
/** People rename ports: `ether2 LAN`, `wifi1 (guests)`. */
const interfaceName = line(200).refine(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
  (text) => !/[\u0000-\u001f\u007f]/.test(text),
  "must be the name of an interface",
);
const fileName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/,
    "must be a file name like usb1/karibu-agent.tar",
  )
  .max(128);
export function isWebUrl(text: string, protocols: readonly string[] = ["https", "http"]): boolean {
  return /^[\x21-\x7e]+$/.test(text) && URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1));
}
const webUrl = (protocols: readonly string[]) =>
  z
    .string()
    .max(500)
    .refine((text) => isWebUrl(text, protocols), `must be an address with ${protocols.join(" or ")}`);

/** A router without an agent: it asks the agent of another router by that router's address. */
const furtherRouterShape = z.strictObject({
  /** Its address, where both routers reach each other. */
  address,
  /** The address of the router with the agent, there. */
  agentRouterAddress: address,
  /** Its own: who has one router's secret speaks for no other. */
  radiusSecret: secret(12),
  /** Its guests' network, which the router with the agent reaches through it. Absent: it serves no guests. */
  guestNetwork: z.optional(network),
});

const shape = z.strictObject({
  site: z.strictObject({ id: line(64), name: line(120) }),
  /** Null: the site has no hub and reads `/data/site.json`. */
  hub: z.nullable(z.strictObject({ url: webUrl(["https", "http"]), enrolToken: secret(8) })),
  /** Where the agent runs: in a container on this router, or beside the hub, at the other end of the tunnel. */
  agent: z.discriminatedUnion("place", [
    z.strictObject({
      place: z.literal("container"),
      /**
       * Slot of the disk for image, root and data, as `/disk/print` shows it. Null: the board has none. Image and data are on its own flash
       * then, and the root is in a RAM disk.
       */
      disk: z.nullable(slotName),
      /** Without a disk, where `/file/print` shows a folder of the flash: what is beside that folder is RAM. */
      flashFolder: z.optional(slotName),
      /** Without a disk, the packed image: `karibu-agent.tar.gz`. */
      imageFile: fileName,
      /** Memory limit of the container. Below 96 MiB the agent is too slow. */
      memoryMiB: z.int().min(96).max(4096),
      routerAddress: address,
      agentAddress: address,
    }),
    z.strictObject({ place: z.literal("hosted"), agentAddress: address, httpPort: port }),
  ]),
  radius: z.strictObject({
    secret: secret(12),
    /** The router asks this server when the agent does not answer: the hub, through the tunnel. */
    second: z.nullable(z.strictObject({ address, secret: secret(12) })),
    incomingPort: port,
  }),
  api: z.strictObject({ user: z.string().regex(/^karibu-[a-z0-9-]{1,24}$/), password: secret(12), port }),
  /** Of the binary back-ups of this router; known to it and the hub, not to the agent. Without it, the router makes none. */
  backUpKey: z.optional(secret(32)),
  guests: z.strictObject({
    network,
    routerAddress: address,
    poolFrom: address,
    poolTo: address,
    /** Ports that move into the guest bridge. Removal moves each one back into the bridge where it was. */
    ports: z.array(interfaceName).max(32),
    /** The DNS name of the hotspot. Names that end in `.local` do not work on iPhones. */
    dnsName: hostName.refine((name) => !name.endsWith(".local"), "must not end in .local"),
    /** A name that guests can type to open the portal. */
    portalName: hostName.refine((name) => !name.endsWith(".local"), "must not end in .local"),
    /** Captive Portal API (RFC 8910). Phones must trust its certificate. */
    captiveApiUrl: z.nullable(webUrl(["https"])),
    /** Hosts that guests reach without paying, over https and http. */
    openHosts: z.array(hostName).max(50),
    /** A hotspot that was there before: its bridge, pool, network, SSID and walled garden stay. Without it, Karibu makes its own. */
    adopt: z.optional(
      z.nullable(
        z.strictObject({
          hotspot: line(200),
          profile: line(200),
          interface: line(200),
          network,
          pool: z.string().max(200),
        }),
      ),
    ),
    /** The open Wi-Fi network of the guests. Without it, Wi-Fi stays as it is. */
    ssid: z.optional(
      z.nullable(line(32).refine((text) => new TextEncoder().encode(text).length <= 32, "must be at most 32 bytes")),
    ),
    /** Wi-Fi interfaces that get this network. `driver` is the menu below `/interface` that knows them. */
    wifi: z.optional(z.array(z.strictObject({ name: interfaceName, driver: z.enum(["wifi", "wireless"]) })).max(8)),
  }),
  /** Not inside the tunnel: after a boot the router's clock shows 1970, and the tunnel comes up only with the right date. */
  time: z.strictObject({
    servers: z
      .array(z.union([hostName, address]))
      .min(1)
      .max(4),
  }),
  /** The router pings this address every 30 s to check the internet connection. */
  internetProbe: address,
  tunnel: z.nullable(
    z.strictObject({
      address,
      network,
      endpointHost: z.union([hostName, address]),
      endpointPort: port,
      hubPublicKey: z.string().regex(wireguardKeyPattern, "must be a WireGuard public key"),
      keepaliveSeconds: z.int().min(10).max(600),
    }),
  ),
  /** Other routers of the site, which ask this router's agent. Absent: none. */
  furtherRouters: z.optional(z.array(furtherRouterShape).max(8)),
  /** What runs beside the hotspot: PPPoE, SNMP, remote logging, queues. Absent: nothing of it. */
  services: z.optional(serviceValuesShape),
});
export type ScriptValues = z.infer<typeof shape>;

export function checkValues(
  input: unknown,
): { readonly values: ScriptValues } | { readonly problems: readonly ValueProblem[] } {
  const parsed = shape.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
    return { problems };
  }
  const problems = [...conflicts(parsed.data)];
  return problems.length > 0 ? { problems } : { values: parsed.data };
}

/** Values that are valid each, but do not fit together. */
function* conflicts(values: ScriptValues): Generator<ValueProblem> {
  yield* agentProblems(values);
  yield* guestProblems(values);
  yield* tunnelProblems(values);
  yield* serviceProblems(values);
  yield* furtherRouterProblems(values);
  if (isIpv4(values.internetProbe) && isPrivate(`${values.internetProbe}/32`)) {
    yield { field: "internetProbe", message: "must be a public address" };
  }
}

function* agentProblems({ agent, tunnel }: ScriptValues): Generator<ValueProblem> {
  const { agentAddress } = agent;
  if (agent.place === "container") {
    const { routerAddress, disk, imageFile } = agent;
    if (disk === null && !imageFile.endsWith(".tar.gz")) {
      yield { field: "agent.imageFile", message: "must be packed (.tar.gz) where the board has no disk" };
    }
    const vethNetwork = networkOf(routerAddress, 30);
    if (!isPrivate(vethNetwork) || !isHost(vethNetwork, routerAddress)) {
      yield {
        field: "agent.routerAddress",
        message: "must be a private address like 172.31.255.1: one of the two host addresses of a /30",
      };
    } else if (routerAddress === agentAddress || !isHost(vethNetwork, agentAddress)) {
      yield { field: "agent.agentAddress", message: `must be the other host address of the /30 of ${routerAddress}` };
    }
  } else if (tunnel === null) {
    yield { field: "tunnel", message: "must be set for a hosted agent" };
  } else if (!isHost(tunnel.network, agentAddress)) {
    yield { field: "agent.agentAddress", message: `must be in ${tunnel.network}` };
  } else if (agentAddress === tunnel.address) {
    yield { field: "agent.agentAddress", message: "must differ from tunnel.address, which is the router's address" };
  }
}

function* guestProblems({ guests, agent, time }: ScriptValues): Generator<ValueProblem> {
  const { network } = guests;
  if (!isPrivate(network)) yield { field: "guests.network", message: "must be a private network like 10.5.48.0/22" };
  for (const name of ["routerAddress", "poolFrom", "poolTo"] as const) {
    if (!isHost(network, guests[name])) {
      yield { field: `guests.${name}`, message: `must be in ${network}, and neither its first nor its last address` };
    }
  }
  if (!isNotAfter(guests.poolFrom, guests.poolTo)) {
    yield { field: "guests.poolTo", message: "must not be before guests.poolFrom" };
  }
  if (isNotAfter(guests.poolFrom, guests.routerAddress) && isNotAfter(guests.routerAddress, guests.poolTo)) {
    yield { field: "guests.routerAddress", message: "must not be in the pool" };
  }
  const vethNetwork = agent.place === "container" ? networkOf(agent.routerAddress, 30) : `${agent.agentAddress}/32`;
  if (overlap(network, vethNetwork)) {
    yield { field: "guests.network", message: "must not contain the agent's address" };
  }
  if (guests.adopt && guests.ports.length > 0) {
    yield { field: "guests.ports", message: "must be empty: the bridge of an adopted hotspot stays as it is" };
  }
  if (guests.adopt && guests.adopt.network !== network) {
    yield { field: "guests.network", message: `must be the adopted hotspot's: ${guests.adopt.network}` };
  }
  const created: readonly string[] = Object.values(interfaceNames);
  for (const [index, port] of guests.ports.entries()) {
    if (created.includes(port)) {
      yield { field: `guests.ports.${index}`, message: `must not be ${port}: the set-up creates it` };
    }
  }
  yield* duplicates("guests.ports", guests.ports);
  yield* duplicates("guests.openHosts", guests.openHosts);
  yield* duplicates("time.servers", time.servers);
  if (guests.portalName.toLowerCase() === guests.dnsName.toLowerCase()) {
    yield { field: "guests.portalName", message: "must differ from guests.dnsName, which is the name of the hotspot" };
  }
}

function* duplicates(field: string, list: readonly string[]): Generator<ValueProblem> {
  const lower = list.map((item) => item.toLowerCase());
  for (const [index, item] of lower.entries()) {
    if (lower.indexOf(item) < index)
      yield { field: `${field}.${index}`, message: `${list[index]} is in the list twice` };
  }
}

function* furtherRouterProblems(values: ScriptValues): Generator<ValueProblem> {
  const { agent, furtherRouters = [], guests } = values;
  if (furtherRouters.length > 0 && agent.place !== "container")
    yield { field: "furtherRouters", message: "need an agent on one of the routers" };
  for (const [index, router] of furtherRouters.entries()) {
    const field = `furtherRouters.${index}`;
    const others = furtherRouters.slice(0, index).map((one) => one.address);
    if ([...others, router.agentRouterAddress, agent.agentAddress].includes(router.address))
      yield { field: `${field}.address`, message: "must be another one than those of the other routers" };
    for (const name of ["address", "agentRouterAddress"] as const) {
      if (!isPrivate(`${router[name]}/32`)) yield { field: `${field}.${name}`, message: "must be a private address" };
      if (contains(guests.network, router[name]))
        yield { field: `${field}.${name}`, message: "must not be one of the guests' addresses" };
    }
    yield* furtherGuestProblems(router, `${field}.guestNetwork`, values);
  }
}

/** The router with the agent has a route to these guests: nothing of its own may have the same addresses. */
function* furtherGuestProblems(
  { guestNetwork, address, agentRouterAddress }: z.infer<typeof furtherRouterShape>,
  field: string,
  { guests, agent, tunnel, services }: ScriptValues,
): Generator<ValueProblem> {
  if (guestNetwork === undefined) return;
  if (!isPrivate(guestNetwork)) yield { field, message: "must be a private network like 10.6.0.0/22" };
  if (prefixLengthOf(guestNetwork) > 28) yield { field, message: "must have room for guests: /28 or larger" };
  const pppoe = services?.chosen.pppoe?.network;
  const used = [
    { name: "the first router's guests", network: guests.network },
    { name: "the agent's address", network: `${agent.agentAddress}/32` },
    { name: "the router's own address", network: `${address}/32` },
    { name: "the first router's address", network: `${agentRouterAddress}/32` },
    ...(pppoe === undefined ? [] : [{ name: "PPPoE customers", network: pppoe }]),
    ...(tunnel === null
      ? []
      : [
          { name: "the tunnel", network: tunnel.network },
          { name: "people's network", network: operatorNetwork },
        ]),
  ];
  for (const other of used)
    if (overlap(guestNetwork, other.network))
      yield { field, message: `must not overlap ${other.name}, ${other.network}` };
}

function* tunnelProblems({
  agent,
  guests,
  tunnel,
  time,
  radius,
  internetProbe,
}: ScriptValues): Generator<ValueProblem> {
  if (tunnel === null) {
    if (radius.second !== null) yield { field: "radius.second", message: "must be null without a tunnel" };
    return;
  }
  if (!isPrivate(tunnel.network)) yield { field: "tunnel.network", message: "must be a private network" };
  if (!isHost(tunnel.network, tunnel.address)) {
    yield {
      field: "tunnel.address",
      message: `must be in ${tunnel.network}, and neither its first nor its last address`,
    };
  }
  if (overlap(tunnel.network, guests.network)) {
    yield { field: "tunnel.network", message: `must not overlap guests.network, ${guests.network}` };
  }
  if (overlap(operatorNetwork, tunnel.network)) {
    yield { field: "tunnel.network", message: `must not overlap ${operatorNetwork}, where people come from` };
  }
  if (overlap(operatorNetwork, guests.network)) {
    yield { field: "guests.network", message: `must not overlap ${operatorNetwork}, which the tunnel uses too` };
  }
  if (agent.place === "container" && overlap(tunnel.network, networkOf(agent.routerAddress, 30))) {
    yield { field: "tunnel.network", message: `must not contain ${agent.agentAddress}` };
  }
  for (const server of [...time.servers, tunnel.endpointHost, internetProbe]) {
    if (isIpv4(server) && contains(tunnel.network, server)) {
      const field = time.servers.includes(server)
        ? "time.servers"
        : server === internetProbe
          ? "internetProbe"
          : "tunnel.endpointHost";
      yield { field, message: `must not be inside the tunnel, but ${server} is` };
    }
  }
  if (radius.second === null) return;
  if (!isHost(tunnel.network, radius.second.address)) {
    yield { field: "radius.second.address", message: `must be in ${tunnel.network}` };
  } else if (radius.second.address === tunnel.address) {
    yield { field: "radius.second.address", message: "must differ from tunnel.address, which is the router's address" };
  }
}
