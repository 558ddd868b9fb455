/**
 * The server of the RouterOS API: log-in, tags, `!re !done !trap !fatal !empty`, `/cancel`, several commands at once, over TCP or
 * TLS, with the faults of real routers. @see RouterOS manual, API
 */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { World } from "@karibu/protocol/world";
import type { Router } from "../device/router.ts";
import { runCommand } from "./api-commands.ts";
import { createSentenceReader, encodeSentence } from "./api-words.ts";
import { connectionEnded } from "./safe-mode.ts";

export interface ApiServer {
  readonly port: number;
  connections(): number;
  /** Sentences that arrived so far, log-ins included. */
  commandsSeen(): number;
  /** Breaks all connections at once. */
  cut(): void;
  /** Sends `!fatal` to all clients and closes, as a router does that restarts its service. */
  fatal(reason: string): void;
  close(): Promise<void>;
}

export interface ApiServerOptions {
  readonly port: number;
  readonly address?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** `max-sessions` of the service. */
  readonly sessionsMax?: number;
}

export async function openApiServer(world: World, router: Router, options: ApiServerOptions): Promise<ApiServer> {
  const sockets = new Set<Socket>();
  let commandsSeen = 0;
  const accept = (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    if (!router.running || sockets.size >= (options.sessionsMax ?? 20)) return void socket.destroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const line: ApiLine = {
      write: (bytes) => void (socket.writable && socket.write(bytes)),
      hangUp: () => void socket.end(),
      destroy: () => void socket.destroy(),
    };
    const { hear, ended } = converse(world, router, line, () => {
      commandsSeen++;
    });
    socket.on("data", hear);
    socket.on("close", ended);
  };
  const server: Server = options.tls ? createTlsServer(options.tls, accept) : createServer(accept);
  if (options.tls) server.on("tlsClientError", () => {});
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  router.onPower((on) => {
    if (!on) cut();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address ?? "127.0.0.1", () => resolve());
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("not a TCP port");
  return {
    port: bound.port,
    connections: () => sockets.size,
    commandsSeen: () => commandsSeen,
    cut,
    fatal(reason) {
      for (const socket of sockets) socket.end(encodeSentence(["!fatal", reason]));
    },
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}

/** The server's side of one connection. */
export interface ApiLine {
  write(bytes: Uint8Array): void;
  /** Closes after all writes have left. */
  hangUp(): void;
  destroy(): void;
}

/** Serves one connection: takes its bytes, and is told of its end. */
export function converse(
  world: World,
  router: Router,
  line: ApiLine,
  seen: (words: readonly string[]) => void = () => {},
): { hear(bytes: Uint8Array): void; ended(): void } {
  /** Names this connection. */
  const mark = {};
  let loggedIn = false;
  /** Running commands by tag, for `/cancel`. */
  const underWay = new Map<string, { cancelled: boolean }>();

  const say = (tag: string | null, ...words: string[]) => {
    line.write(encodeSentence(tag === null ? words : [...words, `.tag=${tag}`]));
  };
  const sayTrap = (tag: string | null, message: string, category: number | null) => {
    say(tag, "!trap", ...(category === null ? [] : [`=category=${category}`]), `=message=${message}`);
    say(tag, "!done");
  };

  async function obey(sentence: readonly string[]): Promise<void> {
    seen(sentence);
    if (router.knobs.apiSilent) return;
    const tag = sentence.find((word) => word.startsWith(".tag="))?.slice(5) ?? null;
    const words = sentence.filter((word) => !word.startsWith(".tag="));
    const value = (name: string) => words.find((word) => word.startsWith(`=${name}=`))?.slice(name.length + 2);
    if (words[0] === "/login") {
      const { apiUser } = router.options;
      const apiPassword = router.knobs.apiPassword ?? router.options.apiPassword;
      loggedIn = value("name") === apiUser && (value("password") ?? "") === apiPassword;
      return loggedIn ? say(tag, "!done") : sayTrap(tag, "invalid user name or password (6)", null);
    }
    if (!loggedIn) {
      say(tag, "!fatal", "not logged in");
      return line.hangUp();
    }
    if (words[0] === "/quit") {
      say(tag, "!fatal", "session terminated on request");
      return line.hangUp();
    }
    if (words[0] === "/cancel") {
      const target = value("tag");
      for (const [name, command] of underWay) {
        if (target !== undefined && name !== target) continue;
        command.cancelled = true;
        underWay.delete(name);
        sayTrap(name, "interrupted", 2);
      }
      return say(tag, "!done");
    }
    await run(tag, words);
  }

  async function run(tag: string | null, words: readonly string[]): Promise<void> {
    const command = { cancelled: false };
    if (tag !== null) underWay.set(tag, command);
    if (router.knobs.apiLatencyMs > 0) {
      await new Promise<void>((resolve) => world.clock.after(router.knobs.apiLatencyMs, resolve));
    }
    if (command.cancelled) return;
    if (router.knobs.apiTraps.some((menu) => words[0]?.startsWith(menu)))
      return sayTrap(tag, "not enough permissions (9)", null);
    const { apiCuts } = router.knobs;
    const cut = apiCuts.find((each) => each.command === words[0]);
    if (cut !== undefined) apiCuts.splice(apiCuts.indexOf(cut), 1);
    if (cut?.isDone === false) return line.destroy();
    const outcome = await runCommand(router, world.clock.monotonicMs, words, mark);
    if (command.cancelled) return;
    if (cut !== undefined) return line.destroy();
    if (tag !== null) underWay.delete(tag);
    if ("trap" in outcome) return sayTrap(tag, outcome.trap.message, outcome.trap.category);
    const [added] = outcome.rows;
    const returns = /\/add$/.test(words[0] ?? "") || words.includes("=count-only=");
    if (returns && added !== undefined) return say(tag, "!done", `=ret=${added.ret ?? ""}`);
    if (words[0] === "/file/read") {
      const sentence = ["!re", ...outcome.rows.map(({ data }) => `=data=${data ?? ""}`)];
      line.write(encodeSentence(tag === null ? sentence : [...sentence, `.tag=${tag}`], "latin1"));
      return say(tag, "!done");
    }
    for (const row of outcome.rows) say(tag, "!re", ...Object.entries(row).map(([name, text]) => `=${name}=${text}`));
    const isPrint = /\/(print|getall)$/.test(words[0] ?? "");
    if (isPrint && outcome.rows.length === 0 && saysEmpty(router.options.version)) say(tag, "!empty");
    say(tag, "!done");
  }

  let lastSentence: Promise<void> = Promise.resolve();

  /** With `apiSentenceMs` each sentence waits for the ones before. */
  async function inTurn(sentence: readonly string[]): Promise<void> {
    const { apiSentenceMs } = router.knobs;
    if (apiSentenceMs === 0) return await obey(sentence);
    lastSentence = lastSentence
      .then(() => new Promise<void>((resolve) => world.clock.after(apiSentenceMs, resolve)))
      .then(() => obey(sentence));
    await lastSentence;
  }

  const read = createSentenceReader(
    (sentence) =>
      void inTurn(sentence).catch((error: unknown) => {
        world.log.warn("router-api-failed", { message: String(error) });
        line.destroy();
      }),
    () => loggedIn,
  );
  return {
    hear(bytes) {
      try {
        read(bytes);
      } catch {
        line.destroy();
      }
    },
    ended: () => connectionEnded(world, router, mark),
  };
}

/** Since RouterOS 7.18. */
function saysEmpty(version: string): boolean {
  const [, major = "7", minor = "18"] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 7 || (Number(major) === 7 && Number(minor) >= 18);
}
