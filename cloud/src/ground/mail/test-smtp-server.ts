/** A small mail server for tests and for the demo: takes letters, or refuses them as it is told (RFC 5321). */

import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

export interface TakenLetter {
  readonly from: string;
  readonly to: readonly string[];
  /** Head and body as they came, dots unstuffed. */
  readonly raw: string;
}

export interface TestSmtpServer {
  readonly url: string;
  readonly letters: readonly TakenLetter[];
  /** User and password of the last AUTH PLAIN. */
  readonly seenLogin: () => string | null;
  readonly connections: () => number;
  /** What to answer the next RCPT commands with; empty: 250. */
  refuseNext(...replies: string[]): void;
  /** Ends the connection right after the letter, before its answer. */
  hangUpNext(): void;
  stop(): Promise<void>;
}

/** `port`: default, any that is free. `taken`: hears of each letter. */
export async function startSmtpServer(
  login?: { readonly user: string; readonly password: string },
  { port = 0, taken = () => {} }: { readonly port?: number; readonly taken?: (letter: TakenLetter) => void } = {},
): Promise<TestSmtpServer> {
  const letters: TakenLetter[] = [];
  const sockets = new Set<Socket>();
  const refusals: string[] = [];
  let hangsUp = false;
  let connections = 0;
  let seenLogin: string | null = null;

  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    const say = (line: string) => socket.write(`${line}\r\n`);
    let text = "";
    let isData = false;
    let from = "";
    let to: string[] = [];
    say("220 mail.test ready");
    socket.on("data", (chunk) => {
      text += chunk.toString();
      for (;;) {
        if (isData) {
          const end = text.indexOf("\r\n.\r\n");
          if (end < 0) return;
          const raw = text.slice(0, end).replaceAll(/^\.\./gm, ".");
          text = text.slice(end + 5);
          isData = false;
          if (hangsUp) {
            hangsUp = false;
            socket.destroy();
            return;
          }
          letters.push({ from, to, raw });
          taken({ from, to, raw });
          to = [];
          say("250 taken");
          continue;
        }
        const end = text.indexOf("\r\n");
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === "EHLO") {
          say("250-mail.test");
          say(login === undefined ? "250 SIZE 1000000" : "250 AUTH PLAIN");
        } else if (verb === "AUTH") {
          const [, user, password] = Buffer.from(line.split(" ")[2] ?? "", "base64")
            .toString()
            .split("\0");
          seenLogin = `${user}:${password}`;
          say(user === login?.user && password === login?.password ? "235 welcome" : "535 wrong");
        } else if (verb === "STAR") {
          say("454 no TLS here");
        } else if (verb === "MAIL") {
          from = /<([^>]*)>/.exec(line)?.[1] ?? "";
          say("250 sender noted");
        } else if (verb === "RCPT") {
          const refusal = refusals.shift();
          if (refusal === undefined) to.push(/<([^>]*)>/.exec(line)?.[1] ?? "");
          say(refusal ?? "250 receiver noted");
        } else if (verb === "DATA") {
          isData = true;
          say("354 go on");
        } else if (verb === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 as you say");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const credentials =
    login === undefined ? "" : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
  return {
    url: `smtp://${credentials}127.0.0.1:${(server.address() as AddressInfo).port}`,
    letters,
    seenLogin: () => seenLogin,
    connections: () => connections,
    refuseNext: (...replies) => void refusals.push(...replies),
    hangUpNext: () => {
      hangsUp = true;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
