import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLauncherDisk, type DiskSteps, realSteps } from "./launcher-disk.ts";
import { describeLauncherDisk } from "./test-launcher-disk.ts";

const refused = (): never => {
  throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
};

describeLauncherDisk("the launcher's disk on a real folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-launcher-"));
  let isRefusing = false;
  const step =
    <Name extends keyof DiskSteps>(name: Name) =>
    (...given: Parameters<DiskSteps[Name]>): void =>
      isRefusing ? refused() : (realSteps[name] as (...given: Parameters<DiskSteps[Name]>) => void)(...given);
  const steps: DiskSteps = {
    makeFolder: step("makeFolder"),
    writeFile: step("writeFile"),
    rename: step("rename"),
    syncFolder: step("syncFolder"),
    remove: step("remove"),
  };
  return {
    disk: createLauncherDisk(join(folder, "data"), steps),
    refuse: () => {
      isRefusing = true;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
});
