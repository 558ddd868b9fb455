import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAgent } from "../start/test-agent-process.ts";

/** Threads of the pool in a process, by the name that libuv gives them. */
function poolThreads(pid: number): number {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).filter((id) => readFileSync(join(folder, id, "comm"), "utf8").startsWith("libuv-worker"))
    .length;
}

test.skipIf(process.platform !== "linux")(
  "what takes long never has the journal's only thread: an image that says one gets two",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "karibu-pool-"));
    const agent = await startAgent({ KARIBU_DATA: join(folder, "data"), UV_THREADPOOL_SIZE: "1" });
    try {
      expect(poolThreads(agent.pid)).toBe(2);
    } finally {
      await agent.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
