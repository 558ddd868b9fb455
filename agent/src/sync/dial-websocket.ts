/** Dials the hub over a WebSocket. The only importer of `ws` in the agent. */

import type { LookupFunction } from "node:net";
import { frameBytesMax } from "@karibu/protocol/link/frame";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { cutText } from "@karibu/protocol/whole-text";
// biome-ignore lint/plugin: each connection is given the look-up
import WebSocket from "ws";
import type { DialHub } from "../ground/hub-link.ts";
import { connectBy } from "../ground/lookup.ts";

const handshakeMsMax = 20_000;

/** `url`: `ws://…/agent` or `wss://…/agent`; TLS and the Host header keep its name. */
export function dialWebsocket(url: string, lookup: LookupFunction): DialHub {
  return (signal) =>
    new Promise((resolve, reject) => {
      // Compression would cost memory per link and leak lengths to a listener, and frames are small.
      // biome-ignore lint/plugin: by the look-up
      const socket = new WebSocket(url, {
        ...connectBy(lookup),
        handshakeTimeout: handshakeMsMax,
        maxPayload: frameBytesMax,
        perMessageDeflate: false,
        followRedirects: false,
      });
      const link = linkSocketOf(socket); // listens from the start: the hub speaks first
      const giveUp = () => socket.terminate();
      signal.addEventListener("abort", giveUp, { once: true });
      const settled = () => signal.removeEventListener("abort", giveUp);
      socket.once("open", () => {
        settled();
        resolve(link);
      });
      socket.once("error", (error) => {
        settled();
        reject(error);
      });
    });
}

/** The longest reason that surely fits a close frame (123 bytes, RFC 6455 §5.5). */
const reasonCharactersMax = 120;

/** Messages that come before `onMessage` was called are kept for it. A binary message closes the link (1003). */
function linkSocketOf(socket: WebSocket): LinkSocket {
  const early: string[] = [];
  let onMessage: ((text: string) => void) | null = null;
  let onClose: ((code: number, reason: string) => void) | null = null;
  let closed: { code: number; reason: string } | null = null;

  socket.on("message", (data: WebSocket.RawData, isBinary) => {
    if (isBinary) return socket.close(1003, "text messages only");
    if (onMessage !== null) onMessage(data.toString());
    else early.push(data.toString());
  });
  socket.on("close", (code, reason) => {
    closed = { code, reason: reason.toString() };
    onClose?.(closed.code, closed.reason);
  });
  // Every error is followed by a close; without a listener it would end the process.
  socket.on("error", () => {});

  return {
    send: (text) => socket.send(text),
    bufferedBytes: () => socket.bufferedAmount,
    close: (code, reason) => socket.close(code, cutText(reason.replaceAll(/[^\x20-\x7e]/g, "?"), reasonCharactersMax)),
    onMessage(handler) {
      onMessage = handler;
      for (const text of early.splice(0)) handler(text);
    },
    onClose(handler) {
      onClose = handler;
      if (closed !== null) handler(closed.code, closed.reason);
    },
  };
}
