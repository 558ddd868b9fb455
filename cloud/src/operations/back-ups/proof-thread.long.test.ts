/** The proof itself, as a hub runs it: in its thread, into a database on disk, of a file that came back from the store. */
import { access, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { engineSuite, engines } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { proveInThread } from "./proof-thread.ts";
import { createFolderStore } from "./stores/folder-store.ts";

const patience = { timeout: 600_000, interval: 100 };
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-proof-"));
  for (const engine of engines) await mkdir(join(folder, engine));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

engineSuite("[SYS-23] a hub that proves its back-ups", { on: engines }, (engine) => {
  /** Whether the throw-away database was seen on the disk while it was proved. */
  let wasOnDisk = false;
  const hub = useHub(engine, {
    backupPlan: () => ({
      store: createFolderStore(join(folder, engine)),
      workFolder: join(folder, `work-${engine}`),
      hour: 0,
      keep: { days: 7, weeks: 5, months: 12 },
      provedMsMax: 36 * 3_600_000,
      prove: async (job, signal) => {
        const proving = proveInThread(job, signal);
        const isThere = () =>
          access(job.folder).then(
            () => true,
            () => false,
          );
        await vi.waitFor(async () => expect(await isThere()).toBe(true), patience);
        wasOnDisk = true;
        return proving;
      },
    }),
  });

  test("restores what the store gives back on disk, compares it, and leaves nothing behind", async () => {
    await hub.makeProvider("Wanjiru Networks");
    const token = await hub.adminToken();
    const base = "/api/v1/platform/backups";
    const { backupId } = (await hub.call("POST", base, { token })).body;
    const row = await vi.waitFor(async () => {
      const { body } = await hub.call("GET", `${base}/${backupId}`, { token });
      expect(["proved", "failed", "damaged"]).toContain(body.state);
      return body;
    }, patience);
    expect(row).toMatchObject({ state: "proved", problem: null });
    expect(wasOnDisk).toBe(true);
    await vi.waitFor(() => expect(access(join(folder, `work-${engine}`, backupId))).rejects.toThrow(), patience);
  }, 900_000);
});
