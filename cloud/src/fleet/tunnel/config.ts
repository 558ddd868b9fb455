/** The formats of `wg`: the peer file and the dump. Pure. @see wg(8), "CONFIGURATION FILE FORMAT" and "dump" */

export interface Peer {
  readonly publicKey: string;
  /** Null: the peer may shake hands, but gets no traffic yet (the new key of a rotation). */
  readonly address: string | null;
}

/** For `wg syncconf`: peers that are not in it are removed, the others keep their sessions. */
export function peerFile(hub: { readonly privateKey: string; readonly port: number }, peers: readonly Peer[]): string {
  const head = `[Interface]\nPrivateKey = ${hub.privateKey}\nListenPort = ${hub.port}\n`;
  const blocks = peers.map(({ publicKey, address }) => {
    const allowed = address === null ? "" : `AllowedIPs = ${address}/32\n`;
    return `\n[Peer]\nPublicKey = ${publicKey}\n${allowed}`;
  });
  return head + blocks.join("");
}

export interface PeerReading {
  readonly publicKey: string;
  readonly endpoint: string | null;
  /** Null: never. */
  readonly lastHandshakeAtMs: number | null;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** `wg show <interface> dump`: one line for the interface, then one per peer. Other lines are ignored. */
export function readDump(text: string): PeerReading[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.split("\t");
      if (fields.length !== 8) return [];
      const [publicKey, , endpoint, , handshake, received, sent] = fields as [
        ...[string, string, string, string, string, string, string, string],
      ];
      const handshakeSeconds = Number(handshake);
      return [
        {
          publicKey,
          endpoint: endpoint === "(none)" ? null : endpoint,
          lastHandshakeAtMs: handshakeSeconds > 0 ? handshakeSeconds * 1000 : null,
          receivedBytes: Number(received),
          sentBytes: Number(sent),
        },
      ];
    });
}

/** The tunnel's network is 10.89.0.0/16: the hub has its .0.1, sites follow. `number` counts from 0. */
export const tunnelNetwork = { network: "10.89.0.0/16", hubAddress: "10.89.0.1", sitesMax: 65_533 } as const;

export function addressOf(number: number): string {
  const host = number + 2;
  return `10.89.${host >> 8}.${host & 255}`;
}
