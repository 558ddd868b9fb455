/** Compression for transport. Its octets depend on the tool: what is signed and pinned is the digest of the plain file. */
import { spawn } from "node:child_process";
import { gzipSync } from "node:zlib";

/** GNU gzip where there is one: of a Node it makes 4 % less than zlib does at its best. */
export async function gzip(content: Uint8Array): Promise<Buffer> {
  return (await bySystem(content)) ?? gzipSync(content, { level: 9 });
}

function bySystem(content: Uint8Array): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const child = spawn("gzip", ["-9", "-n", "-c"], { stdio: ["pipe", "pipe", "ignore"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on("error", () => {}); // it ended early: `close` reports that
    child.once("error", () => resolve(null));
    child.once("close", (code) => resolve(code === 0 ? Buffer.concat(chunks) : null));
    child.stdin.end(content);
  });
}
