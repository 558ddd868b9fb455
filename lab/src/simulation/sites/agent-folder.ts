/**
 * The data folder as one process of the agent has it. What that process does not live to see does not happen: after its death each of its
 * calls stays without an answer, and changes nothing.
 */
import type { AppendFile, Folder } from "@karibu/agent/ground/files/folder";
import type { Clock } from "@karibu/protocol/world";
import { type FaultyFolder, PowerCut } from "../../disk/faulty-folder.ts";

export interface AgentFolder extends Folder {
  die(): void;
}

/**
 * `clock`: of that process. `delayMs`: how long each change takes now. `onPowerCut`: power or process ends during this very call; then `die` must be
 * called at once.
 */
export function openAgentFolder(
  folder: FaultyFolder,
  clock: Clock,
  parts: { readonly delayMs: () => number; readonly onPowerCut: () => void },
): AgentFolder {
  let isDead = false;
  const never = () => new Promise<never>(() => {});

  async function call<T>(work: () => Promise<T>, isChange: boolean): Promise<T> {
    if (isDead) return never();
    const delayMs = isChange ? parts.delayMs() : 0;
    if (delayMs > 0) await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    if (isDead) return never();
    try {
      const result = await work();
      return isDead ? never() : result;
    } catch (error) {
      if (error instanceof PowerCut && !isDead) parts.onPowerCut();
      if (isDead) return never();
      throw error;
    }
  }

  const fileOf = (file: AppendFile): AppendFile => ({
    file: file.file,
    write: (chunk) => call(() => file.write(chunk), true),
    sync: () => call(() => file.sync(), true),
    close: () => call(() => file.close(), false),
  });
  return {
    list: (prefix) => call(() => folder.list(prefix), false),
    read: (name) => call(() => folder.read(name), false),
    readAround: (name) => call(() => folder.readAround(name), false),
    stat: (name) => call(() => folder.stat(name), false),
    append: async (name) => fileOf(await call(() => folder.append(name), true)),
    replace: (name, content) => call(() => folder.replace(name, content), true),
    rename: (from, to) => call(() => folder.rename(from, to), true),
    truncate: (name, sizeBytes) => call(() => folder.truncate(name, sizeBytes), true),
    remove: (name) => call(() => folder.remove(name), true),
    die() {
      isDead = true;
    },
  };
}
