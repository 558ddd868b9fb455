import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => output.includes("\n") && resolve(output));
    void exit.then(() => reject(new Error(output)));
  });
  return { child, ready, exit, output: () => output };
}

const ports = { HOTSPOT_PORT: "0", PORT: "0", API_PORT: "0", COA_PORT: "0" };

test("as a process it says when it is ready, serves health and hotspot, and ends on a signal", async () => {
  const router = start({ ...ports, RADIUS_SECRET: "x", UPLINK_PORT: "0", UPLINK_TARGET: "127.0.0.1:9" });
  const line = await router.ready;
  const [, face = "", hotspot = ""] = /ready on (\S+), hotspot (\S+), API port \d+, uplink port \d+/.exec(line) ?? [];
  expect(await (await fetch(`${face}/health`)).json()).toEqual({ status: "ok", power: true });
  const redirected = await fetch(`${hotspot}/`, { redirect: "manual" });
  expect(redirected.headers.get("location")).toBe(`${hotspot}/login?dst=${encodeURIComponent(`${hotspot}/`)}`);
  router.child.kill("SIGTERM");
  expect(await router.exit).toBe(0);
});

test("a bad setting refuses to start, naming it; a taken port too", async () => {
  const unnamed = start({ ...ports, RADIUS_SECRET: "x", API_PORT: "many" });
  await expect(unnamed.ready).rejects.toThrow("API_PORT: many is not a port");
  expect(await unnamed.exit).toBe(2);
  const first = start({ ...ports, RADIUS_SECRET: "x" });
  const [, port = ""] = /API port (\d+)/.exec(await first.ready) ?? [];
  const second = start({ ...ports, RADIUS_SECRET: "x", API_PORT: port });
  await expect(second.ready).rejects.toThrow(port);
  expect(await second.exit).toBe(1);
  first.child.kill("SIGTERM");
  await first.exit;
});
