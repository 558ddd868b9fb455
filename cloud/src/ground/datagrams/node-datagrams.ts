/** Real sockets, each connected to one address: the kernel drops what comes from elsewhere, and chooses a port that is new each time. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { OpenDatagrams } from "./exchange-datagrams.ts";

/** What cannot be sent, or was refused on the way, is like a packet that got lost. */
export const nodeDatagrams: OpenDatagrams = ({ address, port }, onMessage) => {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  let isOpen = true;
  socket.on("error", () => {});
  socket.on("message", (packet) => {
    if (isOpen) onMessage(packet);
  });
  const connected = new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.connect(port, address);
  return {
    send(packet) {
      void connected.then(() => {
        if (isOpen) socket.send(packet, () => {});
      });
    },
    close() {
      isOpen = false;
      socket.close();
    },
  };
};
