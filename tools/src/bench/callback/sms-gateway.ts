/** The simulated SMS gateway, in the sender's process: what it costs is not the hub's. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSmsHttp } from "@karibu/lab/sms/sms-http";
import { realWorld } from "@karibu/lab/world/real-world";

export async function startSmsGateway(): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer(createSmsHttp(realWorld()).app);
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
