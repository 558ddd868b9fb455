/** What comes to the server with `Upgrade` and is no agent. */
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveLinks } from "./link-websocket.ts";

let server: Server;
let cutLinks = (): void => {};
let accepted = 0;

beforeAll(async () => {
  server = createServer((_request, response) => void response.end("still here"));
  cutLinks = serveLinks(server, () => {
    accepted++;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  cutLinks();
  await new Promise((resolve) => server.close(resolve));
});

const upgrade = "Host: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
const webSocketKey = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** The first line of the answer. */
function ask(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET ${target} HTTP/1.1\r\n${upgrade}${webSocketKey}\r\n`),
    );
    socket.once("data", (chunk) => {
      resolve(chunk.toString().split("\r\n", 1)[0] as string);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

test.each(["/", "/agent/x", "/agents", "//", "///agent", "//[", "*"])(
  "an upgrade at %s is refused, and the server goes on",
  async (target) => {
    expect(await ask(target)).toBe("HTTP/1.1 404 Not Found");
    const { port } = server.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("still here");
    expect(accepted).toBe(0);
  },
);

test("an upgrade at /agent is a link, whatever its query", async () => {
  for (const target of ["/agent", "/agent?x=1"]) expect(await ask(target)).toBe("HTTP/1.1 101 Switching Protocols");
  expect(accepted).toBe(2);
});
