/**
 * Loads the parts of the program that are not there from the start: pages, the doctor, what staff do at the router. In the sources a part is a
 * dynamic `import()`; the build (`tools/src/build/split-agent.ts`) makes files of them, which lie beside the program and are run when they are
 * first asked for. The program, which is signed, has the hash of each: a file of another release, or one that the flash has damaged, is never run.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Script } from "node:vm";
import { Fault } from "@karibu/protocol/fault";

/** What the build writes into the program. */
export interface BundledParts {
  /** What is loaded, by its file's name: its exports. The program's own are there from the start. */
  readonly loaded: Record<string, object>;
  /** By the name of a part's file: its hash (`hashOfPart`), and the files that it needs, in their order. */
  readonly files: Readonly<Record<string, { readonly hash: string; readonly needs: readonly string[] }>>;
  /** Where the files may lie, tried in this order. */
  readonly folders: readonly string[];
  /** What the files' own `require` finds: Node's modules alone. */
  readonly require: (name: string) => unknown;
}

/** The exports of a part. Rejects with Fault "part/missing" or "part/damaged"; the next ask tries again. */
export type LoadPart = (name: string) => Promise<object>;

export interface PartLoader {
  readonly load: LoadPart;
  /**
   * Reads what is not loaded yet, some 330 kB, and keeps its octets until it is: a stick that dies later takes away no page that says so. Never rejects:
   * what can't be read now is read when it is asked for.
   */
  keep(): Promise<void>;
}

export function createPartLoader(parts: BundledParts & { load: LoadPart | null }): PartLoader {
  const loading = new Map<string, Promise<object>>();
  const kept = new Map<string, { readonly path: string; readonly content: Buffer }>();

  async function read(name: string): Promise<object> {
    const file = parts.files[name];
    if (file === undefined) throw new Fault("part/missing", `the program has no part ${name}`, { retry: "never" });
    for (const needed of file.needs) await load(needed);
    const { path, content } = kept.get(name) ?? (await find(name, parts.folders));
    if (hashOfPart(content) !== file.hash)
      throw new Fault("part/damaged", `${path} is not what was built: it is damaged, or of another release`, {
        retry: "never",
        hint,
      });
    const run = new Script(content.toString("latin1"), { filename: path }).runInThisContext();
    const exports: object = run(parts, parts.require, `file://${path}`);
    parts.loaded[name] = exports;
    kept.delete(name);
    return exports;
  }

  async function load(name: string): Promise<object> {
    const there = parts.loaded[name];
    if (there !== undefined) return there;
    const before = loading.get(name);
    if (before !== undefined) return await before;
    const now = read(name).finally(() => loading.delete(name));
    loading.set(name, now);
    return await now;
  }

  async function keep(): Promise<void> {
    for (const [name, { hash }] of Object.entries(parts.files)) {
      const found = await find(name, parts.folders).catch(() => null);
      if (found !== null && parts.loaded[name] === undefined && hashOfPart(found.content) === hash)
        kept.set(name, found);
    }
  }

  return { load, keep };
}

/** The first 128 bits of SHA-256, in hex: nobody finds another text with it, and the program that carries those of all parts is 0.5 kB smaller. */
export const hashOfPart = (content: Uint8Array): string =>
  createHash("sha256").update(content).digest("hex").slice(0, 32);

const hint = "Update the agent, or install its image again.";

async function find(name: string, folders: readonly string[]): Promise<{ path: string; content: Buffer }> {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      return { path, content: await readFile(path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        throw new Fault(
          "part/missing",
          `${path} can't be read: ${(error as Error).message}`,
          { retry: "later", hint },
          error,
        );
    }
  }
  throw new Fault("part/missing", `${name} is in none of ${folders.join(", ")}`, { retry: "later", hint });
}
