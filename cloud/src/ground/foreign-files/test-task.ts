/** A task that does what a broken library would, for the tests of the walls. */
import { readFileSync } from "node:fs";
import { Unreadable } from "./file-reader.ts";

export async function read(job: { readonly does: string; readonly path?: string }, file: Buffer): Promise<unknown> {
  switch (job.does) {
    case "loop":
      for (;;);
    case "heap": {
      const all: object[] = [];
      for (;;) all.push({ a: all.length, b: [all.length] });
    }
    case "buffers": {
      const all: Buffer[] = [];
      for (;;) {
        all.push(Buffer.alloc(8 * 1024 * 1024, 1));
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    case "exit":
      return process.exit(0);
    case "unreadable":
      throw new Unreadable("line 3 is no line");
    case "look":
      return {
        env: Object.keys(process.env).filter((name) => !["PWD", "_", "SHLVL", "OLDPWD"].includes(name)),
        cwd: process.cwd(),
        file: tried(() => readFileSync(job.path ?? "")),
        program: tried(() => process.getBuiltinModule("node:child_process").spawnSync("/bin/true")),
      };
    default:
      return { length: file.length, rows: Array.from({ length: 1700 }, (_, at) => ({ at, text: `é ${at}` })) };
  }
}

function tried(what: () => unknown): string {
  try {
    what();
    return "done";
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}
