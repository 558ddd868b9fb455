import { expect, test } from "vitest";
import { readPieces } from "./download.ts";

const piece = (text: string) => new TextEncoder().encode(text);

test("a file comes whole, and each piece reports how many bytes have come", async () => {
  const reported: number[] = [];
  const body = new Blob(["a,b\r\n", "1,2\r\n"]).stream();
  const pieces = await readPieces(body, (bytes) => reported.push(bytes));
  expect(await new Blob(pieces).text()).toBe("a,b\r\n1,2\r\n");
  expect(reported.at(-1)).toBe(10);
});

test("a broken download fails, however many bytes have come", async () => {
  const reported: number[] = [];
  let reads = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (stream) => (reads++ === 0 ? stream.enqueue(piece("a,b\r\n")) : stream.error(new TypeError("network error"))),
  });
  await expect(readPieces(body, (bytes) => reported.push(bytes))).rejects.toThrow("network error");
  expect(reported).toEqual([5]);
});
