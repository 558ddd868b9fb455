import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { encodeSentence } from "./api-sentence.ts";
import { type ProbeReport, probeRouter } from "./probe-router.ts";
import type { ApiSocket } from "./router-api.ts";

/** It answers and hangs up. */
const webServer = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");

/** What answers, to the bytes of each sentence, in turn; then it is silent. */
async function probed(answers: readonly (Uint8Array | "closes")[]) {
  const world = createSimulatedWorld();
  const left = [...answers];
  let destroyed = false;
  const socket = (): ApiSocket => {
    let listeners: Parameters<ApiSocket["listen"]>[0] | null = null;
    return {
      write() {
        const answer = left.shift();
        queueMicrotask(() => {
          if (answer instanceof Uint8Array) listeners?.data(answer);
          if (answer === "closes" || answer === webServer) listeners?.ended("closed");
        });
      },
      listen(given) {
        listeners = given;
      },
      destroy() {
        destroyed = true;
      },
    };
  };
  const reports: ProbeReport[] = [];
  const over = probeRouter(
    world,
    async () => socket(),
    { user: "karibu", password: "x" },
    (report) => void reports.push(report),
  );
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  for (let second = 0; !isOver && second < 60; second++) {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    world.advance(1000);
  }
  await over;
  const failed = reports.at(-1)?.steps.find(({ state }) => state === "failed");
  return {
    failed: failed && [failed.step, failed.problem],
    destroyed,
    ends: reports.filter((one) => one.isOver).length,
  };
}

const say = (...words: string[]) => encodeSentence(words);
const ok = (tag: number) => say("!done", `.tag=${tag}`);
const join = (...parts: Uint8Array[]) => Buffer.concat(parts);

test.each<[string, (Uint8Array | "closes")[], (string | null)[]]>([
  ["a web server", [webServer], ["handshake", "no-api"]],
  ["something that hangs up", ["closes"], ["handshake", "no-api"]],
  ["something that says nothing", [], ["handshake", "silent"]],
  ["a wall of ones", [Buffer.alloc(100_000, 0xff)], ["handshake", "no-api"]],
  ["RouterOS before 6.43", [say("!done", "=ret=challenge", ".tag=1")], ["identity", "version-too-old"]],
  [
    "a wrong password",
    [join(say("!trap", "=message=invalid user name or password (6)", ".tag=1"), ok(1))],
    ["log-in", "wrong-log-in"],
  ],
  [
    "a user who may read nothing",
    [ok(1), join(say("!trap", "=message=not enough permissions (9)", ".tag=2"), ok(2))],
    ["permissions", "no-read"],
  ],
  ["a router that falls silent", [ok(1)], ["permissions", "no-answer"]],
])("[RTR-04] %s is told as that, once, and its connection is closed", async (_, answers, failed) => {
  const { ends, destroyed, ...found } = await probed(answers);
  expect([found.failed, ends, destroyed]).toEqual([failed, 1, true]);
});
