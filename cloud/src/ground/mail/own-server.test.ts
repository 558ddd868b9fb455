import { createServer } from "node:net";
import { expect, test } from "vitest";
import { ownSmtp } from "./own-server.ts";
import { startSmtpServer } from "./test-smtp-server.ts";

const letter = { to: "asha@example.test", subject: "x", text: "y" };
const server = (port: number) => ({
  host: "mail.isp.test",
  port,
  login: "asha",
  password: "secret-word",
  fromAddress: "a@isp.test",
});

/** Who connects to it, and what it heard. */
async function listener() {
  let heard = "";
  let connections = 0;
  const listening = createServer((socket) => {
    connections++;
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as { port: number };
  return { port, heard: () => heard, connections: () => connections, stop: () => listening.close() };
}

test("[TEN-10] a provider's mail server with an address inside is not dialled, whatever else its name has", async () => {
  const inside = await listener();
  for (const addresses of [["127.0.0.1"], ["169.254.169.254"], ["1.1.1.1", "10.0.0.1"], ["::ffff:127.0.0.1"]]) {
    const send = ownSmtp({ lookup: async () => addresses.map((address) => ({ address })) })(server(inside.port));
    await expect(send(letter)).rejects.toThrow(/^inside$/);
  }
  await expect(ownSmtp()({ ...server(inside.port), host: "127.0.0.1" })(letter)).rejects.toThrow(/^inside$/);
  await expect(ownSmtp({ lookup: async () => [] })(server(587))(letter)).rejects.toThrow(/^no-such-name$/);
  expect(inside.connections()).toBe(0);
  inside.stop();
});

test("[TEN-10] a server without TLS gets neither letter nor password, and its words are not repeated", async () => {
  const clear = await startSmtpServer({ user: "asha", password: "secret-word" });
  const port = Number(new URL(clear.url).port);
  const send = ownSmtp({ lookup: async () => [{ address: "127.0.0.1" }], mayDial: () => true })(server(port));
  await expect(send(letter)).rejects.toThrow(/^not-encrypted$/);
  expect(clear.seenLogin()).toBeNull();
  expect(clear.letters).toEqual([]);
  await clear.stop();
});

test("[TEN-10] nobody there: no answer", async () => {
  const gone = await listener();
  gone.stop();
  const send = ownSmtp({ lookup: async () => [{ address: "127.0.0.1" }], mayDial: () => true })(server(gone.port));
  await expect(send(letter)).rejects.toThrow(/^no-answer$/);
});

test("[TEN-10] a server that talks without end is left when the letter's time is over", async () => {
  let isOpen = false;
  const talking = createServer((socket) => {
    isOpen = true;
    const word = setInterval(() => socket.write("220-one moment\r\n"), 20);
    socket.on("error", () => {});
    socket.on("close", () => {
      clearInterval(word);
      isOpen = false;
    });
  });
  await new Promise<void>((resolve) => talking.listen(0, "127.0.0.1", resolve));
  const { port } = talking.address() as { port: number };
  const options = { lookup: async () => [{ address: "127.0.0.1" }], mayDial: () => true, patienceMs: 300 };
  await expect(ownSmtp(options)(server(port))(letter)).rejects.toThrow(/^no-answer$/);
  await expect.poll(() => isOpen).toBe(false);
  talking.close();
});
