import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { homeRouter } from "./board-configurations.ts";
import { startThreadedBoard } from "./board-thread.ts";

test("a script on a board in its thread waits for a hub that answers over HTTP from this thread", async () => {
  const asked: string[] = [];
  const hub = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    if (request.url === "/none") response.writeHead(404).end();
    else if (request.url === "/image") response.end(Buffer.alloc(2_000_000));
    else response.end("good");
  });
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const board = await startThreadedBoard({ configuration: homeRouter() });
  const fetchLine = (path: string, more: string) =>
    `/tool/fetch url="${url}${path}" http-header-field="Authorization: Bearer x" ${more}`;
  expect(await board.paste(`:put ([${fetchLine("/text", "output=user as-value")}]->"data")`)).toBe("done");
  expect(await board.paste(fetchLine("/image", "dst-path=usb1/image.tar"))).toBe("done");
  expect(await board.paste(fetchLine("/none", "output=none"))).toBe("stopped");
  expect(await board.output()).toEqual(["good"]);
  expect((await board.snapshot())["/file"]).toContain("name=usb1/image.tar size=2000000 type=file");
  expect(asked).toEqual(["GET /text Bearer x", "GET /image Bearer x", "GET /none Bearer x"]);
  hub.close();
  await new Promise((resolve) => hub.once("close", resolve));
  expect(await board.paste(fetchLine("/text", "output=none"))).toBe("stopped");
  await board.stop();
});
