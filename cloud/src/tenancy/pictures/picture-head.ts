/**
 * What a file says of itself in its first bytes: which kind of picture it is, and how large. Read before anything is unpacked, so that
 * a file of some kilobytes that claims a billion pixels is never opened.
 *
 * @see PNG (W3C, third edition) §5.2 and §11.2.1; JPEG, ITU-T T.81 §B.2.2; WebP container, RFC 9649 §2.4–2.7
 */

export type PictureKind = "png" | "jpeg" | "webp";

export interface PictureHead {
  readonly kind: PictureKind;
  readonly width: number;
  readonly height: number;
}

const pngMark = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Null: none of the three, or its head is not whole. An SVG is none of them. */
export function readPictureHead(file: Uint8Array): PictureHead | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const head = pngHead(file, view) ?? jpegHead(file, view) ?? webpHead(file, view);
  return head === null || head.width < 1 || head.height < 1 ? null : head;
}

function pngHead(file: Uint8Array, view: DataView): PictureHead | null {
  if (file.length < 24 || !pngMark.every((byte, at) => file[at] === byte) || textAt(file, 12, 4) !== "IHDR")
    return null;
  return { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * Walks over the segments to the frame header (SOF0–SOF15, without DHT, JPG and DAC). A marker that has no length stands in no honest file
 * before it; the unpacker skips it, so who walked on by a length would read another frame header than the one that is unpacked.
 */
function jpegHead(file: Uint8Array, view: DataView): PictureHead | null {
  if (file.length < 4 || file[0] !== 0xff || file[1] !== 0xd8) return null;
  for (let at = 2; at + 9 <= file.length; ) {
    if (file[at] !== 0xff) return null;
    const marker = file[at + 1] as number;
    if (marker === 0xff)
      at++; // a fill byte
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xda)) return null;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { kind: "jpeg", height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else if (view.getUint16(at + 2) < 2) return null;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpHead(file: Uint8Array, view: DataView): PictureHead | null {
  if (file.length < 30 || textAt(file, 0, 4) !== "RIFF" || textAt(file, 8, 4) !== "WEBP") return null;
  switch (textAt(file, 12, 4)) {
    case "VP8 ":
      return { kind: "webp", width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return { kind: "webp", width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { kind: "webp", width: u24(view, 24) + 1, height: u24(view, 27) + 1 };
    default:
      return null;
  }
}

const u24 = (view: DataView, at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
const textAt = (file: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...file.subarray(at, at + length));
