/** Waiting for a RADIUS server, by asking it (Status-Server). */
import { setTimeout as wait } from "node:timers/promises";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { codes } from "@karibu/protocol/radius/codes";
import { replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";

const tries = 100;
const betweenMs = 100;

/** True once the server answers, false when it has not within ten seconds. */
export async function answersStatus(port: number, secret: string): Promise<boolean> {
  const packet = sealRequest(
    {
      code: codes.statusServer,
      id: 1,
      authenticator: crypto.getRandomValues(new Uint8Array(16)),
      attributes: [{ name: "messageAuthenticator", value: new Uint8Array(16) }],
    },
    secret,
  );
  let answered = false;
  const socket = await createNodeUdp().bind({
    port: 0,
    address: "127.0.0.1",
    onMessage: (reply) => {
      answered ||= replyIsAuthentic(reply, packet.subarray(4, 20), secret);
    },
    onError: () => {},
  });
  for (let attempt = 0; attempt < tries && !answered; attempt++) {
    socket.send(packet, { address: "127.0.0.1", port });
    await wait(betweenMs);
  }
  await socket.close();
  return answered;
}
