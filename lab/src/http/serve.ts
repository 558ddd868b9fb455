/** Runs an app as a process. PORT sets the port, one line says when it is ready, a signal ends it. */
import type { Express } from "express";

export function serve(app: Express, name: string, portDefault: number): void {
  const port = Number(process.env.PORT ?? portDefault);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    process.stderr.write(`${name}: PORT: ${process.env.PORT} is not a port\n`);
    process.exit(2);
  }
  const server = app.listen(port, "127.0.0.1", (error?: Error) => {
    if (error !== undefined) {
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exit(1);
    }
    const address = server.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    process.stdout.write(`${name} ready on http://127.0.0.1:${actual}\n`);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}
