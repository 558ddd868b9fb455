import type { OperatorTunnel } from "./operator-tunnels.ts";

/** What a WireGuard program imports. Only the chosen routers' addresses go through the tunnel. @see wg-quick(8) */
export function tunnelFile(tunnel: OperatorTunnel, privateKey: string): string {
  const routers = tunnel.sites.flatMap(({ address }) => (address === null ? [] : [`${address}/32`]));
  return [
    "[Interface]",
    `PrivateKey = ${privateKey}`,
    `Address = ${tunnel.address}/32`,
    "",
    "[Peer]",
    `PublicKey = ${tunnel.hubPublicKey}`,
    ...(tunnel.endpoint === null ? [] : [`Endpoint = ${tunnel.endpoint}`]),
    `AllowedIPs = ${routers.join(", ")}`,
    "PersistentKeepalive = 25",
    "",
  ].join("\n");
}
