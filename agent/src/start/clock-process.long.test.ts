/** A real agent whose machine has a wrong date, asked by RADIUS packets: NO-THEFT and NO-GIFT at its public face. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AgentProcess, every300Ms, type NasSocket, openNas, startAgent } from "./test-agent-process.ts";

const secret = "s3cret";
const hourMs = 3_600_000;
let folder = "";
let agent: AgentProcess | null = null;
let nas: NasSocket | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-clock-"));
  const site = {
    plans: [{ name: "hour", validitySeconds: 3600 }],
    vouchers: ["1234567890", "2345678901"].map((code) => ({ code, plan: "hour" })),
  };
  await writeFile(join(folder, "site.json"), JSON.stringify(site));
});
afterEach(async () => {
  nas?.close();
  nas = null;
  await agent?.kill("SIGKILL");
  agent = null;
  await rm(folder, { recursive: true, force: true });
});

/** A process whose date is wrong by so much, from its start on. */
function startWrong(byMs: number): Promise<AgentProcess> {
  const wrong = `const real = Date.now; Date.now = () => real() + ${byMs};`;
  return startAgent(
    { KARIBU_DATA: join(folder, "data"), KARIBU_SITE_FILE: join(folder, "site.json"), KARIBU_RADIUS_SECRET: secret },
    { nodeFlags: ["--import", `data:text/javascript,${encodeURIComponent(wrong)}`] },
  );
}

test.each([3, 24 * 6, 24 * 40])(
  "[BEY-11] [BEY-12] a restart with a date that is %i hours ahead ends no hour that was begun",
  async (hours) => {
    agent = await startWrong(0);
    const asking = await openNas(secret, every300Ms);
    nas = asking;
    const logIn = (code: string) =>
      asking.logIn(code, [{ name: "callingStationId", value: "AA-BB-CC-DD-EE-01" }], () => agent?.authPort ?? 0);
    expect(await logIn("1234567890")).toBe("accept");
    await agent.kill("SIGTERM");
    agent = await startWrong(hours * hourMs);
    expect(await logIn("1234567890")).toBe("accept");
    await agent.kill("SIGKILL");
    // And one that began under the wrong date goes on under the right one.
    agent = await startWrong(hours * hourMs);
    expect(await logIn("2345678901")).toBe("accept");
    await agent.kill("SIGKILL");
    agent = await startWrong(0);
    expect(await logIn("2345678901")).toBe("accept");
  },
  120_000,
);
