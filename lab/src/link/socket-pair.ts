/**
 * Both ends of one link in memory. Messages arrive in order and without loss until the link is cut. Tests and the simulation can
 * cut the link, and delay, drop or repeat messages.
 */
import type { LinkSocket } from "@karibu/protocol/link/link";

export type Direction = "to-hub" | "to-agent";

export interface SocketPair {
  readonly agent: LinkSocket;
  readonly hub: LinkSocket;
  /** Ends the link: both ends see close code 1006, and messages under way are lost. */
  cut(): void;
  readonly open: boolean;
}

export interface SocketPairOptions {
  /** Runs a delivery later, in order. Default: in the next turn of the event loop. */
  readonly deliver?: (task: () => void) => void;
  /** The messages that arrive instead of a sent one, e.g. none, or the same twice. */
  readonly tamper?: (text: string, direction: Direction) => readonly string[];
}

export function createSocketPair(options: SocketPairOptions = {}): SocketPair {
  const deliver = options.deliver ?? ((task) => void setImmediate(task));
  const tamper = options.tamper ?? ((text) => [text]);
  let open = true;

  function makeEnd(direction: Direction) {
    const early: string[] = [];
    let onMessage: ((text: string) => void) | null = null;
    let onClose: ((code: number, reason: string) => void) | null = null;
    let closed: [number, string] | null = null;
    let buffered = 0;
    return {
      receive(text: string) {
        if (onMessage === null) early.push(text);
        else onMessage(text);
      },
      close(code: number, reason: string) {
        if (closed !== null) return;
        closed = [code, reason];
        onClose?.(code, reason);
      },
      socketTo(peer: () => { receive(text: string): void; close(code: number, reason: string): void }): LinkSocket {
        return {
          send(text) {
            if (!open) return;
            buffered += text.length;
            deliver(() => {
              buffered -= text.length;
              for (const arriving of tamper(text, direction)) if (open) peer().receive(arriving);
            });
          },
          bufferedBytes: () => buffered,
          close(code, reason) {
            if (!open) return;
            // What was sent before still arrives, as on a real socket.
            deliver(() => {
              if (!open) return;
              open = false;
              agentEnd.close(code, reason);
              hubEnd.close(code, reason);
            });
          },
          onMessage(handler) {
            onMessage = handler;
            for (const text of early.splice(0)) handler(text);
          },
          onClose(handler) {
            onClose = handler;
            if (closed !== null) handler(...closed);
          },
        };
      },
    };
  }

  const agentEnd = makeEnd("to-hub");
  const hubEnd = makeEnd("to-agent");
  return {
    agent: agentEnd.socketTo(() => hubEnd),
    hub: hubEnd.socketTo(() => agentEnd),
    cut() {
      if (!open) return;
      open = false;
      agentEnd.close(1006, "cut");
      hubEnd.close(1006, "cut");
    },
    get open() {
      return open;
    },
  };
}
