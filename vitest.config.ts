import { defineConfig } from "vitest/config";
import { LongFilesFirst } from "./tools/src/ci/long-files-first.ts";

/** `KARIBU_TEST_LONG=1` (set by `npm run test:long`) runs the long tests instead of the ordinary ones. */
const long = process.env.KARIBU_TEST_LONG === "1";

export default defineConfig({
  test: {
    include: [long ? "**/src/**/*.long.test.ts" : "**/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "dist/**", "data/**", ...(long ? [] : ["**/*.long.test.ts"])],
    globalSetup: "tools/src/ci/test-shared-folder.ts",
    setupFiles: ["tools/src/ci/test-seed.ts", "tools/src/ci/test-patience.ts", "tools/src/ci/test-stacks.ts"],
    // As `test-patience.ts` has it for `vi.waitFor`.
    expect: { poll: { timeout: 20_000 } },
    pool: "forks",
    // A worker is reused, because loading the same modules for each of hundreds of files takes minutes. A test that changes
    // its process (environment, globals, timers) puts it back.
    isolate: false,
    // Most tests wait for processes, sockets and disks: more of them than processors overlap well.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: long ? 3_600_000 : 60_000,
    hookTimeout: 120_000,
  },
});
