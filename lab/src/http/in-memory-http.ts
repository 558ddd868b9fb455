/** HTTP without sockets: requests and answers pass as bytes through a stream in memory, by Node's own server and client. */
import { request } from "node:http";
import { type Duplex, duplexPair } from "node:stream";

export interface BytesRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface BytesAnswer {
  readonly status: number;
  /** Each as `Set-Cookie` gives it. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Connections that nobody has closed: of requests to which a process that died had not answered. Node holds them, and they all that they reach. */
export interface OpenConnections {
  add(serving: Duplex): void;
  hangUp(): void;
}

export function createOpenConnections(): OpenConnections {
  const open = new Set<Duplex>();
  return {
    add: (serving) => void open.add(serving.once("close", () => open.delete(serving))),
    hangUp() {
      for (const serving of open) serving.destroy();
    },
  };
}

/**
 * Asks a server once. Rejects when the stream ends without a whole answer. `connect` brings the server its end of the stream. `onBytes` is told
 * whenever bytes move: for a simulated time that stands still meanwhile.
 */
export function askInMemory(
  connect: (serving: Duplex) => void,
  { method, path, headers, body }: BytesRequest,
  onBytes: () => void,
): Promise<BytesAnswer> {
  const [client, serving] = duplexPair();
  for (const side of [client, serving]) tellOfBytes(side, onBytes);
  connect(serving);
  return new Promise((resolve, reject) => {
    const asking = request(
      { createConnection: () => client, method, path, headers: { ...headers, connection: "close" } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            cookies: answer.headers["set-cookie"] ?? [],
            body: Buffer.concat(pieces).toString("utf8"),
          }),
        );
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}

function tellOfBytes(side: Duplex, onBytes: () => void): void {
  const write = side._write.bind(side);
  side._write = (piece, encoding, done) => {
    onBytes();
    write(piece, encoding, done);
  };
}
