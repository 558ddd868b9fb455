/** A balancer before several hubs, as a hosted installation has one: callbacks go to them in turn, and some to two of them at once. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { request } from "undici";

export interface Balancer {
  readonly url: string;
  /** The hubs' own addresses, in the order in which they take turns. */
  serve(hubs: readonly string[]): void;
  /** How many calls went to two hubs, and how many were given to none because the one that had them ended. */
  counts(): { readonly doubled: number; readonly lost: number };
  stop(): Promise<void>;
}

/** @param doubleEach each so many calls, one goes to two hubs at once */
export async function startBalancer(doubleEach: number): Promise<Balancer> {
  let hubs: readonly string[] = [];
  let [calls, doubled, lost] = [0, 0, 0];

  /** As balancers do: who does not even listen is passed over; what broke off may have been done, and is not sent again. */
  async function hand(from: IncomingMessage, body: Buffer, first: number): Promise<number> {
    const { method = "POST", url = "/" } = from;
    const headers = { "content-type": String(from.headers["content-type"] ?? "") };
    for (let turn = 0; turn < hubs.length; turn++) {
      try {
        const to = `${hubs[(first + turn) % hubs.length]}${url}`;
        const answer = await request(to, { method: method as "POST", headers, body });
        await answer.body.dump();
        return answer.statusCode;
      } catch (error) {
        if ((error as { code?: string }).code !== "ECONNREFUSED") return 502;
      }
    }
    return 503;
  }

  const server = createServer((asked, answered) => {
    void (async () => {
      const body = await buffer(asked);
      const call = calls++;
      const isDoubled = call % doubleEach === 0;
      if (isDoubled) doubled++;
      const all = await Promise.all((isDoubled ? [call, call + 1] : [call]).map((first) => hand(asked, body, first)));
      const status = Math.min(...all);
      if (status >= 500) lost++;
      answered.writeHead(status, { "content-type": "application/json" }).end("{}");
    })();
  });
  // An idle connection stays open: a callback must not meet its end on a busy machine.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => {
      hubs = next;
    },
    counts: () => ({ doubled, lost }),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
