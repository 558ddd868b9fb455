/** Which secret a packet is judged by: the client whose address range fits closest. */
import { BlockList, isIP } from "node:net";
import type { RadiusDialectName } from "../dialects/dialects.ts";

export interface RadiusClient {
  /** `10.0.0.0/24`, `192.168.88.1`, `fd00::/8`; `0.0.0.0/0` is every IPv4 address. */
  readonly range: string;
  readonly secret: string;
  /** Drop Access-Requests without a Message-Authenticator (RouterOS: `require-message-auth`). */
  readonly requireMessageAuthenticator: boolean;
  /** In which vendor's attributes it reads speed and byte limits. Absent: MikroTik's. */
  readonly dialect?: RadiusDialectName;
}

/** Finds the client of an address; null: there is none. Throws RangeError naming a range that can't be read. */
export function createClientFinder<Client extends Pick<RadiusClient, "range">>(
  clients: readonly Client[],
): (address: string) => Client | null {
  const ranges = clients.map((client) => {
    const [network, bitsText] = client.range.split("/") as [string, string | undefined];
    const version = isIP(network);
    const widest = version === 6 ? 128 : 32;
    const bits = bitsText === undefined ? widest : Number(bitsText);
    if (version === 0 || !/^\d{1,3}$/.test(bitsText ?? "0") || bits > widest) {
      throw new RangeError(`range: ${client.range} is no address range`);
    }
    const list = new BlockList();
    list.addSubnet(network, bits, version === 6 ? "ipv6" : "ipv4");
    return { client, list, bits, version };
  });
  ranges.sort((left, right) => right.bits - left.bits);
  const known = new Map<string, Client | null>();

  return (address) => {
    const kept = known.get(address);
    if (kept !== undefined) return kept;
    // A socket for both families shows IPv4 sources as ::ffff:10.0.0.1.
    const plain = address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
    const version = isIP(plain);
    const found = ranges.find((range) => {
      return range.version === version && range.list.check(plain, version === 6 ? "ipv6" : "ipv4");
    });
    if (known.size >= 4096) known.clear(); // spoofed sources must not fill the memory
    const client = found?.client ?? null;
    known.set(address, client);
    return client;
  };
}
