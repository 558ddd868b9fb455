/** "ENOENT: no such file or directory, stat" is for programmers. Null: another failure. */
export function absentFile({ code, path }: NodeJS.ErrnoException): string | null {
  return code === "ENOENT" && path !== undefined ? `no such file or folder: ${path} (ENOENT)` : null;
}
