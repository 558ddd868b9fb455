/** Requests that wait for somebody else's word before they are decided. */

import { attributes } from "@karibu/protocol/radius/attributes";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import type { Prepared } from "../../access/access.ts";
import { createFakeAccess, createTestNas, papRequest, readReply } from "./test-radius-nas.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** `nemo` must wait; everybody else need not. */
function waitingAccess() {
  const access = createFakeAccess({ nemo: "arctangent", dory: "blue" });
  const waiting: { give: (prepared: Prepared) => void; fail: (error: Error) => void }[] = [];
  const prepared: unknown[] = [];
  const plain = access.logIn;
  access.prepare = (request) => {
    if (request.user !== "nemo") return null;
    return new Promise((give, fail) => waiting.push({ give, fail }));
  };
  access.logIn = (request, given) => {
    prepared.push(given);
    return plain(request);
  };
  return { access, waiting, prepared };
}

test("the answer leaves when the word has come, though others were served in between, and once for all who asked again", async () => {
  const { access, waiting, prepared } = waitingAccess();
  const nas = createTestNas({}, access);
  const asked = papRequest({ id: 1 });
  expect(nas.send("auth", asked)).toEqual([]);
  expect(nas.send("auth", asked)).toEqual([]);
  const other = papRequest({ id: 2, user: "dory", password: "blue" });
  expect(readReply(nas.send("auth", other)[0], other).code).toBe(codes.accessAccept);
  const word = { isBridge: true } as Prepared;
  waiting[0]?.give(word);
  await settled();
  expect(nas.replies).toHaveLength(2);
  expect(readReply(nas.replies[1], asked).code).toBe(codes.accessAccept);
  expect([waiting.length, prepared]).toEqual([1, [undefined, word]]);
  expect(nas.send("auth", asked)).toHaveLength(1); // by heart
});

test("a word that never comes right leaves the NAS free to ask again; one that comes too late answers nothing else", async () => {
  const { access, waiting } = waitingAccess();
  const nas = createTestNas({}, access);
  const asked = papRequest({ id: 1 });
  nas.send("auth", asked);
  waiting[0]?.fail(new Error("a bug"));
  await settled();
  expect([nas.replies.length, nas.handler.counters.failures]).toEqual([0, 1]);
  nas.send("auth", asked);
  const reused = papRequest({ id: 1, user: "dory", password: "blue" });
  const byDory = Buffer.from(reused);
  byDory[4] = (byDory[4] as number) ^ 1; // another authenticator: another request under the same identifier
  nas.send("auth", byDory);
  waiting[1]?.give({} as Prepared);
  await settled();
  expect(nas.replies).toHaveLength(1);
});

test("a request that can't be read any more when the word comes leaves the NAS free to ask again", async () => {
  const { access, waiting } = waitingAccess();
  const nas = createTestNas({}, access);
  const asked = papRequest({ id: 1 });
  const damaged = Buffer.from(asked);
  const { prepare } = access;
  access.prepare = (request) => {
    damaged[20] = attributes.proxyState.type; // where User-Name stood
    return prepare?.(request) ?? null;
  };
  nas.send("auth", damaged);
  waiting[0]?.give({} as Prepared);
  await settled();
  expect([nas.replies.length, nas.handler.counters.failures]).toEqual([0, 1]);
  nas.send("auth", asked);
  waiting[1]?.give({} as Prepared);
  await settled();
  expect(readReply(nas.replies[0], asked).code).toBe(codes.accessAccept);
});
