/** What every disk of the launcher keeps: that of the router's flash, and that of a simulation. */
import { describe, expect, test } from "vitest";
import type { LauncherDisk } from "./launcher-disk.ts";

const text = (content: Uint8Array | null): string | null =>
  content === null ? null : Buffer.from(content).toString("utf8");

/** @param open a disk that is empty. `refuse`: from now on it takes nothing more, and gives what it has. */
export function describeLauncherDisk(
  title: string,
  open: () => { readonly disk: LauncherDisk; refuse(): void; close(): void },
): void {
  describe(title, () => {
    const withDisk = (work: (disk: LauncherDisk, refuse: () => void) => void) => () => {
      const { disk, refuse, close } = open();
      try {
        work(disk, refuse);
      } finally {
        close();
      }
    };

    test(
      "what is written is read, as bytes of its own; what is not there, or too large, is not",
      withDisk((disk) => {
        const content = Buffer.from("first");
        expect(disk.replace("launcher/state.json", content)).toBe(true);
        content.write("wrong");
        const read = disk.read("launcher/state.json");
        expect(text(read)).toBe("first");
        read?.fill(0);
        expect(text(disk.read("launcher/state.json", 5))).toBe("first");
        expect(disk.read("launcher/state.json", 4)).toBeNull();
        expect(disk.replace("launcher/state.json", Buffer.from("second"))).toBe(true);
        expect(text(disk.read("launcher/state.json"))).toBe("second");
        expect(disk.read("launcher/other.json")).toBeNull();
        expect(disk.read("launcher")).toBeNull();
      }),
    );

    test(
      "a folder lists what lies in it, sorted, folders too; one that is not there lists nothing",
      withDisk((disk) => {
        for (const name of ["bundles/b.karibu", "bundles/a.karibu", "launcher/unpacked/2/agent/agent.cjs"])
          disk.replace(name, Buffer.from("x"));
        expect(disk.list("bundles")).toEqual(["a.karibu", "b.karibu"]);
        expect(disk.list("launcher/unpacked")).toEqual(["2"]);
        expect(disk.list("bundles/a")).toEqual([]);
        expect(disk.list("nowhere")).toEqual([]);
        expect(disk.path("launcher/unpacked/2/agent/agent.cjs")).toMatch(/\/launcher\/unpacked\/2\/agent\/agent\.cjs$/);
      }),
    );

    test(
      "a file is removed, and a folder with all in it; what is not there is no fault",
      withDisk((disk) => {
        for (const name of ["bundles/a", "bundles/ab", "launcher/unpacked/1/agent/agent.cjs"])
          disk.replace(name, Buffer.from("x"));
        disk.remove("bundles/a");
        disk.remove("launcher/unpacked/1");
        disk.remove("nowhere");
        expect(disk.list("bundles")).toEqual(["ab"]);
        expect(disk.read("launcher/unpacked/1/agent/agent.cjs")).toBeNull();
      }),
    );

    test(
      "room is tried with a write that leaves nothing behind; a disk that refuses says so and keeps what it has",
      withDisk((disk, refuse) => {
        disk.replace("bundles/wanted", Buffer.from("1.2.3"));
        expect(disk.hasRoom(1000)).toBe(true);
        expect(disk.list("launcher")).toEqual([]);
        refuse();
        expect(disk.hasRoom(1000)).toBe(false);
        expect(disk.replace("bundles/wanted", Buffer.from("2.0.0"))).toBe(false);
        disk.remove("bundles/wanted");
        expect(text(disk.read("bundles/wanted"))).toBe("1.2.3");
      }),
    );
  });
}
