import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fingerprint } from "./build-pages.ts";

test("pages are built anew after an edit of what goes into them, and after no edit of a test", () => {
  const root = mkdtempSync(join(tmpdir(), "karibu-pages-"));
  try {
    mkdirSync(join(root, "page/inner"), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(root, name), text);
    write("page/inner/a.ts", "1");
    write("page/a.test.ts", "1");
    write("lock", "1");
    const now = () => fingerprint(["page"], ["lock"], root);
    const first = now();
    write("page/a.test.ts", "another");
    expect(now()).toBe(first);
    write("page/inner/a.ts", "12");
    const second = now();
    expect(second).not.toBe(first);
    utimesSync(join(root, "page/inner/a.ts"), 1, 1);
    expect(now()).not.toBe(second);
  } finally {
    rmSync(root, { recursive: true });
  }
});
