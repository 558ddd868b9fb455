/** A folder that all processes of one test run share: what one has made (a migrated database), the others copy. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "karibu-shared-"));
  process.env.KARIBU_TEST_SHARED_FOLDER = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
