/** How rooms have a stranger's file read: in turn, within limits, and with a sentence for whoever sent it where it can't be. */
import { type Problem, refusal } from "../http/problem.ts";
import type { FileReader, FileTaskAt } from "./file-reader.ts";
import { fileBytesMax, turnLimits } from "./limits.ts";
import { createReadingTurns } from "./reading-turns.ts";

export interface FileFrom<Job> {
  /** Of whom: providers take turns. */
  readonly providerId: string;
  /** The field of the request that it came in. */
  readonly field: string;
  readonly file: Uint8Array | string;
  readonly job: Job;
  /** What is said where the file is not what it should be. @param why empty: nobody knows more */
  readonly refuse: (why: string) => Problem;
}

/** Throws what `refuse` gives, and Problems 400 "file-too-heavy", 429 "files-in-line" and 503 "file-reader-away". */
export type ReadFile = <Job, Made>(task: FileTaskAt<Job, Made>, from: FileFrom<Job>) => Promise<Made>;

const waitS = 10;

export function createReadFile(reader: FileReader, limits = turnLimits): ReadFile {
  const inTurn = createReadingTurns(limits);
  return async <Job, Made>({ code }: FileTaskAt<Job, Made>, from: FileFrom<Job>): Promise<Made> => {
    const { providerId, field, job, refuse } = from;
    const file = typeof from.file === "string" ? Buffer.from(from.file) : from.file;
    if (file.length > fileBytesMax) throw tooHeavy(field);
    const turn = await inTurn({ providerId, bytes: file.length }, () => reader.read({ code, job, file }));
    if (turn.kind === "line-full") throw lineFull();
    const outcome = turn.read;
    switch (outcome.kind) {
      case "made":
        return outcome.made as Made;
      case "unreadable":
        throw refuse(outcome.why);
      case "ended":
        throw refuse("");
      case "late":
      case "too-much-memory":
        throw tooHeavy(field);
      case "not-started":
        throw refusal("file-reader-away", {
          retryAfterSeconds: 60,
        });
    }
  };
}

const tooHeavy = (field: string) => refusal("file-too-heavy", { field });

const lineFull = () => refusal("files-in-line", { retryAfterSeconds: waitS });
