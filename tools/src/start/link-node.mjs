/**
 * After `npm ci`: makes sure that `node` in npm's scripts is the pinned one. npm 11 links it by itself; npm 10 leaves the
 * link out, because two optional packages (x64, arm64) offer the same name. Plain JavaScript: an old Node runs it.
 */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const link = join("node_modules", ".bin", "node");
const pinned = join("node_modules", `node-linux-${process.arch}`, "bin", "node");
if (process.platform === "linux" && existsSync(pinned) && !existsSync(link)) {
  mkdirSync(join("node_modules", ".bin"), { recursive: true });
  symlinkSync(join("..", "..", pinned), link);
}
