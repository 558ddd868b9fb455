import { unixMs } from "@karibu/protocol/quantities";
import type { Log, LogFields } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { realWorld } from "../db/test-databases.ts";
import { liveBytes } from "../test-live-memory.ts";
import { createLogRing, type LogFilter } from "./log-ring.ts";
import { scrub } from "./scrub.ts";

const token = `0193-a.${"0f".repeat(32)}`;

test.each([
  ["a log-in's token", `used ${token} twice`, "used [token] twice"],
  ["an API token", `0193-a.api.${"0f".repeat(32)}`, "[token]"],
  ["a long hex text keeps its head", `sha256 ${"ab12cd34".repeat(8)}`, "sha256 ab12cd34…"],
  ["a bearer header", "Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"],
  ["a password in a URL", "smtp://me:pass@mail.test:587", "smtp://[hidden]@mail.test:587"],
  ["a callback's path", "POST /hooks/k/abc/s/def failed", "POST /hooks/[hidden] failed"],
  ["a key in base64", `key ${Buffer.alloc(32, 7).toString("base64")}`, "key [key]"],
  ["a PEM", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[key]"],
  ["a phone number", "254712345678 and 0112345678", "[phone] and [phone]"],
  [
    "a plain sentence",
    "the feed is 3 rows behind since 1763635795000",
    "the feed is 3 rows behind since 1763635795000",
  ],
] as const)("%s is scrubbed", (_, text, clean) => {
  expect(scrub({ text })).toEqual({ text: clean });
});

test("fields named for secrets are hidden at any depth, counts of tokens are not, errors and odd values do no harm", () => {
  const loop: Record<string, unknown> = { name: "loop" };
  loop.self = loop;
  expect(scrub({ a: [{ consumerSecret: "x", apiTokens: 3 }], none: null, big: 10n, bytes: Buffer.from("x") })).toEqual({
    a: [{ consumerSecret: "[hidden]", apiTokens: 3 }],
    none: null,
    big: "10",
    bytes: "…",
  });
  expect(JSON.stringify(scrub(loop))).toContain("loop");
  expect(scrub(new Error(`lost ${token}`))).toContain("lost [token]");
});

test("[SYS-08] [SYS-17] the ring keeps the latest lines within its bounds, filters them, and writes through scrubbed", () => {
  let nowMs = 1000;
  const { clock } = realWorld();
  const ring = createLogRing(
    { ...clock, wall: () => ({ atMs: unixMs(nowMs++), quality: "synced" }) },
    { lines: 10, bytes: 100_000 },
  );
  const written: [string, LogFields][] = [];
  const sink = (event: string, fields: LogFields = {}) => void written.push([event, fields]);
  const log: Log = ring.through({ debug: sink, info: sink, warn: sink, error: sink });
  for (let number = 1; number <= 40; number++)
    log[number % 2 === 0 ? "warn" : "info"]("counted", { number, providerId: number % 5 === 0 ? "p" : "q", token });
  expect(written).toHaveLength(40);
  expect(written[0]).toEqual(["counted", { number: 1, providerId: "q", token: "[hidden]" }]);
  const numbers = (filter: LogFilter) => ring.read(filter).map(({ fields }) => fields.number);
  expect(numbers({})).toEqual([40, 39, 38, 37, 36, 35, 34, 33, 32, 31]);
  expect(numbers({ level: "warn" })).toEqual([40, 38, 36, 34, 32]);
  expect(numbers({ providerId: "p" })).toEqual([40, 35]);
  expect(numbers({ text: '"NUMBER":33' })).toEqual([33]);
  expect(numbers({ sinceMs: 1037 })).toEqual([40, 39, 38]);
  expect(numbers({ event: "other" })).toEqual([]);
  const small = createLogRing(clock, { lines: 1000, bytes: 3000 });
  const much = small.through(log);
  for (let number = 0; number < 200; number++) much.debug("padded", { number, text: "x ".repeat(300) });
  expect(small.read({}).length).toBeLessThan(6);
  expect(small.read({})[0]?.fields.number).toBe(199);
});

test("[SYS-17] long lines that gave way are let go: what is held keeps to the bytes that are allowed", () => {
  const ring = createLogRing(realWorld().clock, { lines: 5000, bytes: 100_000 });
  const nothing = () => {};
  const log = ring.through({ debug: nothing, info: nothing, warn: nothing, error: nothing });
  const before = liveBytes();
  for (let number = 0; number < 4000; number++) log.error("padded", { number, text: `${number} `.repeat(300) });
  expect(liveBytes() - before).toBeLessThan(3_000_000);
  expect(ring.read({})[0]?.fields.number).toBe(3999);
});

test("[SYS-17] lines of a job are found by its queue, also those that its calls write while another job runs", async () => {
  const { clock } = realWorld();
  const ring = createLogRing(clock);
  const nothing = () => {};
  const log = ring.through({ debug: nothing, info: nothing, warn: nothing, error: nothing });
  const gate = Promise.withResolvers<void>();
  const slow = ring.within({ queue: "payments" }, async () => {
    log.info("begun", {});
    await gate.promise;
    log.info("ended", {});
  });
  await ring.within({ queue: "sms" }, async () => log.info("sent", {}));
  log.info("outside", {});
  gate.resolve();
  await slow;
  const events = (queue?: string) => ring.read({ queue }).map(({ event }) => event);
  expect(events("payments")).toEqual(["ended", "begun"]);
  expect(events("sms")).toEqual(["sent"]);
  expect(events()).toHaveLength(4);
});
