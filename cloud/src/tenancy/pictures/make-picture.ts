/**
 * A picture from a file that somebody sent: unpacked and made anew in a worker, so that nothing of the sent file is ever shown to anybody.
 *
 * Attacks   A file may be anything: a bomb of pixels (its head is read first: 16 megapixels), a script in a picture's dress (what is stored was
 *           written by our encoder, and is served as PNG or JPEG with `nosniff`), a fault of the unpacker (WebAssembly, in a thread that ends),
 *           or slow to unpack (10 s). SVG is refused: it is a document. One at a time, so that many at once fill no memory; few wait, and of one
 *           provider fewer, so that nobody keeps the others out for long.
 */
import type { Clock } from "@karibu/protocol/world";
import { Problem } from "../../ground/http/problem.ts";
import { runInWorker } from "../../ground/workers/run-in-worker.ts";
import { type PictureHead, type PictureKind, readPictureHead } from "./picture-head.ts";

export interface MadePicture {
  readonly mediaType: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What the worker gets. */
export interface PictureJob extends PictureHead {
  readonly kind: PictureKind;
  readonly bytes: Uint8Array;
  /** Longest sides to try, the best first. */
  readonly sidesPx: readonly number[];
  readonly bytesMax: number;
}

/** Of one provider. */
export const picturesMax = 20;

export const pictureLimits = {
  fileBytesMax: 5 * 1024 * 1024,
  pixelsMax: 16_000_000,
  bytesMax: 40 * 1024,
  sidesPx: [600, 400, 240, 120],
  timeMs: 10_000,
  memoryMb: 256,
  /** Each holds its file until it is its turn. */
  atOnceMax: 8,
  atOncePerProvider: 2,
} as const;

/** What is made of it: the longest side that fits into the bytes, of those to try. */
export type PictureSize = Pick<PictureJob, "sidesPx" | "bytesMax">;

/** Photos that people look at closely: a cabinet, a label with a serial number. */
export const photoSize: PictureSize = { sidesPx: [1280, 960, 640, 400], bytesMax: 256 * 1024 };

/** @param whose the provider's id */
export type MakePicture = (file: Uint8Array, whose: string) => Promise<MadePicture>;

/** Throws Problems 400 "not-a-picture", "picture-too-large" and "file-too-heavy", which name the field, and 429 "too-many-tries". */
export function createPictureMaker(
  clock: Clock,
  timeMs: number = pictureLimits.timeMs,
  size: PictureSize = pictureLimits,
): MakePicture {
  let last: Promise<unknown> = Promise.resolve();
  const inLine: string[] = [];
  return async (file, whose) => {
    const head = judge(file);
    const own = inLine.filter((one) => one === whose).length;
    if (inLine.length >= pictureLimits.atOnceMax || own >= pictureLimits.atOncePerProvider) throw tooMany(timeMs);
    inLine.push(whose);
    const mine = last
      .then(() => inWorker(clock, timeMs, { ...head, bytes: file, ...size }))
      .finally(() => inLine.splice(inLine.indexOf(whose), 1));
    last = mine.catch(() => null);
    return mine;
  };
}

function judge(file: Uint8Array): PictureHead {
  if (file.length > pictureLimits.fileBytesMax) throw tooLarge();
  const head = readPictureHead(file);
  if (head === null) throw notOne();
  if (head.width * head.height > pictureLimits.pixelsMax) throw tooLarge();
  return head;
}

async function inWorker(
  clock: Clock,
  timeMs: number,
  { kind, width, height, bytes, sidesPx, bytesMax }: PictureJob,
): Promise<MadePicture> {
  const job: PictureJob = { kind, width, height, bytes, sidesPx, bytesMax };
  const limits = { timeMs, memoryMb: pictureLimits.memoryMb };
  const code = new URL("./picture-worker.ts", import.meta.url);
  const outcome = await runInWorker<MadePicture | null>(clock, code, job, limits);
  if (outcome.kind === "late") throw tooHeavy();
  // A file that its unpacker does not take throws there.
  if (outcome.kind === "ended" || outcome.made === null) throw notOne();
  return outcome.made;
}

const notOne = () =>
  new Problem(400, "not-a-picture", "file: This is no PNG, JPEG or WebP that can be read.", { field: "file" });
function tooMany(timeMs: number): Problem {
  const retryAfterSeconds = Math.ceil(timeMs / 1000);
  return new Problem(429, "too-many-tries", `Too many tries: wait ${retryAfterSeconds} s.`, { retryAfterSeconds });
}
const tooHeavy = () =>
  new Problem(400, "file-too-heavy", "file: Reading this file takes too much time or memory.", { field: "file" });
const tooLarge = () =>
  new Problem(400, "picture-too-large", "file: At most 5 MB and 16 megapixels.", { field: "file" });
