/** Segment files: `<folder>/<first seq, 12 digits>.log`. Their names sort like their sequences. */
export interface Segment {
  readonly name: string;
  readonly firstSeq: number;
  /** `firstSeq - 1` when it is empty. */
  lastSeq: number;
  /** Without a tail. */
  sizeBytes: number;
}

export function segmentName(path: string, firstSeq: number): string {
  return `${path}/${String(firstSeq).padStart(12, "0")}.log`;
}

/** Null: the file is no segment of this folder. */
export function segmentFirstSeq(path: string, name: string): number | null {
  if (!name.startsWith(`${path}/`)) return null;
  const digits = /^([0-9]{12})\.log$/.exec(name.slice(path.length + 1))?.[1];
  return digits === undefined || Number(digits) < 1 ? null : Number(digits);
}
