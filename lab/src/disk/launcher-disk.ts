/** The launcher's view of a data folder that fails like flash. */
import { type LauncherDisk, roomName } from "@karibu/container/launcher/launcher-disk";
import { type FaultyFolder, PowerCut } from "./faulty-folder.ts";

const root = "/data/";

/** `onPowerCut`: power or process ends during this very call, which then throws, as each call does that comes when it `isOver`. */
export function faultyLauncherDisk(
  folder: FaultyFolder,
  { onPowerCut, isOver = () => false }: { readonly onPowerCut: () => void; readonly isOver?: () => boolean },
): LauncherDisk {
  /** `refused`: what the launcher hears of a disk that refuses. */
  function call<Result>(work: () => Result, refused: Result): Result {
    if (isOver()) throw new PowerCut();
    try {
      return work();
    } catch (error) {
      if (error instanceof PowerCut) {
        onPowerCut();
        throw error;
      }
      if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
      return refused;
    }
  }
  const { inTurn } = folder;
  return {
    path: (name) => `${root}${name}`,
    list(of) {
      const inside = folder.names().filter((name) => name.startsWith(`${of}/`));
      return [...new Set(inside.map((name) => name.slice(of.length + 1).split("/")[0] as string))].sort();
    },
    read(name, bytesMax = 1024 * 1024) {
      const content = call(() => inTurn.read(name), null);
      return content === null || content.length > bytesMax ? null : content;
    },
    replace: (name, content) =>
      call(() => {
        inTurn.replace(name, content);
        return true;
      }, false),
    remove(name) {
      const inside = folder.names().filter((each) => each === name || each.startsWith(`${name}/`));
      for (const each of inside) call(() => inTurn.remove(each), undefined);
    },
    hasRoom(bytes) {
      const isWritten = call(() => {
        inTurn.replace(roomName, new Uint8Array(bytes));
        return true;
      }, false);
      call(() => inTurn.remove(roomName), undefined);
      return isWritten;
    },
  };
}
