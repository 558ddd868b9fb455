/** A router that says too much: a host serves the sites of many providers in one process, and each brings a router of its own. */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { Fault } from "@karibu/protocol/fault";
import { expect, test } from "vitest";
import { createApiConnection } from "./api-connection.ts";
import { encodeSentence } from "./api-sentence.ts";
import type { ApiSocket } from "./router-api.ts";

const megabyte = 1024 * 1024;
const text = "x".repeat(64 * 1024);

/** A connection to a router that says what `hear` is given. */
function connect() {
  let data: (bytes: Uint8Array) => void = () => {};
  let isOpen = true;
  const socket: ApiSocket = {
    write: () => {},
    listen(listeners) {
      data = listeners.data;
    },
    destroy() {
      isOpen = false;
    },
  };
  const connection = createApiConnection(createSimulatedWorld(), socket, () => {});
  return { connection, hear: (bytes: Uint8Array) => data(bytes), isOpen: () => isOpen };
}

/** @returns how many megabytes the connection took before it ended; `mostMb`: it did not end */
async function flood(chunk: Uint8Array, mostMb: number): Promise<{ tookMb: number; code: string }> {
  const { connection, hear, isOpen } = connect();
  const answer = connection.send(["/log/print"], 10_000).then(
    () => "answered",
    (error: Fault) => error.code,
  );
  let bytes = 0;
  while (isOpen() && bytes < mostMb * megabyte) {
    hear(chunk);
    bytes += chunk.length;
  }
  connection.close("tested");
  return { tookMb: bytes / megabyte, code: await answer };
}

const unended = encodeSentence(["!re", `=message=${text}`]).subarray(0, -1);
test.each([
  ["rows without end", encodeSentence(["!re", `=message=${text}`, ".tag=1"])],
  ["a sentence without end", unended],
])("a router that answers with %s is hung up on before it fills the memory", async (_, chunk) => {
  const { tookMb, code } = await flood(chunk, 64);
  expect(tookMb).toBeLessThan(20);
  expect(code).toBe("router-api/cut");
});

test.each<[string, ...string[][]]>([
  ["refuses", ["!trap", `=message=${text}`, ".tag=1"], ["!done", ".tag=1"]],
  ["says goodbye", ["!fatal", text]],
])(
  "a router that %s in many words is quoted in few: the last five hundred refusals are kept for people",
  async (_, ...said) => {
    const { connection, hear } = connect();
    const failed = connection.send(["/log/print"], 10_000).catch((error: Fault) => error.message);
    for (const words of said) hear(encodeSentence(words));
    expect(String(await failed).length).toBeLessThan(1000);
  },
);

test("a list of forty thousand rows is no flood", async () => {
  const row = encodeSentence(["!re", "=.id=*A053207", `=comment=${"x".repeat(200)}`, ".tag=1"]);
  const { connection, hear } = connect();
  for (const tag of ["1", "2"]) {
    const answer = connection.send(["/ip/hotspot/user/print"], 10_000);
    const tagged = Buffer.from(row).toString("latin1").replace(".tag=1", `.tag=${tag}`);
    for (let rows = 0; rows < 40_000; rows++) hear(Buffer.from(tagged, "latin1"));
    hear(encodeSentence(["!done", `.tag=${tag}`]));
    expect(await answer).toHaveLength(40_000);
  }
  connection.close("tested");
});
