/** A data folder that no agent uses now. */
import { Fault } from "@karibu/protocol/fault";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import { listenInFolder } from "@karibu/protocol/process/folder-socket";

/** The agent's own lock: it is not part of a site's state. */
export const lockName = "agent.lock";

/** Holds the folder while `work` runs; null when an agent runs on it. A disk that takes no lock file is read all the same. */
export async function whileStopped<T>(data: string, work: () => Promise<T>): Promise<T | null> {
  const releases: (() => void)[] = [];
  const release = () => {
    for (const each of releases.splice(0)) each();
  };
  try {
    releases.push((await listenInFolder(data, "agent.sock")) ?? (() => {}));
    releases.push(lockFolder(data, lockName, "take"));
  } catch (error) {
    if (error instanceof Fault && error.code === "folder/locked") {
      release();
      return null;
    }
  }
  try {
    return await work();
  } finally {
    release();
  }
}
