/** The agent as a child process and a NAS' socket to it, for the tests that kill it. */
import { type ChildProcess, spawn } from "node:child_process";
// biome-ignore lint/plugin: a test's own socket
import { createSocket, type Socket } from "node:dgram";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { hidePassword, replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import { keepsCompiled } from "@karibu/tools/ci/test-compiled";

export interface AgentProcess {
  readonly pid: number;
  readonly authPort: number;
  readonly acctPort: number;
  readonly httpPort: number;
  /** 0: RADIUS over TLS is off. */
  readonly radsecPort: number;
  /** Resolves with its exit and its error output. */
  readonly ended: Promise<string>;
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a process with pipes for its output. */
export type StartProcess = (command: readonly string[], env: NodeJS.ProcessEnv) => ChildProcess;

const startHere: StartProcess = ([program = "", ...args], env) =>
  spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });

/**
 * Resolves when it is ready; rejects with its output if it ends before that. Ports are free ones. `nodeFlags`: of its Node;
 * `start`: on another machine than this.
 */
export function startAgent(
  environment: Record<string, string>,
  options: { readonly nodeFlags?: readonly string[]; readonly start?: StartProcess } = {},
): Promise<AgentProcess> {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const child = (options.start ?? startHere)([process.execPath, keepsCompiled, ...(options.nodeFlags ?? []), main], {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    KARIBU_HTTP_PORT: "0",
    KARIBU_RADIUS_AUTH_PORT: "0",
    KARIBU_RADIUS_ACCT_PORT: "0",
    ...environment,
  });
  const { stdout, stderr } = child as ChildProcess & { stdout: Readable; stderr: Readable };
  let said = "";
  const ended = new Promise<string>((resolve) =>
    child.once("close", () => resolve(`the agent ended with ${exitOf(child)}: ${said}`)),
  );
  return new Promise((resolve, reject) => {
    let ports = { authPort: 0, acctPort: 0 };
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const events = said
        .split("\n")
        .slice(0, -1)
        .filter((line) => line.startsWith("{"));
      for (const { event, ...fields } of events.map((line) => JSON.parse(line))) {
        if (event === "radius-listening") ports = fields;
        if (event !== "agent-ready") continue;
        stdout.off("data", hear).resume();
        // A host says its shared ports itself.
        const { authPort = ports.authPort, acctPort = ports.acctPort, httpPort, radsecPort = 0 } = fields;
        said = "";
        resolve({ pid: child.pid as number, authPort, acctPort, httpPort, radsecPort, ended, kill });
      }
    };
    stdout.on("data", hear);
    stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    void ended.then((how) => reject(new Error(how)));
  });

  async function kill(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    await ended;
  }
}

function exitOf({ exitCode, signalCode }: ChildProcess): string {
  return signalCode ?? `code ${exitCode}`;
}

/** As a NAS asks again. */
export function every300Ms(task: () => void): () => void {
  // biome-ignore lint/plugin: a NAS of its own beside the process
  const timer = setInterval(task, 300);
  return () => clearInterval(timer);
}

export interface NasSocket {
  /** A voucher's code as name and password (PAP); asks as `account` does. */
  logIn(code: string, attributes: readonly Attribute[], port: () => number): Promise<"accept" | "reject">;
  /** Repeats the request until there is a valid answer. `port()` is read each time; 0: no process listens. Rejects on `close`. */
  account(attributes: readonly Attribute[], port: () => number): Promise<void>;
  close(): void;
}

/**
 * A NAS that signs and checks with the secret; `repeat` runs a task at intervals until the returned function is called.
 * `address`: on loopback, different for each NAS.
 */
export function openNas(
  secret: string,
  repeat: (task: () => void) => () => void,
  address = "127.0.0.1",
): Promise<NasSocket> {
  const socket: Socket = createSocket("udp4");
  const waiting = new Map<
    number,
    { authenticator: Uint8Array; answered: (code: number) => void; give: (error: Error) => void }
  >();
  let lastId = 0;
  let asked = 0;
  socket.on("message", (reply) => {
    const request = waiting.get(reply[1] as number);
    if (request !== undefined && replyIsAuthentic(reply, request.authenticator, secret)) {
      request.answered(reply[0] as number);
    }
  });

  /** Resolves with the code of the reply. */
  function ask(
    code: number,
    attributesOf: (authenticator: Uint8Array) => readonly Attribute[],
    port: () => number,
  ): Promise<number> {
    do lastId = (lastId + 1) % 256;
    while (waiting.has(lastId));
    const id = lastId;
    // Never twice (RFC 2865 section 3): the same id with the same authenticator is a repetition, and gets the reply of then.
    const authenticator = new Uint8Array(16).fill(id);
    new DataView(authenticator.buffer).setUint32(0, ++asked);
    const request = sealRequest({ code, id, authenticator, attributes: attributesOf(authenticator) }, secret);
    return new Promise((resolve, reject) => {
      const send = () => {
        const to = port();
        if (to !== 0) socket.send(request, to, "127.0.0.1");
      };
      const stop = repeat(send);
      const end = (): void => {
        stop();
        waiting.delete(id);
      };
      waiting.set(id, {
        authenticator: request.subarray(4, 20),
        answered: (code) => {
          end();
          resolve(code);
        },
        give: (error) => {
          end();
          reject(error);
        },
      });
      send();
    });
  }

  const nas: NasSocket = {
    async account(attributes, port) {
      await ask(codes.accountingRequest, () => attributes, port);
    },
    async logIn(code, attributes, port) {
      const named = (authenticator: Uint8Array): Attribute[] => [
        { name: "messageAuthenticator", value: new Uint8Array(16) },
        { name: "userName", value: code },
        { name: "userPassword", value: hidePassword(code, authenticator, secret) },
        ...attributes,
      ];
      return (await ask(codes.accessRequest, named, port)) === codes.accessAccept ? "accept" : "reject";
    },
    close() {
      for (const { give } of [...waiting.values()]) give(new Error("the NAS was switched off"));
      socket.close();
    },
  };
  return new Promise((resolve) => socket.bind(0, address, () => resolve(nas)));
}
