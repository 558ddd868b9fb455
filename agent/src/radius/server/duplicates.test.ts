import { expect, test } from "vitest";
import { createDuplicateCache } from "./duplicates.ts";

const from = { address: "192.0.2.1", port: 50_000 };
const keepMs = 30_000;
const request = (changedAt: number | null = null): Uint8Array => {
  const bytes = new Uint8Array(20);
  bytes[1] = 7;
  if (changedAt !== null) bytes[changedAt] = 1;
  return bytes;
};
function answered() {
  const cache = createDuplicateCache({ keepMs, sourcesMax: 10 });
  const slot = cache.claim(request(), from, 0);
  if (slot === null) throw new Error("it is new");
  slot.state = "answered";
  return cache;
}

test("RFC 5080 §2.2.2: a request is the same one by its whole authenticator: each of its bytes makes it another", () => {
  expect(answered().claim(request(), from, 1)?.state).toBe("answered");
  for (let at = 4; at < 20; at++) expect([at, answered().claim(request(at), from, 1)?.state]).toEqual([at, "working"]);
});

test("RFC 5080 §2.2.2: the same one is answered as before for as long as it is kept, and worked on once", () => {
  expect(answered().claim(request(), from, keepMs)?.state).toBe("answered");
  expect(answered().claim(request(), from, keepMs + 1)?.state).toBe("working");
  expect(answered().claim(request(), { ...from, port: 50_001 }, 1)?.state).toBe("working");
  const cache = createDuplicateCache({ keepMs, sourcesMax: 10 });
  cache.claim(request(), from, 0);
  expect(cache.claim(request(), from, 1)).toBeNull();
});
