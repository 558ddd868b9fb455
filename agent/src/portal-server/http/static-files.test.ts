import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStaticFiles } from "./static-files.ts";

test("the parts of the agent that lie below the portal are no files of the portal", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-static-"));
  try {
    await mkdir(join(folder, "agent-parts"));
    await writeFile(join(folder, "agent-parts/doctor.js"), "(function(){})");
    await writeFile(join(folder, "index.html"), "<p>");
    expect([...(await readStaticFiles(folder)).keys()]).toEqual(["/"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
