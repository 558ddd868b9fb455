/**
 * Who may ask this agent by RADIUS: `KARIBU_RADIUS_CLIENTS`, a list of networks. A listed one must prove each Access-Request
 * by a Message-Authenticator unless its entry says otherwise: without one, only the password's hiding depends on the secret,
 * and a request with no password (a voucher, a MAC) or with CHAP proves nothing. Without the list, a client that proves the secret
 * may send from any address. Only the addresses of this machine may leave the proof out, because nobody else can have them.
 * @see RFC 2869 §5.14, RFC 5080 §2.2.2
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { type RadiusDialectName, radiusDialectNames } from "../dialects/dialects.ts";
import { createClientFinder, type RadiusClient } from "./clients.ts";

export const radiusSecretBytesMax = 128;

const ownAddresses = ["127.0.0.0/8", "::1"];

/** Everybody who knows the secret; who asks from elsewhere than this machine must sign. */
export function clientsOfSecret(secret: string): RadiusClient[] {
  const everywhere = ["0.0.0.0/0", "::/0"].map((range) => ({ range, secret, requireMessageAuthenticator: true }));
  return [...ownAddresses.map((range) => ({ range, secret, requireMessageAuthenticator: false })), ...everywhere];
}

/** Of a hosted site: its router, whose script signs, and the agent itself, which asks its own port. */
export const clientsOfRouter = (routerAddress: string, secret: string): RadiusClient[] =>
  [routerAddress, "127.0.0.1"].map((range) => ({ range, secret, requireMessageAuthenticator: true }));

/**
 * Networks by commas, or a JSON list with a secret of each. `secret` is what an entry without its own has. The container's
 * launcher asks from this machine whether the agent is alive, and knows that secret only: so the loopback keeps it, listed
 * or not.
 */
export function parseRadiusClients(
  text: string,
  secret: string,
): { readonly clients: readonly RadiusClient[] } | { readonly problem: string } {
  const listed = entriesOf(text);
  if (listed === null || listed.length === 0)
    return {
      problem: 'must be networks like "172.31.255.1, 10.8.0.0/24", or a JSON list like [{"network": "172.31.255.1"}]',
    };
  const clients: RadiusClient[] = [];
  for (const [index, entry] of listed.entries()) {
    const client = parseClient(entry, secret);
    if (typeof client === "string") return { problem: `[${index}].${client}` };
    if (clients.some(({ range }) => range === client.range)) return { problem: `[${index}].network is listed twice` };
    clients.push(client);
  }
  return { clients: [...clients, { range: "127.0.0.0/8", secret, requireMessageAuthenticator: true }] };
}

const isDialect = (value: unknown): value is RadiusDialectName => radiusDialectNames.some((known) => known === value);

function entriesOf(text: string): readonly unknown[] | null {
  if (!/^\s*[[{]/.test(text)) return text.split(",").map((network) => ({ network: network.trim() }));
  const listed = readJson(text);
  return Array.isArray(listed) ? listed : null;
}

const fieldNames = ["network", "secret", "requireMessageAuthenticator", "dialect"];

/** A text names the field and says what is wrong with it; it never repeats a secret. */
function parseClient(entry: unknown, defaultSecret: string): RadiusClient | string {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return "network is missing";
  const unknownName = Object.keys(entry).find((name) => !fieldNames.includes(name));
  if (unknownName !== undefined) return `${unknownName} is not known; there are ${fieldNames.join(", ")}`;
  const fields = entry as Readonly<Record<string, unknown>>;
  const { network, secret = defaultSecret, requireMessageAuthenticator = true, dialect } = fields;
  if (typeof network !== "string") return "network must be a text like 172.31.255.0/24";
  if (typeof secret !== "string" || secret === "" || Buffer.byteLength(secret) > radiusSecretBytesMax)
    return `secret must be a text of 1 to ${radiusSecretBytesMax} bytes`;
  if (typeof requireMessageAuthenticator !== "boolean") return "requireMessageAuthenticator must be true or false";
  if (dialect !== undefined && !isDialect(dialect)) return `dialect must be one of ${radiusDialectNames.join(", ")}`;
  const spoken = dialect === undefined ? {} : { dialect };
  const client = { range: network, secret, requireMessageAuthenticator, ...spoken };
  try {
    createClientFinder([client]);
  } catch {
    return `network must be an address or a range like 172.31.255.0/24, not "${network}"`;
  }
  if (/^127\./.test(network) && secret !== defaultSecret)
    return "secret of this machine's own addresses is KARIBU_RADIUS_SECRET: leave it out";
  return client;
}
