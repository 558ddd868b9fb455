/**
 * Splits the one layer of a router's image in two: our files, and Node with its libraries, which most releases do not
 * change. A router that has the lower layer fetches under 1 MB. Entries are copied without change.
 * @see POSIX.1-1988 ustar
 */
const blockBytes = 512;

/** Our files. Their parent folders belong to the lower layer. */
const ofApplication = /^(karibu\/|licenses\/karibu$)/;

export function splitLayer(layer: Uint8Array): { base: Buffer; application: Buffer } {
  const base: Uint8Array[] = [];
  const application: Uint8Array[] = [];
  for (const { name, block } of entriesOf(layer)) (ofApplication.test(name) ? application : base).push(block);
  const end = Buffer.alloc(2 * blockBytes);
  return { base: Buffer.concat([...base, end]), application: Buffer.concat([...application, end]) };
}

/** Plain files of an archive, by name. Throws on an incomplete archive. */
export function readFiles(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { name, block, contentBytes, isFile } of entriesOf(archive)) {
    if (isFile) files.set(name, block.subarray(blockBytes, blockBytes + contentBytes));
  }
  return files;
}

/** `block`: header, content and padding. */
function* entriesOf(archive: Uint8Array) {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; at + blockBytes <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + blockBytes);
    const text = (from: number, to: number) => header.toString("utf8", from, to).replace(/\0.*$/s, "");
    const contentBytes = Number.parseInt(text(124, 136), 8) || 0;
    const endsAt = at + blockBytes + Math.ceil(contentBytes / blockBytes) * blockBytes;
    if (endsAt > bytes.length) throw new Error("the archive is cut short");
    const prefix = text(257, 262) === "ustar" ? text(345, 500) : "";
    const isFile = ["0", ""].includes(text(156, 157));
    const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    yield { name, block: bytes.subarray(at, endsAt), contentBytes, isFile };
    at = endsAt;
  }
}
