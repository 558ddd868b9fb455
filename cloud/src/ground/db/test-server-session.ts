/**
 * A database of a PostgreSQL server, as the one session that the embedded engine is: for stories under simulated time, which want a quick engine. The process
 * waits for each answer as it does for the embedded engine's: nothing else runs meanwhile, so a story is the same on both.
 */
import { readSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { Mutex, messages, parse, protocol, type Results, types } from "@electric-sql/pglite";
import type { EmbeddedSession } from "./engine.ts";
import { callOf, runInOneCall, textsOf } from "./one-call.ts";
import { parsers as ownParsers } from "./parsers.ts";

const { Parser, serialize } = protocol;

/** No commit waits until its log is written out: nothing outlives the story. */
const options = "-c jit=off -c synchronous_commit=off";

export const isReachedByFolder = (serverUrl: string): boolean =>
  new URL(serverUrl).searchParams.get("host")?.startsWith("/") === true;

/** @param serverUrl of a server that is reached by a socket in a folder, and that trusts whoever comes (`startServer`) */
export async function openServerSession(serverUrl: string, database: string): Promise<EmbeddedSession> {
  const { username: user, searchParams } = new URL(serverUrl);
  const line = await openLine(join(searchParams.get("host") ?? "", ".s.PGSQL.5432"));
  line.ask(serialize.startup({ user, database, options }), 1);

  const parsers: EmbeddedSession["parsers"] = { ...types.parsers, ...ownParsers };
  const listeners = new Map<string, Set<(payload: string) => void>>();
  const [asking, working] = [new Mutex(), new Mutex()];
  let isClosed = false;

  /** Throws the first error that the server tells. */
  async function execProtocol(message: Uint8Array) {
    const data = line.ask(message, countMessages(message, simpleQuery, sync));
    const heard: messages.BackendMessage[] = [];
    new Parser().parse(data, (one) => void heard.push(one));
    const error = heard.find((one) => one instanceof messages.DatabaseError);
    if (error !== undefined) throw error;
    for (const one of heard) if (one instanceof messages.NotificationResponseMessage) tell(one);
    return { messages: heard, data };
  }

  function tell({ channel, payload }: messages.NotificationResponseMessage): void {
    for (const each of listeners.get(channel) ?? []) queueMicrotask(() => each(payload));
  }

  async function runScript(script: string): Promise<Results[]> {
    const { messages } = await asking.runExclusive(() => execProtocol(serialize.query(script)));
    return parse.parseResults(messages, parsers);
  }

  const session: EmbeddedSession = {
    parsers,
    ready: true,
    get closed() {
      return isClosed;
    },
    execProtocol,
    runExclusive: (work) => asking.runExclusive(work),
    _runExclusiveTransaction: (work) => working.runExclusive(work),
    query: <Row>(text: string, values: unknown[] = []) =>
      working.runExclusive(async () => {
        const statement = { text, values: textsOf(values), kept: null };
        const [answer] = await runInOneCall<Row>(session, callOf([statement], { begins: false }));
        return answer as Results<Row>;
      }),
    exec: (script) => working.runExclusive(() => runScript(script)),
    transaction: (work) =>
      working.runExclusive(async () => {
        await runScript("begin");
        try {
          const result = await work({ exec: runScript });
          const [ended] = await runScript("commit");
          if (ended?.command !== "COMMIT") throw new Error("a statement of the transaction had failed");
          return result;
        } catch (error) {
          await runScript("rollback");
          throw error;
        }
      }),
    async listen(channel, onNotify) {
      const heard = listeners.get(channel) ?? new Set();
      listeners.set(channel, heard.add(onNotify));
      await session.exec(`listen "${channel}"`);
      return async () => {
        heard.delete(onNotify);
        if (heard.size === 0) await session.exec(`unlisten "${channel}"`);
      };
    },
    async close() {
      isClosed = true;
      line.end(serialize.end());
    },
  };

  const lists = await session.query<{ readonly element: number; readonly list: number }>(
    "select oid::int as element, typarray::int as list from pg_type where typarray <> 0",
  );
  for (const { element, list } of lists.rows)
    parsers[list] ??= (text: string) => types.arrayParser(text, parsers[element] ?? String, list);
  return session;
}

/** @see https://www.postgresql.org/docs/current/protocol-message-formats.html "Q": a simple query, "S": Sync, "Z": ReadyForQuery, which ends the answer to each of them. */
const [simpleQuery, sync, ready] = ["Q", "S", 0x5a] as const;
/** A message's type, and its length, which counts itself. */
const headBytes = 5;

/** How many messages of these types it holds. */
export function countMessages(sent: Uint8Array, ...types: readonly string[]): number {
  const bytes = Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength);
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1 + bytes.readUInt32BE(at + 1))
    if (types.includes(String.fromCharCode(bytes[at] as number))) count++;
  return count;
}

function lastWords(answer: Buffer): string {
  const errors: string[] = [];
  new Parser().parse(answer, (one) => one instanceof messages.DatabaseError && errors.push(one.message));
  return errors.join("; ") || "it said nothing";
}

/** What Node keeps of an open socket, and does not show. */
interface SocketHandle {
  readonly fd: number;
  setBlocking(on: boolean): number;
}

async function openLine(path: string) {
  const socket = new Socket();
  // Node does not read what comes: we do.
  socket.pause();
  const connected = Promise.withResolvers<void>();
  socket.once("error", connected.reject).connect(path, connected.resolve);
  await connected.promise;
  const { _handle: handle } = socket as Socket & { readonly _handle: SocketHandle };
  if (handle.setBlocking(true) !== 0) throw new Error(`${path} can't be waited for`);
  const { fd } = handle;
  let room = Buffer.allocUnsafe(64 * 1024);

  return {
    /** Sends, and waits for so many ends of what the server answers. */
    ask(message: Uint8Array, ends: number): Buffer {
      for (let sent = 0; sent < message.length; ) sent += writeSync(fd, message, sent);
      let [length, next, left] = [0, 0, ends];
      while (left > 0) {
        if (length === room.length) room = Buffer.concat([room, Buffer.allocUnsafe(room.length)]);
        const got = readSync(fd, room, length, room.length - length, null);
        if (got === 0) throw new Error(`the server ended the session: ${lastWords(room.subarray(0, length))}`);
        length += got;
        for (; next + headBytes <= length; next += 1 + room.readUInt32BE(next + 1)) {
          if (next + 1 + room.readUInt32BE(next + 1) > length) break;
          if (room[next] === ready) left--;
        }
      }
      return Buffer.from(room.subarray(0, length));
    },
    end(farewell: Uint8Array): void {
      try {
        writeSync(fd, farewell);
      } catch {
        // The server has gone before us.
      }
      socket.destroy();
    },
  };
}
