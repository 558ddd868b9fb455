/**
 * Does a process in another container use this data folder? A lock file can't tell: it names a pid, and each container counts its own. A socket file
 * can: it belongs to the file system, so it is reached from any container of the same machine, and the kernel lets go of it when its process ends.
 * Where the disk takes no sockets (FAT, a network disk) nothing is known.
 */

import { chmodSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "../fault.ts";
import { cutText } from "../whole-text.ts";

/** Longer names don't fit into a socket's address. @see unix(7) */
const pathBytesMax = 107;
const heardBytesMax = 300;

/** Rejects with Fault "folder/locked" while another process listens there. Resolves with how to let go; null: this disk can't say. */
export async function listenInFolder(folder: string, fileName: string): Promise<(() => void) | null> {
  const path = join(folder, fileName);
  if (Buffer.byteLength(path) > pathBytesMax) return null;
  const holder = await whoListens(path);
  if (holder === "unknown") return null;
  if (holder !== null) {
    throw new Fault("folder/locked", `data folder ${folder} is in use by ${holder}`, {
      retry: "never",
      hint: "Stop that process, or give this one another KARIBU_DATA.",
    });
  }
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`process ${process.pid} of ${hostname()}`);
  });
  server.unref();
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(() => {
        server.close();
        rmSync(path, { force: true });
      });
    });
  });
}

/** In words; null: nobody. */
function whoListens(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let heard = "";
    const answer = (): void => resolve(heard === "" ? "another process" : heard);
    socket.setEncoding("utf8");
    socket.setTimeout(1000, () => {
      answer();
      socket.destroy();
    });
    socket.on("data", (text: string) => {
      heard = cutText(heard + text, heardBytesMax);
    });
    socket.on("end", answer);
    socket.on("error", ({ code }: NodeJS.ErrnoException) => {
      const isNobody = code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK";
      resolve(isNobody ? null : code === "EAGAIN" ? "another process" : "unknown");
    });
  });
}
