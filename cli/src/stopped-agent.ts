/** A data folder that no agent uses now. */
import { Fault } from "@karibu/protocol/fault";
import { lockFolder } from "@karibu/protocol/process/folder-lock";

/** The agent's own lock: it is not part of a site's state. */
export const lockName = "agent.lock";

/** Holds the folder while `work` runs; null when an agent runs on it. A disk that takes no lock file is read all the same. */
export async function whileStopped<T>(data: string, work: () => Promise<T>): Promise<T | null> {
  let release = (): void => {};
  try {
    release = lockFolder(data, lockName, "take");
  } catch (error) {
    if (error instanceof Fault && error.code === "folder/locked") return null;
  }
  try {
    return await work();
  } finally {
    release();
  }
}
