/** One connection to the RouterOS API: tags, replies, time-outs, and an end that settles everything. */
import { Fault } from "@karibu/protocol/fault";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import { createSentenceReader, encodeSentence, type WordsAs } from "./api-sentence.ts";
import { type ApiSocket, RouterTrap, type Row } from "./router-api.ts";

export interface ApiConnection {
  send(words: readonly string[], timeoutMs: number): Promise<readonly Row[]>;
  readonly open: boolean;
  close(why: string): void;
}

interface Pending {
  readonly rows: Row[];
  readonly sentAtMs: number;
  /** Of its rows, roughly. */
  heldBytes: number;
  timer: Timer;
  trap: RouterTrap | null;
  settle(error: Error | null): void;
}

/** A router that says nothing at all for so long, while a command waits, is gone. */
const silentMsMax = 10_000;
/** Of all answers that are not whole yet. A host has the routers of many providers in one process, and one of them must not fill its memory. */
const heldBytesMax = 16 * 1024 * 1024;
/** What a row takes beside its words. */
const rowBytes = 64;

export function createApiConnection(
  world: World,
  socket: ApiSocket,
  onEnd: (why: string) => void,
  wordsAs: WordsAs = "utf8",
): ApiConnection {
  const pending = new Map<string, Pending>();
  const read = createSentenceReader(wordsAs);
  let lastHeardMs = world.clock.monotonicMs();
  let lastTag = 0;
  let heldBytes = 0;
  let open = true;

  function end(why: string) {
    if (!open) return;
    open = false;
    socket.destroy();
    for (const command of [...pending.values()]) command.settle(cut(why));
    onEnd(why);
  }

  function hear(sentence: readonly string[]) {
    const [kind, ...words] = sentence;
    if (kind === "!fatal")
      return end(`the router said: ${quoted(words.find((word) => !word.startsWith(".tag=")) ?? "!fatal")}`);
    const tag = words.find((word) => word.startsWith(".tag="))?.slice(5) ?? "";
    const command = pending.get(tag);
    if (!command) return; // the answer to a command that timed out
    const row = readRow(words);
    if (kind === "!re") {
      command.rows.push(row);
      const bytes = words.reduce((sum, word) => sum + word.length, rowBytes);
      command.heldBytes += bytes;
      heldBytes += bytes;
      if (heldBytes > heldBytesMax) end("it answers without end");
    } else if (kind === "!trap") command.trap ??= readTrap(row);
    else if (kind === "!done") {
      if (Object.keys(row).length > 0) command.rows.push(row);
      command.settle(command.trap);
    }
    // `!empty` (RouterOS 7.18) says in advance that no row will come.
  }

  socket.listen({
    data(bytes) {
      if (!open) return;
      lastHeardMs = world.clock.monotonicMs();
      try {
        for (const sentence of read(bytes)) hear(sentence);
      } catch (error) {
        end(`unreadable: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    ended: end,
  });

  /** A router may be slow with one command, or answer many in turn; one that says nothing at all is given up earlier. */
  function watch(tag: string, command: Pending, untilMs: number): void {
    const nowMs = world.clock.monotonicMs();
    const silentFromMs = Math.max(command.sentAtMs, lastHeardMs) + silentMsMax;
    if (nowMs >= Math.min(untilMs, silentFromMs)) giveUp(tag, command, nowMs >= silentFromMs);
    else command.timer = world.clock.after(Math.min(untilMs, silentFromMs) - nowMs, () => watch(tag, command, untilMs));
  }

  function giveUp(tag: string, command: Pending, isSilent: boolean) {
    command.settle(timeOut());
    if (isSilent || lastHeardMs <= command.sentAtMs) return end("silent");
    socket.write(encodeSentence(["/cancel", `=tag=${tag}`, `.tag=c${tag}`]));
  }

  return {
    get open() {
      return open;
    },
    close: end,
    send(words, timeoutMs) {
      if (!open) return Promise.reject(cut("closed before"));
      const tag = String(++lastTag);
      return new Promise((resolve, reject) => {
        const rows: Row[] = [];
        const sentAtMs = world.clock.monotonicMs();
        const untilMs = sentAtMs + timeoutMs;
        const firstMs = Math.min(timeoutMs, silentMsMax);
        const command: Pending = {
          rows,
          sentAtMs,
          heldBytes: 0,
          trap: null,
          timer: world.clock.after(firstMs, () => watch(tag, command, untilMs)),
          settle(error) {
            if (!pending.delete(tag)) return;
            heldBytes -= command.heldBytes;
            command.timer.cancel();
            if (error) reject(error);
            else resolve(rows);
          },
        };
        pending.set(tag, command);
        socket.write(encodeSentence([...words, `.tag=${tag}`]));
      });
    },
  };
}

function readRow(words: readonly string[]): Row {
  const row: Record<string, string> = {};
  for (const word of words) {
    const match = /^=([^=]+)=(.*)$/s.exec(word);
    if (match) row[match[1] ?? ""] = match[2] ?? "";
  }
  return row;
}

/** Kept for people, and in logs: a text of its own, because a part of another one keeps the whole of it. */
const quoted = (said: string): string => Buffer.from(cutText(said, 500)).toString();

function readTrap(row: Row): RouterTrap {
  const category = row.category === undefined ? null : Number(row.category);
  return new RouterTrap(quoted(row.message ?? "refused without a reason"), category);
}

export const timeOut = () => new Fault("router-api/time-out", "the router did not answer in time", { retry: "later" });
const cut = (why: string) =>
  new Fault("router-api/cut", `the connection to the router ended: ${why}`, { retry: "later" });
