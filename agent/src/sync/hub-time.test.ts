import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { hubKeyMark, signTime } from "@karibu/protocol/link/hub-time";
import { makeLinkKeys, signProof } from "@karibu/protocol/link/link-keys";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { askHubTime, createHubTimeAsker, hubOf, type KnownHub } from "./hub-time.ts";

const world = createSimulatedWorld();
const hub = makeLinkKeys(world.random);
const stranger = makeLinkKeys(world.random);
const nowMs = unixMs(Date.UTC(2026, 10, 20, 12));
const token = `${"ab".repeat(24)}${hubKeyMark(hub.publicKey)}`;
const pinned: KnownHub = { pinned: hub.publicKey, token: null };
const nonceOf = (url: string) => new URL(url).searchParams.get("nonce") ?? "";

/** `answer`: what comes for a nonce, after `delayMs`. */
function ask(answer: (nonce: string) => unknown, { known = pinned, delayMs = 0 } = {}): Promise<number | null> {
  const get = async (url: string) => {
    world.advance(delayMs);
    return answer(nonceOf(url));
  };
  return askHubTime(world, { get, url: "https://hub.example/agent/time", known });
}

test("[BEY-11] the hub's signed time counts, with half of the way added", async () => {
  expect(await ask((nonce) => signTime(hub, nonce, nowMs), { delayMs: 4000 })).toBe(nowMs + 2000);
});

test("[BEY-11] before the enrolment the hub is known by what the token carries of its key", async () => {
  const known = { pinned: null, token };
  expect(await ask((nonce) => signTime(hub, nonce, nowMs), { known })).toBe(nowMs);
  expect(await ask((nonce) => signTime(stranger, nonce, nowMs), { known })).toBeNull();
  // A token of an older hub says nothing of its key: then no answer counts.
  const older = { pinned: null, token: "ab".repeat(24) };
  expect(await ask((nonce) => signTime(hub, nonce, nowMs), { known: older })).toBeNull();
});

test("[BEY-11] nobody else can tell the time: not by a forged, repeated, reflected, changed or late answer", async () => {
  const sign = (nonce: string) => signTime(hub, nonce, nowMs);
  const other = "0".repeat(32);
  expect(await ask((nonce) => signTime(stranger, nonce, nowMs))).toBeNull();
  expect(await ask((nonce) => ({ ...signTime(stranger, nonce, nowMs), hubPublicKey: hub.publicKey }))).toBeNull();
  expect(await ask(() => sign(other))).toBeNull();
  expect(await ask((nonce) => ({ ...sign(nonce), timeMs: nowMs + 1 }))).toBeNull();
  expect(await ask(sign, { delayMs: 10_001 })).toBeNull();
  // What the hub signs for a link is no time.
  const reflected = (nonce: string) => signProof(hub, `karibu-link-1\nhub\n${nonce}\n${nowMs}`);
  expect(await ask((nonce) => ({ ...sign(nonce), signature: reflected(nonce) }))).toBeNull();
  for (const garbage of [null, "", [], {}, { timeMs: "now" }, { timeMs: nowMs, hubPublicKey: hub.publicKey }])
    expect(await ask(() => garbage)).toBeNull();
});

test("two questions never have the same nonce", async () => {
  const nonces = new Set<string>();
  for (let times = 0; times < 100; times++) await ask((nonce) => void nonces.add(nonce));
  expect(nonces.size).toBe(100);
  for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
});

test("a token that was used here leads to the pinned key, a new one to the key that it names", () => {
  const current = { siteId: "s", keys: stranger, hubPublicKey: hub.publicKey, tokenHash: "used" };
  expect(hubOf({ current }, { text: token, hash: "used" })).toEqual(pinned);
  expect(hubOf({ current }, null)).toEqual(pinned);
  expect(hubOf({ current }, { text: token, hash: "new" })).toEqual({ pinned: null, token });
  expect(hubOf({ current: null }, { text: token, hash: "new" })).toEqual({ pinned: null, token });
});

test("asks by TLS first and then in plain text, once a minute, until the time is known by any way", async () => {
  const asked: string[] = [];
  let isKnown = false;
  const told: number[] = [];
  const asker = createHubTimeAsker(world, {
    hubUrl: "https://hub.example:8443/",
    get: async (url) => {
      asked.push(url.split("?")[0] ?? "");
      if (url.startsWith("https")) throw new Error("connection refused");
      return asked.length < 4 ? null : signTime(hub, nonceOf(url), nowMs);
    },
    known: async () => pinned,
    isKnown: () => isKnown,
    onTime(timeMs) {
      told.push(timeMs);
      isKnown = true;
    },
  });
  asker.start();
  for (let minutes = 0; minutes < 5; minutes++) {
    world.advance(60_000);
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  asker.stop();
  const both = ["https://hub.example:8443/agent/time", "http://hub.example/agent/time"];
  expect(asked).toEqual([...both, ...both]);
  expect(told).toEqual([nowMs]);
});
