import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type ForeignUser, untold } from "./foreign-book.ts";
import { changesOf } from "./refresh.ts";

test("[CUS-17] [RTR-31] a code whose device was of somebody who was erased is read again without it, whatever its old router says", () => {
  const mac = "AA:BB:CC:00:00:01";
  const user = { ...untold, name: "code", state: "unused", mac, limitSeconds: 60 } as unknown as ForeignUser;
  const code = { batchId: "b", serial: 0, hash: "h", terms: unlimitedTerms, isSettled: false };
  const useSeconds = seconds(60);
  const read = (now: object, isMacErased: boolean) =>
    changesOf([{ ...code, more: now, isMacErased }], new Map([["h", user]])).changes;
  expect(read({ useSeconds }, true), "nothing has changed").toEqual([]);
  expect(read({}, true)).toEqual([{ batchId: "b", serial: 0, more: { useSeconds } }]);
  expect(read({ useSeconds }, false)).toEqual([{ batchId: "b", serial: 0, more: { mac, useSeconds } }]);
});
