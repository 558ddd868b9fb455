import { expect, test } from "vitest";
import { gather } from "./download.ts";

const piece = (text: string) => new TextEncoder().encode(text);

test("a file comes whole, and how much has come is told piece by piece", async () => {
  const told: number[] = [];
  const body = new Blob(["a,b\r\n", "1,2\r\n"]).stream();
  const pieces = await gather(body, (bytes) => told.push(bytes));
  expect(await new Blob(pieces).text()).toBe("a,b\r\n1,2\r\n");
  expect(told.at(-1)).toBe(10);
});

test("a file that breaks off is no file: it fails, however much has come", async () => {
  const told: number[] = [];
  let asked = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (stream) => (asked++ === 0 ? stream.enqueue(piece("a,b\r\n")) : stream.error(new TypeError("network error"))),
  });
  await expect(gather(body, (bytes) => told.push(bytes))).rejects.toThrow("network error");
  expect(told).toEqual([5]);
});
