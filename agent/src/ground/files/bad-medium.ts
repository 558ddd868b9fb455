const codes: ReadonlySet<unknown> = new Set(["EIO", "EUCLEAN", "EBADMSG"]);

/**
 * Can this file not be read though it exists? A bad sector, or a file system that power cuts broke (ext4 says EUCLEAN or EBADMSG). It may fail
 * so for ever. A stick that was pulled out fails in the same way.
 */
export const isBadMedium = (error: unknown): boolean => codes.has((error as { code?: unknown } | null)?.code);
