/** Why a program could not be started. Node names the program also when what lacks is `/dev/null`, which becomes its input. */
export function spawnComplaint(error: Error, program: string, exists: (path: string) => boolean): string {
  const missing = [program, "/dev/null"].filter((path) => !exists(path));
  return missing.length === 0 ? error.message : `${error.message}: there is no ${missing.join(", no ")}`;
}
