/**
 * What a person switches on at a site's router beside the hotspot. Each part is off (`null`) by default. Secrets are the hub's to make: none
 * stands here. Names and addresses end in scripts, which quote them.
 */
import * as z from "zod/mini";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused
const noControls = z.regex(/^[^\u0000-\u001f\u007f]*$/);
export const interfaceName = z.string().check(z.minLength(1), z.maxLength(64), noControls);
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = z.string().check(z.regex(new RegExp(`^${octet}(\\.${octet}){3}$`)));
const ipv4Network = z.string().check(z.regex(new RegExp(`^${octet}(\\.${octet}){3}/(\\d|[12]\\d|3[0-2])$`)));
const whole = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));
/** One address, or a network. The hub's API knows the rule by its name in front. */
const addressOrNetwork = z.union(
  [ipv4, ipv4Network],
  "{address-or-network} An IPv4 address or network, such as 10.0.0.0/24.",
);
const addresses = (max: number) => z.array(addressOrNetwork).check(z.maxLength(max));

/** RouterOS' own words. MS-CHAPv1 is broken, and no choice. CHAP needs the clear password at the agent. */
const pppAuthentications = ["pap", "chap", "mschap2"] as const;

export const pppoeServiceSchema = z.strictObject({
  /** Ports and bridges where customers dial in: one server each. */
  interfaces: z.array(interfaceName).check(z.minLength(1), z.maxLength(8)),
  serviceName: z.string().check(z.minLength(1), z.maxLength(40), z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)),
  /** Of customers without an address of their own. Its first address is the router's. */
  network: ipv4Network,
  /** Empty: the router itself. */
  dnsServers: z.array(ipv4).check(z.maxLength(3)),
  authentication: z.array(z.enum(pppAuthentications)).check(z.minLength(1), z.maxLength(3)),
  /** After so long without a sign the server asks; after twice as long the session is over. */
  keepaliveSeconds: whole(5, 300),
  /** Both ways (MTU and MRU). Ethernet leaves 1,492. */
  mtuBytes: whole(1280, 1500),
  /** A router that is full refuses, and another one answers. */
  maxSessions: whole(1, 65_535),
  /** A router with a longer delay is chosen only where the others are full or silent. */
  padoDelayMs: whole(0, 5000),
  /** Prefixes that customers' routers are given; null: IPv4 only. */
  ipv6: z.nullable(
    z.strictObject({
      /** `2001:db8:100::/40`. */
      ipv6Prefix: z.string().check(z.maxLength(50), z.regex(/^[0-9a-f:]{2,45}\/\d{1,3}$/)),
      delegatedLength: whole(32, 64),
    }),
  ),
});
export type PppoeService = z.infer<typeof pppoeServiceSchema>;

const logTopics = [
  "account",
  "critical",
  "dhcp",
  "error",
  "firewall",
  "hotspot",
  "info",
  "interface",
  "ppp",
  "pppoe",
  "radius",
  "system",
  "warning",
  "wireguard",
  "wireless",
] as const;

const staffLogInSchema = z.strictObject({
  /** Where the emergency account may come from, which works while the hub is away. Empty: there is no such account. */
  emergencyAddresses: addresses(8),
});
export type StaffLogInService = z.infer<typeof staffLogInSchema>;

export const routerServicesSchema = z.strictObject({
  pppoe: z.nullable(pppoeServiceSchema),
  /** SNMP version 3, read only, with secrets that the hub makes. */
  snmp: z.nullable(z.strictObject({ addresses: addresses(8).check(z.minLength(1)) })),
  logging: z.nullable(
    z.strictObject({
      /** The machine that takes the log. */
      collector: ipv4,
      port: whole(1, 65_535),
      protocol: z.enum(["udp", "tcp", "tls"]),
      /** `tcp` and `tls` carry `cef` only. */
      format: z.enum(["default", "syslog", "cef"]),
      topics: z.array(z.enum(logTopics)).check(z.minLength(1), z.maxLength(logTopics.length)),
    }),
  ),
  /** Each device gets its share of the line to the internet, told in kilobits a second: a little less than the line really carries. */
  fairUplink: z.nullable(
    z.strictObject({ uplink: interfaceName, downKbps: whole(64, 100_000_000), upKbps: whole(64, 100_000_000) }),
  ),
  /** A guest's phone gets no further with what it is sent: whoever is behind it gets nothing. No proof against a VPN or a TTL fixer. */
  sharing: z.nullable(
    z.strictObject({
      /** Guests' addresses that may share. */
      exceptions: addresses(50),
    }),
  ),
  /** Staff log in to the router itself with passwords of some minutes. Absent, as older choices have it: they do not. */
  staff: z._default(z.nullable(staffLogInSchema), null),
});
export type RouterServices = z.infer<typeof routerServicesSchema>;
