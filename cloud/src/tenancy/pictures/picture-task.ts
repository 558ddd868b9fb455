/**
 * Unpacks a picture and makes it anew, in a process of its own: see `make-picture.ts`. The unpackers are
 * WebAssembly: a file that breaks one of them breaks it inside its own memory, and reads nothing of the hub's.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";
import type { PictureHead } from "./picture-head.ts";
import { onWhite, type Pixels, shrink, sizeWithin } from "./shrink.ts";

/** What the task gets, beside the file. */
export interface PictureJob extends PictureHead {
  /** Longest sides to try, the best first. */
  readonly sidesPx: readonly number[];
  readonly bytesMax: number;
}

interface Packed {
  readonly mediaType: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What the codecs, written for browsers, expect to find. */
Object.assign(globalThis, {
  ImageData: class {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(data: Uint8ClampedArray, width: number, height: number) {
      [this.data, this.width, this.height] = [data, width, height];
    }
  },
});

const require = createRequire(import.meta.url);
const compiled = (path: string) => new WebAssembly.Module(readFileSync(require.resolve(path)));
const exact = (bytes: Uint8Array) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

async function unpack({ kind }: PictureJob, bytes: Buffer): Promise<Pixels> {
  const file = exact(bytes) as ArrayBuffer;
  if (kind === "png") {
    const png = await import("@jsquash/png/decode.js");
    await png.init(compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"));
    return png.default(file);
  }
  if (kind === "jpeg") {
    const jpeg = await import("@jsquash/jpeg/decode.js");
    await jpeg.init(compiled("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"));
    return jpeg.default(file);
  }
  const webp = await import("@jsquash/webp/decode.js");
  await webp.init(compiled("@jsquash/webp/codec/dec/webp_dec.wasm"));
  return webp.default(file);
}

async function asPng(pixels: Pixels): Promise<Uint8Array> {
  const png = await import("@jsquash/png/encode.js");
  await png.init(compiled("@jsquash/png/codec/pkg/squoosh_png_bg.wasm"));
  return new Uint8Array(await png.default(pixels as ImageData));
}

async function asJpeg(pixels: Pixels, quality: number): Promise<Uint8Array> {
  const jpeg = await import("@jsquash/jpeg/encode.js");
  await jpeg.init(compiled("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
  return new Uint8Array(await jpeg.default(onWhite(pixels) as ImageData, { quality }));
}

/** As good as fits: PNG where it is small enough, else JPEG, else smaller. */
async function make({ sidesPx, bytesMax }: PictureJob, whole: Pixels): Promise<Packed | null> {
  for (const side of sidesPx) {
    const pixels = shrink(whole, sizeWithin(whole, side));
    const { width, height } = pixels;
    const png = await asPng(pixels);
    if (png.length <= bytesMax) return { mediaType: "image/png", bytes: png, width, height };
    for (const quality of [85, 65]) {
      const jpeg = await asJpeg(pixels, quality);
      if (jpeg.length <= bytesMax) return { mediaType: "image/jpeg", bytes: jpeg, width, height };
    }
  }
  return null;
}

/** @returns what `make-picture.ts` gives on, its bytes in base64 */
export async function read(job: PictureJob, file: Buffer): Promise<Omit<Packed, "bytes"> & { base64: string }> {
  const pixels = await unpack(job, file);
  // The head said how large it is: one that says something else there than inside was made to deceive.
  const isHonest = pixels.width === job.width && pixels.height === job.height;
  const made = isHonest ? await make(job, pixels) : null;
  if (made === null) throw new Unreadable("it is not what its head says");
  const { bytes, ...rest } = made;
  return { ...rest, base64: Buffer.from(bytes).toString("base64") };
}
