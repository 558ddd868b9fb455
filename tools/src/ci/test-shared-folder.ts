/**
 * A folder that all processes of one test run share: what one has made (a migrated database), the others copy. Node keeps what it compiled there:
 * hundreds of processes of the tests load the same program, and each is ready a second sooner.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "karibu-shared-"));
  process.env.KARIBU_TEST_SHARED_FOLDER = folder;
  process.env.NODE_COMPILE_CACHE ??= join(folder, "compiled");
  // A process that a test has ended may write there what it compiled until it is gone.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}
