/** The hub's own requests, to servers that behave badly: each is over soon, and nothing of it is followed or kept. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { neverReached, undiciCall } from "./http-call.ts";

let server: Server;
let listen: RequestListener = () => {};
const asked: string[] = [];
const url = (path = "/") => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const post = (timeoutMs: number) =>
  undiciCall({ method: "POST", url: url(), headers: { "X-Test": "1" }, body: "{}", timeoutMs });

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    listen(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("[SYS-01] a receiver that sends us elsewhere is not followed: it answered 302", async () => {
  listen = (_, response) => response.writeHead(302, { Location: url("/elsewhere") }).end("go there");
  expect(await post(5_000)).toEqual({ status: 302, body: "go there" });
  expect(asked).not.toContain("/elsewhere");
});

test.each([
  ["says nothing", () => {}],
  [
    "sends a letter now and then",
    (_request: unknown, response: Parameters<RequestListener>[1]) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(drip));
    },
  ],
] as const)("[SYS-01] a receiver that %s is left when the time is over", async (_, behave) => {
  listen = behave as RequestListener;
  await expect(post(200)).rejects.toThrow();
});

test("[SYS-01] a receiver that answers ten megabytes is left after a fraction of them", async () => {
  let sentBytes = 0;
  const left = new Promise<void>((resolve) => {
    listen = (_, response) => {
      response.writeHead(200);
      response.on("close", () => resolve());
      const piece = Buffer.alloc(64 * 1024, 120);
      const more = () => {
        while (sentBytes < 10_000_000 && !response.destroyed) {
          sentBytes += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on("drain", more);
      more();
    };
  });
  await expect(post(5_000)).rejects.toThrow("longer than 262144 bytes");
  await left;
  expect(sentBytes).toBeLessThan(10_000_000);
});

test("[MSG-10] what nobody took never reached its service; what was answered too late may have been done", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const nobody = `http://127.0.0.1:${port}/`;
  listen = () => {};
  const calls = [undiciCall({ method: "POST", url: nobody, headers: {}, body: "{}", timeoutMs: 5000 }), post(200)];
  const errors = (await Promise.allSettled(calls)).map((each) => (each.status === "rejected" ? each.reason : null));
  expect(errors).not.toContain(null);
  expect(errors.map(neverReached)).toEqual([true, false]);
});
