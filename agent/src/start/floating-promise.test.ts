/** A real agent in which a promise fails that nobody waits for. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAgent } from "./test-agent-process.ts";

test("a promise that fails with nobody waiting is a line in the log, and not the end of the site", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-floating-"));
  const fails = `process.on("SIGUSR2", () => void Promise.reject(new Error("nobody waits")));`;
  const agent = await startAgent(
    { KARIBU_DATA: folder },
    { nodeFlags: ["--import", `data:text/javascript,${encodeURIComponent(fails)}`] },
  );
  try {
    process.kill(agent.pid, "SIGUSR2");
    await agent.kill("SIGTERM");
    // It stopped in order: its last act is this signal.
    expect(await agent.ended).toMatch(/^the agent ended with SIGKILL/);
  } finally {
    await agent.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
});
