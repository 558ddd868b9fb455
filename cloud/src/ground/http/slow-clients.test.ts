/** Clients that take their time: shown out by the server's limits, which the hub as a process has in full length. */

import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test } from "vitest";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { anyEngine } from "../db/test-databases.ts";
import { serverLimits } from "./server-limits.ts";

const hub = useHub(anyEngine);
let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
});

/** The hub's limits for requests that do not come to an end, fifty times as fast. */
async function listen(): Promise<number> {
  const { headersTimeout, requestTimeout, connectionsCheckingInterval } = serverLimits;
  const faster = {
    ...serverLimits,
    headersTimeout: headersTimeout / 50,
    requestTimeout: requestTimeout / 50,
    connectionsCheckingInterval: connectionsCheckingInterval / 50,
  };
  const listening = createServer(faster, hub.hub().app);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return (listening.address() as AddressInfo).port;
}

/** Sends the start at once, then a byte of the rest now and then, for as long as the server lets it. Returns the answer. */
function dribble(port: number, start: string, rest: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    let sent = 0;
    socket.write(start);
    const timer = setInterval(() => socket.write(rest[sent++ % rest.length] as string), 20);
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

test("the stated limits: a head in 20 s, a whole request in a minute, looked at every 5 s", () => {
  expect(serverLimits).toMatchObject({ headersTimeout: 20_000, requestTimeout: 60_000 });
  expect(serverLimits.connectionsCheckingInterval).toBeLessThanOrEqual(5000);
});

test.each(
  inLongRunAll(
    [
      ["a head that never ends", "GET /health HTTP/1.1\r\nHost: hub\r\nX-Slow: ", "a"],
      [
        "a body that never ends",
        "POST /api/v1/login HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{",
        " ",
      ],
      [
        "a body in endless chunks",
        "POST /api/v1/login HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        "1\r\n \r\n",
      ],
      ["silence", "", ""],
    ] as const,
    (_, at) => at === 2,
  ),
)(
  "[SYS-13] %s, sent byte by byte by thirty clients, is ended by the server, and others are served meanwhile",
  async (_, start, rest) => {
    const port = await listen();
    const { ownerEmail, token } = await hub.makeProvider(`Slow-${start.length}-${rest.length}`);
    const slow = Array.from({ length: 30 }, () => (rest === "" ? silence(port) : dribble(port, start, rest)));
    const served = async () => {
      const url = `http://127.0.0.1:${port}`;
      const body = JSON.stringify({ email: ownerEmail, password: ownerPassword });
      const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
      const answers = [
        await fetch(`${url}/health`),
        await fetch(`${url}/api/v1/plans`, { headers }),
        await fetch(`${url}/api/v1/login`, { method: "POST", headers, body }),
      ];
      return answers.map(({ status }) => status);
    };
    expect(await served()).toEqual([200, 200, 200]);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^$|^HTTP\/1\.1 408 /);
    expect(await served()).toEqual([200, 200, 200]);
  },
  120_000,
);

/** Connects and says nothing. */
function silence(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(answer));
  });
}
