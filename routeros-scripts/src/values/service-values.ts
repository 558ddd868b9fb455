/** The values of what runs at a router beside the hotspot: what a person chose, and the secrets that the hub made for it. */
import { type RouterServices, routerServicesSchema } from "@karibu/protocol/router/router-services";
import * as z from "zod";
import { isPrivate, overlap, prefixLengthOf } from "./ipv4.ts";
import { operatorNetwork } from "./operator-network.ts";
import type { ValueProblem } from "./value-problem.ts";

/** SNMP takes 8 characters and more; these are random. */
const password = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, "must be 16 to 64 letters, digits, - or _");

export const serviceValuesShape = z.strictObject({
  chosen: routerServicesSchema,
  /** Where SNMP is chosen. */
  snmpSecrets: z.nullable(
    z.strictObject({
      user: z.string().regex(/^karibu-[a-z0-9]{4,24}$/, "must be karibu- and letters or digits"),
      authenticationPassword: password,
      encryptionPassword: password,
    }),
  ),
  /** Of the account for when the hub is away, where it is wished. Null: there is none, or the script's reader may not know it. */
  emergencyPassword: z.nullable(password).default(null),
  /** A small memory holds no CAKE: its queues are simpler ones. */
  hasSmallMemory: z.boolean(),
});
export type ServiceValues = z.infer<typeof serviceValuesShape>;

/** What the services must fit to. */
interface Surroundings {
  readonly services?: ServiceValues | undefined;
  readonly guests: { readonly network: string; readonly ports: readonly string[] };
  readonly agent: { readonly agentAddress: string; readonly routerAddress?: string };
  readonly tunnel: { readonly network: string } | null;
}

/** What does not fit together, by field. */
export function* serviceProblems(values: Surroundings): Generator<ValueProblem> {
  const { services } = values;
  if (services === undefined) return;
  const { pppoe, snmp, logging, staff } = services.chosen;
  if (pppoe !== null) yield* pppoeProblems(pppoe, values);
  if ((snmp === null) !== (services.snmpSecrets === null)) {
    yield { field: "services.snmpSecrets", message: "must be there with SNMP, and only then" };
  }
  if ((staff === null || staff.emergencyAddresses.length === 0) && services.emergencyPassword !== null) {
    yield { field: "services.emergencyPassword", message: "must be there with an emergency account only" };
  }
  if (logging !== null && logging.protocol !== "udp" && logging.format !== "cef") {
    yield { field: "services.logging.format", message: `must be cef over ${logging.protocol}` };
  }
}

function* pppoeProblems(
  { network, ipv6, interfaces, authentication }: NonNullable<RouterServices["pppoe"]>,
  { guests, agent, tunnel }: Surroundings,
): Generator<ValueProblem> {
  const field = "services.pppoe.network";
  if (!isPrivate(network)) yield { field, message: "must be a private network like 10.64.0.0/20" };
  if (prefixLengthOf(network) > 28) yield { field, message: "must have room for customers: /28 or larger" };
  const used = [
    { name: "the guests' network", network: guests.network },
    { name: "the agent's address", network: `${agent.agentAddress}/32` },
    ...(tunnel === null
      ? []
      : [
          { name: "the tunnel", network: tunnel.network },
          { name: "people's network", network: operatorNetwork },
        ]),
    ...(agent.routerAddress === undefined
      ? []
      : [{ name: "the agent's network", network: `${agent.routerAddress}/32` }]),
  ];
  for (const other of used)
    if (overlap(network, other.network)) yield { field, message: `must not overlap ${other.name}, ${other.network}` };
  if (new Set(interfaces).size < interfaces.length)
    yield { field: "services.pppoe.interfaces", message: "must name each interface once" };
  if (interfaces.some((name) => guests.ports.includes(name)))
    yield {
      field: "services.pppoe.interfaces",
      message: "must not be a guests' port: choose its bridge, karibu-guest",
    };
  if (new Set(authentication).size < authentication.length)
    yield { field: "services.pppoe.authentication", message: "must name each way once" };
  if (ipv6 === null) return;
  const length = ipv6PrefixLength(ipv6.ipv6Prefix);
  if (length === null)
    yield { field: "services.pppoe.ipv6.ipv6Prefix", message: "must be a network like 2001:db8:100::/40" };
  else if (length > ipv6.delegatedLength)
    yield {
      field: "services.pppoe.ipv6.delegatedLength",
      message: `must be ${length} or more, the prefix' own length`,
    };
}

/** Null: it is no IPv6 network. */
function ipv6PrefixLength(prefix: string): number | null {
  const [address = "", length = ""] = prefix.split("/");
  const bits = Number(length);
  return URL.canParse(`http://[${address}]/`) && address.includes(":") && bits >= 16 && bits <= 64 ? bits : null;
}
