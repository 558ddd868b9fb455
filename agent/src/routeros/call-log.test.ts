import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createCallLog, withoutSecrets } from "./call-log.ts";

test.each([
  [
    ["/ip/hotspot/user/add", "=name=juma", "=password=geheim"],
    ["/ip/hotspot/user/add", "=name=juma", "=password=…"],
  ],
  [
    ["/ip/hotspot/active/login", "=user=MANGO42", "=ip=10.5.50.7"],
    ["/ip/hotspot/active/login", "=user=…", "=ip=10.5.50.7"],
  ],
  [
    ["/login", "=name=karibu", "=password==x=y"],
    ["/login", "=name=karibu", "=password=…"],
  ],
  [
    ["/x/set", "=wpa2-pre-shared-key=k", "=comment=password"],
    ["/x/set", "=wpa2-pre-shared-key=…", "=comment=password"],
  ],
])("[RTR-08] %j is logged without secrets and codes", (words, shown) => {
  expect(withoutSecrets(words)).toEqual(shown);
});

test("[RTR-08] the last 500 calls are kept, newest first, with how long they took", () => {
  const world = createSimulatedWorld();
  const log = createCallLog(world, () => []);
  for (let number = 0; number < 510; number++) {
    const call = log.begin({ words: [`/x${number}/print`], lane: "general", actor: null }, 10_000);
    world.advance(7);
    call.leaves();
    call.ends(number === 509 ? "router-api/trap" : "ok", number === 509 ? "no such item" : undefined);
  }
  const calls = log.list();
  expect(calls).toHaveLength(500);
  expect(calls[0]).toMatchObject({
    words: ["/x509/print"],
    outcome: "router-api/trap",
    message: "no such item",
    ms: 7,
  });
  expect(calls.at(-1)?.words).toEqual(["/x10/print"]);
});
