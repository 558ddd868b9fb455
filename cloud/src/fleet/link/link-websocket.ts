/** Agents' WebSockets at `/agent`, as plain sockets for the link. Text only; a frame that is too long closes with 1009. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { frameBytesMax } from "@karibu/protocol/link/frame";
import { type WebSocket, WebSocketServer } from "ws";
import type { HubSocket } from "./hub-socket.ts";

const timesAndPieces = {
  /** A peer that does not answer the close frame keeps its socket so long, in ms. */
  closeTimeout: 2000,
  /** A message in more pieces than this comes from nobody honest: agents send each in one. */
  maxFragments: 64,
  /** Of one frame, however small the network cuts it. */
  maxBufferedChunks: 4096,
};

/**
 * Takes over `upgrade` of this server. Returns a function that closes open sockets, for the end. `addressOf`: who is at the other
 * end, behind trusted proxies; default: the direct peer.
 */
export function serveLinks(
  server: Server,
  accept: (socket: HubSocket, remoteAddress: string) => void,
  addressOf: (request: IncomingMessage) => string = (request) => request.socket.remoteAddress ?? "",
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: frameBytesMax,
    perMessageDeflate: false,
    ...timesAndPieces,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    // The URL comes from outside: `//` is not a URL, and a throw in this listener would end the process.
    if (URL.parse(request.url ?? "/", "http://hub")?.pathname !== "/agent") {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      accept(linkSocket(webSocket, socket), addressOf(request));
    });
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

const reasonBytesMax = 123; // RFC 6455 §5.5

function linkSocket(webSocket: WebSocket, stream: Duplex): HubSocket {
  webSocket.on("error", () => {}); // "close" follows
  let messageBytes = 0;
  /** Apart: a ping may come in the middle of a message, whose bytes are still held (RFC 6455 §5.4). */
  let controlBytes = 0;
  webSocket.on("message", (data) => {
    messageBytes += frameBytes((data as Buffer).length);
  });
  for (const event of ["ping", "pong"] as const)
    webSocket.on(event, (data: Buffer) => {
      controlBytes += frameBytes(data.length);
    });
  return {
    send: (text) => {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(text, () => {});
    },
    bufferedBytes: () => webSocket.bufferedAmount,
    close: (code, reason) => webSocket.close(code, shorten(reason)),
    onMessage: (handler) =>
      webSocket.on("message", (data, isBinary) => {
        if (isBinary) webSocket.close(1003, "text only");
        else handler(data.toString());
      }),
    onClose: (handler) => webSocket.once("close", (code, reason) => handler(code, reason.toString())),
    meter: {
      // The messages of a chunk are handled before this listener runs: `ws` listened first.
      onUnfinished(handler) {
        let unfinished = 0;
        stream.on("data", (chunk: Buffer) => {
          const held = messageBytes === 0 ? unfinished : -messageBytes;
          unfinished = Math.max(0, held + chunk.length - controlBytes);
          messageBytes = 0;
          controlBytes = 0;
          handler(unfinished);
        });
      },
      hold(isHeld) {
        if (isHeld) webSocket.pause();
        else webSocket.resume();
      },
      cut: () => webSocket.terminate(),
    },
  };
}

/** RFC 6455 §5.2: a frame of a client with its head and mask. */
function frameBytes(payloadBytes: number): number {
  return payloadBytes + 6 + (payloadBytes > 65_535 ? 8 : payloadBytes > 125 ? 2 : 0);
}

/** Whole characters, at most so many bytes. */
function shorten(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > reasonBytesMax) text = text.slice(0, -1);
  return text;
}
