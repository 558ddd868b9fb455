import type { Folder } from "@karibu/agent/ground/files/folder";

/** The same folder, read-only: a change is an error, so that a running agent is not disturbed. */
export function readOnly(folder: Folder): Folder {
  const refuse = async (): Promise<never> => {
    throw Object.assign(new Error("opened for reading only"), { code: "EROFS" });
  };
  return {
    list: (prefix) => folder.list(prefix),
    read: (name) => folder.read(name),
    readAround: (name) => folder.readAround(name),
    append: refuse,
    replace: refuse,
    rename: refuse,
    truncate: refuse,
    remove: refuse,
    stat: (name) => folder.stat(name),
  };
}
