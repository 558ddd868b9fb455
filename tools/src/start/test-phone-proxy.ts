/**
 * Makes a browser look like another phone: a plain-HTTP proxy whose requests come from a separate address
 * (127.0.0.2, 127.0.0.3, …). The simulated hotspot identifies devices by their address, as a router does.
 */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface PhoneProxy {
  /** For Playwright: `newContext({ proxy })`. Chromium goes around proxies for loopback unless told otherwise. */
  readonly proxy: { server: string; bypass: string };
  close(): void;
}

export async function openPhoneProxy(address: string): Promise<PhoneProxy> {
  const server = createServer((incoming, outgoing) => {
    const target = new URL(incoming.url ?? "", `http://${incoming.headers.host}`);
    const forwarded = request(
      {
        host: target.hostname,
        port: target.port,
        path: target.pathname + target.search,
        method: incoming.method,
        headers: incoming.headers,
        localAddress: address,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    proxy: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bypass: "<-loopback>" },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
