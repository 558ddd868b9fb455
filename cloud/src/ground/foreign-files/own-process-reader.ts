/** Reads files in this very process, by the same tasks and the same bytes: for the simulation, and for tests of what files mean. No walls. */
import { type FileReader, type FileTask, Unreadable } from "./file-reader.ts";
import { type AnswerPart, joinParts, partsOf } from "./frames.ts";

export function createOwnProcessReader(): FileReader {
  return {
    async read({ code, job, file }) {
      try {
        const { read } = (await import(code.href)) as { read: FileTask<unknown, unknown> };
        const made = await read(JSON.parse(JSON.stringify(job)), Buffer.from(file));
        const joined = joinParts();
        for (const part of partsOf(made)) joined.take(JSON.parse(JSON.stringify(part)) as AnswerPart);
        return { kind: "made", made: joined.whole()?.value };
      } catch (error) {
        return { kind: error instanceof Unreadable ? "unreadable" : "ended", why: (error as Error).message };
      }
    },
    stop: async () => {},
  };
}
