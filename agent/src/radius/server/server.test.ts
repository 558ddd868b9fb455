import { execFile, execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { codes } from "@karibu/protocol/radius/codes";
import type { World } from "@karibu/protocol/world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNodeUdp } from "../../ground/node-udp.ts";
import { clientsOfSecret } from "./client-settings.ts";
import { createRadiusServer, type RadiusServer } from "./server.ts";
import {
  createFakeAccess,
  createTestWorld,
  type FakeAccess,
  messageAuthenticator,
  openLimits,
  papRequest,
  readReply,
  request,
  secret,
} from "./test-radius-nas.ts";

function hasRadclient(): boolean {
  try {
    execFileSync("radclient", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const client = { range: "127.0.0.0/8", secret, requireMessageAuthenticator: false };
const world: World = createTestWorld();

async function listen(access: FakeAccess): Promise<RadiusServer> {
  return createRadiusServer(world, createNodeUdp(), access, {
    authPort: 0,
    acctPort: 0,
    address: "127.0.0.1",
    clients: [client],
  });
}

/** Sends from a separate socket and resolves with the first datagram that comes back. */
async function ask(port: number, packet: Buffer): Promise<Buffer> {
  const answer = Promise.withResolvers<Buffer>();
  const socket = await createNodeUdp().bind({
    port: 0,
    address: "127.0.0.1",
    onMessage: (reply) => answer.resolve(Buffer.from(reply)),
    onError: answer.reject,
  });
  socket.send(packet, { address: "127.0.0.1", port });
  try {
    return await answer.promise;
  } finally {
    await socket.close();
  }
}

test("both ports answer, each on its own, and close", async () => {
  const server = await listen(createFakeAccess());
  expect(server.authPort).not.toBe(server.acctPort);
  const packet = papRequest();
  expect(readReply(await ask(server.authPort, packet), packet).code).toBe(codes.accessAccept);
  const status = request(codes.statusServer, 9, [messageAuthenticator]);
  expect(readReply(await ask(server.acctPort, status), status).code).toBe(codes.accountingResponse);
  expect(server.counters).toMatchObject({ accepts: 1, statusRequests: 1 });
  await server.close();
  await server.close();
});

test("a port in use is named, and the other one is not left open", async () => {
  const first = await listen(createFakeAccess());
  const settings = { authPort: 0, acctPort: first.acctPort, address: "127.0.0.1", clients: [client] };
  await expect(createRadiusServer(world, createNodeUdp(), createFakeAccess(), settings)).rejects.toThrow(
    new RegExp(`EADDRINUSE.*${first.acctPort}`),
  );
  await first.close();
});

/** As a RADIUS client that takes an answer only from the address that it asked. */
async function askConnected(host: string, port: number, packet: Buffer): Promise<Buffer> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("message", (reply) => resolve(reply));
      socket.connect(port, host, () => socket.send(packet));
    });
  } finally {
    socket.close();
  }
}

const everyAddress = { authPort: 0, acctPort: 0, clients: clientsOfSecret(secret) };
const loopbacks = () => ["127.0.0.1", "127.0.0.2", "::1"];

test.each(["127.0.0.1", "127.0.0.2", "::1"])("an answer leaves from the address that was asked: %s", async (host) => {
  const udp = createNodeUdp(undefined, loopbacks);
  const server = await createRadiusServer(world, udp, createFakeAccess(), everyAddress);
  for (const port of [server.authPort, server.acctPort]) {
    const status = request(codes.statusServer, 9, [messageAuthenticator]);
    const { code } = readReply(await askConnected(host, port, status), status);
    expect(code).toBe(port === server.authPort ? codes.accessAccept : codes.accountingResponse);
  }
  await server.close();
});

test("an address that the machine gets later answers for itself too", async () => {
  let addresses = ["127.0.0.1"];
  const udp = createNodeUdp(undefined, () => addresses);
  const socket = await udp.bind({
    port: 0,
    everyAddress: true,
    onMessage: (packet, from, answer) => answer?.(packet, from),
    onError: () => {},
  });
  addresses = ["127.0.0.1", "127.0.0.3"];
  await socket.followAddresses?.();
  expect(await askConnected("127.0.0.3", socket.port, Buffer.from("hello"))).toEqual(Buffer.from("hello"));
  await socket.close();
});

test("a port that another agent has on all addresses is named as taken", async () => {
  const first = await createRadiusServer(world, createNodeUdp(), createFakeAccess(), everyAddress);
  const settings = { ...everyAddress, authPort: first.authPort };
  await expect(createRadiusServer(world, createNodeUdp(), createFakeAccess(), settings)).rejects.toThrow("EADDRINUSE");
  await first.close();
});

describe.skipIf(!hasRadclient())("radclient, FreeRADIUS' own client", () => {
  const access = createFakeAccess({ nemo: "arctangent", "02:1A:2B:3C:4D:5E": "" });
  let server: RadiusServer;
  beforeAll(async () => {
    access.limits = {
      ...openLimits,
      sessionSeconds: seconds(3600),
      totalBytes: bytes(7e9),
      downKbps: 5000,
      upKbps: 2000,
    };
    server = await listen(access);
  });
  afterAll(() => server.close());

  /** Runs it with these attributes; its exit code is 0 only for an answer other than a reject. */
  function radclient(
    command: string,
    port: number,
    attributes: string,
    with_ = secret,
  ): Promise<{ code: number; out: string }> {
    return new Promise((resolve) => {
      const args = ["-x", "-r", "1", "-t", "1", `127.0.0.1:${port}`, command, with_];
      const child = execFile("radclient", args, { timeout: 20_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: stdout + stderr });
      });
      child.stdin?.end(`${attributes}\n`);
    });
  }

  test("[RAD-01] [RAD-02] PAP: accept with Session-Timeout and the MikroTik attributes", async () => {
    const { code, out } = await radclient("auth", server.authPort, 'User-Name="nemo",User-Password="arctangent"');
    expect(out).toMatch(/Received Access-Accept/);
    expect(out).toMatch(/Session-Timeout = 3600/);
    expect(out).toMatch(/Mikrotik-Rate-Limit = "2M\/5M"/);
    expect(out).toMatch(/Mikrotik-Total-Limit = 2705032704/);
    expect(out).toMatch(/Mikrotik-Total-Limit-Gigawords = 1/);
    expect(code).toBe(0);
  });

  test("PAP with a Message-Authenticator, and MAC authentication with an empty password", async () => {
    const with_ = await radclient(
      "auth",
      server.authPort,
      'User-Name="nemo",User-Password="arctangent",Message-Authenticator=0x00',
    );
    expect(with_.out).toMatch(/Received Access-Accept/);
    const mac = await radclient("auth", server.authPort, 'User-Name="02:1A:2B:3C:4D:5E",User-Password=""');
    expect(mac.out).toMatch(/Received Access-Accept/);
  });

  test("a wrong password is rejected with a Reply-Message", async () => {
    const { code, out } = await radclient("auth", server.authPort, 'User-Name="nemo",User-Password="sine"');
    expect(out).toMatch(/Received Access-Reject/);
    expect(out).toMatch(/Reply-Message = "That is not right\."/);
    expect(code).not.toBe(0);
  });

  test("CHAP", async () => {
    const right = await radclient("auth", server.authPort, 'User-Name="nemo",CHAP-Password="arctangent"');
    expect(right.out).toMatch(/Received Access-Accept/);
    const wrong = await radclient("auth", server.authPort, 'User-Name="nemo",CHAP-Password="sine"');
    expect(wrong.out).toMatch(/Received Access-Reject/);
  });

  test("Status-Server on both ports", async () => {
    const auth = await radclient("status", server.authPort, "Message-Authenticator=0x00");
    expect(auth.out).toMatch(/Received Access-Accept/);
    const acct = await radclient("status", server.acctPort, "Message-Authenticator=0x00");
    expect(acct.out).toMatch(/Received Accounting-Response/);
  });

  test("[RAD-03] accounting start, interim and stop are acknowledged, with a wrong secret they are not", async () => {
    const session = 'Acct-Session-Id="81000009",User-Name="nemo",NAS-Identifier="lobby"';
    access.reports.length = 0;
    for (const status of ["Start", "Interim-Update", "Stop"]) {
      const more = status === "Start" ? "" : ",Acct-Input-Octets=10,Acct-Output-Octets=20,Acct-Session-Time=30";
      const { out } = await radclient("acct", server.acctPort, `Acct-Status-Type=${status},${session}${more}`);
      expect(out).toMatch(/Received Accounting-Response/);
    }
    expect(access.reports.map((report) => report.status)).toEqual(["start", "interim", "stop"]);
    expect(access.reports[2]).toMatchObject({ inputBytes: 10, outputBytes: 20, sessionSeconds: 30, nas: "lobby" });
    const wrong = await radclient("acct", server.acctPort, `Acct-Status-Type=Start,${session}`, "other");
    expect(wrong.out).toMatch(/No reply/);
    expect(server.counters.badAuthenticators).toBeGreaterThan(0);
    expect(access.reports).toHaveLength(3);
  });
});
