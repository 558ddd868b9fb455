/** Downloads a file of the hub in pieces, however large it is. A link could not send the token. */
import { openStream } from "./api.ts";
import type { AnyPath } from "./hub-path.ts";

/** `onBytes` gets how many bytes have come so far. Throws when the connection breaks: half a file is no file. */
export async function download(
  path: AnyPath,
  { accept, signal, onBytes }: { accept: string; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<Blob> {
  const answer = await openStream(path, { Accept: accept }, signal);
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.startsWith(accept)) throw new Error(`the hub sent ${type}, not ${accept}`);
  return new Blob(await readPieces(answer.body as ReadableStream<Piece>, onBytes), { type: accept });
}

/** A picture behind `path`, as a `data:` address: a link could not send the token. */
export async function photoSource(path: AnyPath, mediaType: string): Promise<string> {
  const file = await download(path, { accept: mediaType, signal: new AbortController().signal, onBytes: () => {} });
  const bytes = new Uint8Array(await file.arrayBuffer());
  return `data:${mediaType};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

type Piece = Uint8Array<ArrayBuffer>;

/** All pieces of a body. The browser may keep a blob of them on disk. */
export async function readPieces(body: ReadableStream<Piece>, onBytes: (bytes: number) => void): Promise<Piece[]> {
  const reader = body.getReader();
  const pieces: Piece[] = [];
  for (let bytes = 0; ; ) {
    const { value, done } = await reader.read();
    if (done) return pieces;
    pieces.push(value);
    bytes += value.length;
    onBytes(bytes);
  }
}
