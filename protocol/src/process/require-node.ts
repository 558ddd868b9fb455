/** Stops with a clear sentence on an old Node, before anything fails in an unclear one. */
export function requireNode(): void {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= 24) return;
  process.stderr.write(
    `Karibu needs Node 24 or newer; this is ${process.version}. On Linux (x64, arm64) \`npm ci\` brings it; elsewhere install it first.\n`,
  );
  process.exit(2);
}
