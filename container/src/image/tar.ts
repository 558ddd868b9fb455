/**
 * Tar archives, as little of them as a container image needs: plain files and folders, owner root, no times. Written here so
 * that the same files give the same octets in every place and year.
 * @see POSIX.1-1988 ustar; IEEE Std 1003.1 pax, "ustar Interchange Format"
 */
const blockBytes = 512;

export interface TarEntry {
  /** `/` between parts, none in front; a folder ends with one. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** Folders on the way are added; entries are sorted by name. Throws on a name that ustar can't hold. */
export function writeTar(files: Iterable<TarEntry>): Buffer {
  const entries = new Map<string, TarEntry>();
  for (const entry of files) {
    const parts = entry.name.replace(/\/$/, "").split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const name = `${parts.slice(0, depth).join("/")}/`;
      if (!entries.has(name)) entries.set(name, folderEntry(name));
    }
    entries.set(entry.name, entry);
  }
  const sorted = [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return packTar(sorted);
}

/** As they come, without folders: for the archive around the layers. */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const chunks: Uint8Array[] = [];
  for (const entry of entries) {
    chunks.push(header(entry), entry.content, Buffer.alloc(-entry.content.length & (blockBytes - 1)));
  }
  chunks.push(Buffer.alloc(2 * blockBytes));
  return Buffer.concat(chunks);
}

export function folderEntry(name: string): TarEntry {
  return { name, content: new Uint8Array(0), mode: 0o755 };
}

function header({ name, content, mode }: TarEntry): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`tar: the name is too long: ${name}`);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  const octal = (value: number, at: number, digits: number) =>
    block.write(`${value.toString(8).padStart(digits, "0")}\0`, at);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(content.length, 124, 11);
  octal(0, 136, 11);
  block.write(name.endsWith("/") ? "5" : "0", 156);
  block.write("ustar\x0000", 257, "latin1");
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, octet) => total + octet, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Plain files of an archive. Long names in pax headers are not understood: their short form is used. */
export function* readTar(archive: Buffer): Generator<{ name: string; content: Buffer }> {
  for (let at = 0; at + blockBytes <= archive.length; ) {
    const block = archive.subarray(at, at + blockBytes);
    if (block[0] === 0) return;
    const text = (from: number, to: number) => block.toString("utf8", from, to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    const prefix = text(257, 262) === "ustar" ? text(345, 500) : "";
    const kind = text(156, 157);
    const from = at + blockBytes;
    if (from + size > archive.length) throw new Error("tar: cut short");
    if (kind === "0" || kind === "") {
      const name = text(0, 100);
      yield { name: prefix === "" ? name : `${prefix}/${name}`, content: archive.subarray(from, from + size) };
    }
    at = from + Math.ceil(size / blockBytes) * blockBytes;
  }
}
