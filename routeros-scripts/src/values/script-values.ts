/**
 * The short list of values from which every script is rendered. The hub fills it in for a site; `sampleValues` shows one.
 * Checked as a whole: each bad value is named, because a wrong one is found on a ladder, far away.
 */
import * as z from "zod";
import { contains, isBefore, isHost, isIpv4, isPrivate, networkOf, overlap, parseNetwork } from "./ipv4.ts";
import { interfaces } from "./object-names.ts";

const line = (max: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(max, `must be at most ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
    .refine((text) => !/\u0000/.test(text) && text.isWellFormed(), "must be text without NUL");
const secret = (minimum: number) =>
  line(128)
    .min(minimum, `must be at least ${minimum} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is refused
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), "must not contain control characters");
const address = z.string().refine(isIpv4, "must be an IPv4 address like 172.31.255.1");
const network = z.string().refine((text) => parseNetwork(text) !== null, "must be a network like 10.5.48.0/22");
const port = z.int().min(1).max(65_535);
const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$/, {
    error: "must be a host name like hub.example.com",
  });
const interfaceName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "must be the name of an interface");
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

const shape = z.strictObject({
  site: z.strictObject({ id: line(64), name: line(120) }),
  /** Null: the site stands alone and reads `/data/site.json`. */
  hub: z.nullable(z.strictObject({ url: webUrl(["https", "http"]), enrolToken: secret(8) })),
  /** Where the agent runs: in a container of this router, or beside the hub, at the other end of the tunnel. */
  agent: z.discriminatedUnion("place", [
    z.strictObject({
      place: z.literal("container"),
      /** Slot of the disk that holds image, root and data, as `/disk/print` shows it. */
      disk: interfaceName,
      imageFile: fileName,
      /** Bound of the container's memory: below 96 MB it thrashes. */
      memoryMiB: z.int().min(96).max(4096),
      routerAddress: address,
      agentAddress: address,
    }),
    z.strictObject({ place: z.literal("hosted"), agentAddress: address, httpPort: port }),
  ]),
  radius: z.strictObject({
    secret: secret(12),
    /** Asked when the agent doesn't answer: the hub, through the tunnel. */
    second: z.nullable(z.strictObject({ address, secret: secret(12) })),
    incomingPort: port,
  }),
  api: z.strictObject({ user: z.string().regex(/^karibu-[a-z0-9-]{1,24}$/), password: secret(12), port }),
  guests: z.strictObject({
    network,
    routerAddress: address,
    poolFrom: address,
    poolTo: address,
    /** Moved into the guest bridge; a port that is in another bridge goes back there on removal. */
    ports: z.array(interfaceName).max(32),
    /** The hotspot's own name (`.local` troubles iPhones). */
    dnsName: hostName.refine((name) => !name.endsWith(".local"), "must not end in .local"),
    /** A name for people to type that leads to the portal. */
    portalName: hostName.refine((name) => !name.endsWith(".local"), "must not end in .local"),
    /** RFC 8910: only with a certificate that phones trust. */
    captiveApiUrl: z.nullable(webUrl(["https"])),
    /** Reachable without paying, by name, over https and http. */
    openHosts: z.array(hostName).max(50),
  }),
  /** Never reached through the tunnel: a router that wakes up in 1970 needs the time before its tunnel can come up. */
  time: z.strictObject({
    servers: z
      .array(z.union([hostName, address]))
      .min(1)
      .max(4),
  }),
  /** Asked every 30 s to learn whether the internet is there. */
  internetProbe: address,
  tunnel: z.nullable(
    z.strictObject({
      address,
      network,
      endpointHost: z.union([hostName, address]),
      endpointPort: port,
      hubPublicKey: z.string().regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, "must be a WireGuard public key"),
      keepaliveSeconds: z.int().min(10).max(600),
    }),
  ),
});
export type ScriptValues = z.infer<typeof shape>;

export interface ValueProblem {
  readonly field: string;
  readonly message: string;
}

export function checkValues(
  input: unknown,
): { readonly values: ScriptValues } | { readonly problems: readonly ValueProblem[] } {
  const parsed = shape.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
    return { problems };
  }
  const problems = [...contradictions(parsed.data)];
  return problems.length > 0 ? { problems } : { values: parsed.data };
}

/** What is wrong between values that are each fine by themselves. */
function* contradictions(values: ScriptValues): Generator<ValueProblem> {
  yield* agentProblems(values);
  yield* guestProblems(values);
  yield* tunnelProblems(values);
  if (isIpv4(values.internetProbe) && isPrivate(`${values.internetProbe}/32`)) {
    yield { field: "internetProbe", message: "must be on the internet" };
  }
}

function* agentProblems({ agent, tunnel }: ScriptValues): Generator<ValueProblem> {
  const { agentAddress } = agent;
  if (agent.place === "container") {
    const { routerAddress } = agent;
    const cable = networkOf(routerAddress, 30);
    if (!isPrivate(cable) || !isHost(cable, routerAddress)) {
      yield {
        field: "agent.routerAddress",
        message: "must be a private address like 172.31.255.1: one of the two of a /30",
      };
    } else if (routerAddress === agentAddress || !isHost(cable, agentAddress)) {
      yield { field: "agent.agentAddress", message: `must be the other address of the /30 of ${routerAddress}` };
    }
  } else if (tunnel === null) {
    yield { field: "tunnel", message: "is needed by a hosted agent" };
  } else if (!isHost(tunnel.network, agentAddress)) {
    yield { field: "agent.agentAddress", message: `must be in ${tunnel.network}` };
  } else if (agentAddress === tunnel.address) {
    yield { field: "agent.agentAddress", message: "must not be the router's own, tunnel.address" };
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
  if (!isBefore(guests.poolFrom, guests.poolTo)) {
    yield { field: "guests.poolTo", message: "must not be before guests.poolFrom" };
  }
  if (isBefore(guests.poolFrom, guests.routerAddress) && isBefore(guests.routerAddress, guests.poolTo)) {
    yield { field: "guests.routerAddress", message: "must not be in the pool" };
  }
  const cable = agent.place === "container" ? networkOf(agent.routerAddress, 30) : `${agent.agentAddress}/32`;
  if (overlap(network, cable)) {
    yield { field: "guests.network", message: "must not contain the agent's address" };
  }
  const own: readonly string[] = Object.values(interfaces);
  for (const [index, port] of guests.ports.entries()) {
    if (own.includes(port)) yield { field: `guests.ports.${index}`, message: `${port} is made by the set-up itself` };
  }
  yield* twice("guests.ports", guests.ports);
  yield* twice("guests.openHosts", guests.openHosts);
  yield* twice("time.servers", time.servers);
  if (guests.portalName.toLowerCase() === guests.dnsName.toLowerCase()) {
    yield { field: "guests.portalName", message: "must not be guests.dnsName: that name is the hotspot's own" };
  }
}

function* twice(field: string, list: readonly string[]): Generator<ValueProblem> {
  const lower = list.map((item) => item.toLowerCase());
  for (const [index, item] of lower.entries()) {
    if (lower.indexOf(item) < index) yield { field: `${field}.${index}`, message: `${list[index]} is there already` };
  }
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
    if (radius.second !== null) yield { field: "radius.second", message: "needs the tunnel" };
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
      yield { field, message: `${server} lies inside the tunnel` };
    }
  }
  if (radius.second === null) return;
  if (!isHost(tunnel.network, radius.second.address)) {
    yield { field: "radius.second.address", message: `must be in ${tunnel.network}` };
  } else if (radius.second.address === tunnel.address) {
    yield { field: "radius.second.address", message: "must not be the router's own, tunnel.address" };
  }
}
