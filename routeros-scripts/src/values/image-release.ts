/** An image of the agent: the uncompressed archive that `npm run image` makes. */
export interface ImageRelease {
  readonly url: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
}
