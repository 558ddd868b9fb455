/**
 * A picture from a file that somebody sent: unpacked and made anew in a process of its own, so that nothing of the sent file is ever shown to anybody.
 *
 * Attacks   A file may be anything: a bomb of pixels (its head is read first: 16 megapixels), a script in a picture's dress (what is stored was
 *           written by our encoder, and is served as PNG or JPEG with `nosniff`), a fault of the unpacker (WebAssembly, in a process that ends),
 *           or slow to unpack. SVG is refused: it is a document. Turns and limits: `ground/foreign-files`.
 */
import { fileTask } from "../../ground/foreign-files/file-reader.ts";
import type { ReadFile } from "../../ground/foreign-files/read-file.ts";
import { refusal } from "../../ground/http/problem.ts";
import { type PictureHead, readPictureHead } from "./picture-head.ts";
import type { PictureJob, read } from "./picture-task.ts";

export interface MadePicture {
  readonly mediaType: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Of one provider. */
export const picturesMax = 20;

export const pictureLimits = {
  fileBytesMax: 5 * 1024 * 1024,
  pixelsMax: 16_000_000,
  bytesMax: 40 * 1024,
  sidesPx: [600, 400, 240, 120],
} as const;

/** What is made of it: the longest side that fits into the bytes, of those to try. */
export type PictureSize = Pick<PictureJob, "sidesPx" | "bytesMax">;

/** Photos that people look at closely: a cabinet, a label with a serial number. */
export const photoSize: PictureSize = { sidesPx: [1280, 960, 640, 400], bytesMax: 256 * 1024 };

/** @param whose the provider's id */
export type MakePicture = (file: Uint8Array, whose: string) => Promise<MadePicture>;

const pictureTask = fileTask<typeof read>(new URL("./picture-task.ts", import.meta.url));

/** Throws Problems 400 "not-a-picture" and "picture-too-large", which name the field, and those of `ReadFile`. */
export function createPictureMaker(readFile: ReadFile, size: PictureSize = pictureLimits): MakePicture {
  return async (file, whose) => {
    const { kind, width, height } = judge(file);
    const { sidesPx, bytesMax } = size;
    const job: PictureJob = { kind, width, height, sidesPx, bytesMax };
    const made = await readFile(pictureTask, { providerId: whose, field: "file", file, job, refuse: notOne });
    return { ...made, bytes: Buffer.from(made.base64, "base64") };
  };
}

function judge(file: Uint8Array): PictureHead {
  if (file.length > pictureLimits.fileBytesMax) throw tooLarge();
  const head = readPictureHead(file);
  if (head === null) throw notOne();
  if (head.width * head.height > pictureLimits.pixelsMax) throw tooLarge();
  return head;
}

const notOne = () => refusal("not-a-picture", { field: "file" });
const tooLarge = () => refusal("picture-too-large", { field: "file" });
