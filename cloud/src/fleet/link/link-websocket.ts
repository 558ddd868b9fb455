/** Agents' WebSockets at `/agent`, as plain sockets for the link. Text only; a frame that is too long closes with 1009. */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { frameBytesMax } from "@karibu/protocol/frame";
import type { LinkSocket } from "@karibu/protocol/link";
import { type WebSocket, WebSocketServer } from "ws";

/** Takes over `upgrade` of this server. Returns a function that closes open sockets, for the end. */
export function serveLinks(server: Server, accept: (socket: LinkSocket, remoteAddress: string) => void): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax, perMessageDeflate: false });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    // The URL comes from outside: `//` is not a URL, and a throw in this listener would end the process.
    if (URL.parse(request.url ?? "/", "http://hub")?.pathname !== "/agent") {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      accept(linkSocket(webSocket), request.socket.remoteAddress ?? "");
    });
  });
  return () => {
    for (const webSocket of sockets.clients) webSocket.terminate();
    sockets.close();
  };
}

const reasonBytesMax = 123; // RFC 6455 §5.5

function linkSocket(webSocket: WebSocket): LinkSocket {
  webSocket.on("error", () => {}); // "close" follows
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
  };
}

/** Whole characters, at most so many bytes. */
function shorten(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > reasonBytesMax) text = text.slice(0, -1);
  return text;
}
