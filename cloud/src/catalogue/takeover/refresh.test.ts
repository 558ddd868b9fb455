import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { type ListedNow, onlineOf } from "./refresh.ts";

const nowMs = Date.UTC(2026, 10, 22, 9);
const code: ListedNow = {
  ...{ batchId: "b", serial: 1, hash: "h", more: {}, isSettled: false },
  terms: { ...unlimitedTerms, validitySeconds: seconds(86_400) },
};
const session = { user: "a", uptime: "10m", "bytes-in": "5", "bytes-out": "7" };

test("[RTR-31] a code of FreeRADIUS that is online at the switch has begun there, with what its session used", () => {
  const began = nowMs - 600_000;
  expect(onlineOf([code], new Map([["h", session]]), nowMs).changes).toEqual([
    {
      ...{ batchId: "b", serial: 1 },
      more: { use: { startedAtMs: began, endsAtMs: began + 86_400_000, usedSeconds: 600, usedBytes: 12 } },
    },
  ]);
});

test("[RTR-31] a code of FreeRADIUS whose dump told its use, that began here, or that is not online stays as it is", () => {
  const told = { ...code, more: { use: { startedAtMs: null, endsAtMs: null } as never } };
  for (const one of [told, { ...code, isSettled: true }, { ...code, hash: "other" }])
    expect(onlineOf([one], new Map([["h", session]]), nowMs)).toEqual({ changes: [], missing: 0 });
});
