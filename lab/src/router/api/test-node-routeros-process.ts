/**
 * The npm package `node-routeros`, driven by messages from a test. It runs in its own process, because some replies of a router make
 * it throw inside its socket handler.
 */
import { RouterOSAPI } from "node-routeros";

export interface ClientOptions {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Seconds without traffic after which the client closes the connection. */
  readonly timeout: number;
  /** Without a check of the certificate. */
  readonly tls: boolean;
}

export type ClientOrder =
  | { readonly id: number; readonly kind: "connect"; readonly options: ClientOptions }
  | { readonly id: number; readonly kind: "write"; readonly words: readonly string[] }
  /** Answered at once: a message that comes back behind all earlier ones. */
  | { readonly id: number; readonly kind: "echo" };

export type ClientMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  /** An event of the client. */
  | { readonly event: "close" | "error"; readonly text: string };

const send = (message: ClientMessage) => void process.send?.(message);
let client: RouterOSAPI | null = null;

async function connect({ tls, ...options }: ClientOptions): Promise<null> {
  const secure = tls ? { tls: { rejectUnauthorized: false } as object } : {};
  client = new RouterOSAPI({ host: "127.0.0.1", ...options, ...secure });
  client.on("close", () => send({ event: "close", text: "" }));
  client.on("error", (error: Error) => send({ event: "error", text: error.message }));
  await client.connect();
  return null;
}

async function carryOut(order: ClientOrder): Promise<unknown> {
  if (order.kind === "connect") return connect(order.options);
  if (order.kind === "write") return client?.write([...order.words]);
  return new Promise((resolve) => setImmediate(resolve, null));
}

process.on("message", (order: ClientOrder) => {
  carryOut(order).then(
    (value) => send({ id: order.id, value }),
    (error: unknown) => send({ id: order.id, error: error instanceof Error ? error.message : String(error) }),
  );
});
// It ends with its parent.
process.on("disconnect", () => process.exit(0));
