/** What the hub answers at /metrics is what the shipped alerts and the dashboard ask for, and each thing counts. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findTool, hasTool } from "@karibu/tools/ci/tools";
import { afterAll, describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const folder = fileURLToPath(new URL("../../../../container/monitoring/", import.meta.url));
const rules = readFileSync(join(folder, "karibu-rules.yml"), "utf8");
const dashboard = readFileSync(join(folder, "karibu-dashboard.json"), "utf8");
const docs = readFileSync(join(folder, "../../docs/operate-hub.md"), "utf8");
const patience = { timeout: 30_000, interval: 50 };

test.skipIf(!hasTool("promtool"))("[SYS-07] promtool accepts the alert rules, and what they do in its tests", () => {
  const promtool = (...words: string[]) =>
    execFileSync(findTool("promtool") as string, words, { cwd: folder, stdio: "pipe", encoding: "utf8" });
  expect(promtool("check", "rules", "karibu-rules.yml")).toContain("SUCCESS");
  expect(promtool("test", "rules", "karibu-rules.test.yml")).toContain("SUCCESS");
});

test("[SYS-07] each alert says what to do, and names a section of the operator's page", () => {
  const alerts = rules.split("- alert: ").slice(1);
  expect(alerts.length).toBeGreaterThan(15);
  const sections = [...docs.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
  for (const alert of alerts) {
    expect(alert).toMatch(/remedy: '.{20,}'/);
    expect(sections).toContain(/runbook: 'docs\/operate-hub\.md#([\w-]+)'/.exec(alert)?.[1]);
  }
});

describe.each(oneEngine)("metrics on %s", (engine) => {
  const spoolFolder = mkdtempSync(join(tmpdir(), "karibu-metrics-"));
  afterAll(() => rmSync(spoolFolder, { recursive: true, force: true }));
  describe.skipIf(isAbsent(engine))("of a hub", () => {
    const hub = useHub(engine, { spoolFolder });
    const read = async () => (await hub.call("GET", "/metrics")).text;
    const figureOf = (text: string, series: string) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.split(" ")
          .at(-1) ?? Number.NaN,
      );

    test("[SYS-07] every metric that the alerts and the dashboard name is answered", async () => {
      const answered = new Set(
        [...(await read()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
          type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
        ),
      );
      const named = new Set(`${rules}\n${dashboard}`.match(/\bkaribu_[a-z_]+/g));
      expect(named.size).toBeGreaterThan(25);
      // Without a pool there is nothing to wait for.
      const poolOnly = engine === "embedded" ? ["karibu_database_connections", "karibu_database_waiting"] : [];
      expect([...named].filter((name) => !answered.has(name) && !poolOnly.includes(name))).toEqual([]);
    });

    test.skipIf(!hasTool("promtool"))("[SYS-07] promtool finds no _total that is no counter", async () => {
      const checked = spawnSync(findTool("promtool") as string, ["check", "metrics"], { input: await read() });
      expect(`${checked.stdout}${checked.stderr}`).not.toMatch(/karibu\w*_total/);
    });

    test("[SYS-07] callbacks, log-ins, calls, jobs and letters are counted, and no stranger makes a series", async () => {
      const { token } = await hub.makeProvider("Alpha");
      await hub.call("POST", "/api/v1/login", { body: { email: "nobody@karibu.test", password: "a-wrong-password" } });
      const keys = { consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
      const channel = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600999", ...keys };
      expect((await hub.call("POST", "/api/v1/channels", { token, body: channel })).status).toBe(201);
      for (const path of ["/hooks/k/ffff/s/0712345678", "/hooks/k/0712345678/q", "/hooks/0712345678", "/hooks/m/x"])
        await hub.call("POST", path, { body: {} });
      await hub.call("POST", "/api/v1/password-reset", { body: { email: "alpha@provider.test" } });
      await hub.mailedToken("alpha@provider.test");
      const text = await expect
        .poll(async () => {
          const now = await read();
          return /karibu_jobs_total\{queue="\w+",outcome="done"\} [1-9]/.test(now) && /karibu_mail_total/.test(now)
            ? now
            : null;
        }, patience)
        .not.toBeNull()
        .then(read);
      expect(figureOf(text, 'karibu_hooks_total{kind="push",status="200"}')).toBe(1);
      expect(text).toMatch(/karibu_hooks_total\{kind="other",status="404"\} [1-9]/);
      expect(text).toMatch(/karibu_hooks_total\{kind="message-report",status="\d+"\} 1/);
      expect(text).toMatch(/karibu_hooks_seconds_count\{kind="push"\} 1/);
      expect(figureOf(text, 'karibu_log_ins_total{outcome="refused"}')).toBe(1);
      expect(figureOf(text, 'karibu_log_ins_total{outcome="ok"}')).toBeGreaterThan(0);
      expect(text).toMatch(/karibu_calls_total\{service="daraja",outcome="answered"\} [1-9]/);
      expect(figureOf(text, 'karibu_mail_total{outcome="taken"}')).toBeGreaterThan(0);
      expect(figureOf(text, "karibu_database_up")).toBe(1);
      expect(figureOf(text, 'karibu_channels{state="active"}')).toBe(1);
      expect(figureOf(text, "karibu_callback_spool_bytes")).toBe(0);
      expect(text).not.toContain("0712345678");
      expect(text).not.toMatch(/="[^"]*600999/); // seconds may have these digits
    });

    test("[SYS-07] a job that is due and does not run shows in its queue, with its age; one of later does not", async () => {
      const nowMs = hub.world.clock.wall().atMs;
      const row = { name: "payments.nobody-does-this", data: {}, singletonKey: null, tries: 0, lastError: null };
      await hub.database().asPlatform("test", (tx) =>
        tx
          .insertInto("job_outbox")
          .values(
            [nowMs - 600_000, nowMs + 600_000].map((runAtMs, index) => {
              const times = { runAtMs, createdAtMs: nowMs, takenAtMs: null };
              return { ...row, ...times, jobId: `job-${index}`, state: "waiting" as const };
            }),
          )
          .execute(),
      );
      const text = await read();
      expect(figureOf(text, 'karibu_queue_waiting{queue="payments"}')).toBe(1);
      expect(figureOf(text, 'karibu_queue_oldest_seconds{queue="payments"}')).toBeGreaterThanOrEqual(600);
    });
  });
});
