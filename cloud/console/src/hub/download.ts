/** A file of the hub, however large, told piece by piece: a link could not send the token. */
import { openStream } from "./api.ts";

/** `onBytes`: how many have come so far. Throws when it breaks off; what came until then is no file. */
export async function download(
  path: string,
  { accept, signal, onBytes }: { accept: string; signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<Blob> {
  const answer = await openStream(path, { Accept: accept }, signal);
  return new Blob(await gather(answer.body as ReadableStream<Piece>, onBytes), { type: accept });
}

type Piece = Uint8Array<ArrayBuffer>;

/** All of a body in its pieces; the browser may keep a blob of them on disk. */
export async function gather(body: ReadableStream<Piece>, onBytes: (bytes: number) => void): Promise<Piece[]> {
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
