/** The agent as a process, and RADIUS over TLS from a client that others wrote: radclient asks radsecproxy, which asks the agent. */

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Attribute, decodePacket } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { requestIsAuthentic, sealReply } from "@karibu/protocol/radius/seal";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectRadsec, makeCertificates, type TestCertificates } from "../radius/radsec/test-radsec-client.ts";
import { papRequest, readReply, request, valuesOf } from "../radius/server/test-radius-nas.ts";
import { radsecSecret } from "../radius/wire/radsec-secret.ts";
import { type AgentProcess, startAgent } from "./test-agent-process.ts";

const isMissing = (program: string) => spawnSync(program, ["-v"]).error !== undefined;
const proxySecret = "between radclient and proxy";
const site = {
  plans: [
    { name: "hour", validitySeconds: 3600, downKbps: 2000, upKbps: 1000 },
    { name: "moment", validitySeconds: 2 },
  ],
  accounts: [
    { username: "nemo", password: "arctangent", plan: "hour" },
    { username: "tim", password: "arctangent", plan: "moment" },
  ],
};

let folder = "";
let certificates: TestCertificates;
let agent: AgentProcess | null = null;
let proxy: ChildProcess | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-radsec-agent-"));
  certificates = makeCertificates();
  await writeFile(join(folder, "site.json"), JSON.stringify(site));
});
afterEach(async () => {
  proxy?.kill("SIGKILL");
  proxy = null;
  await agent?.kill("SIGKILL");
  agent = null;
  certificates.remove();
  await rm(folder, { recursive: true, force: true });
});

const environment = (more: Record<string, string>): Record<string, string> => ({
  KARIBU_DATA: join(folder, "data"),
  KARIBU_SITE_FILE: join(folder, "site.json"),
  KARIBU_RADIUS_SECRET: "s3cret",
  KARIBU_RADSEC_PORT: "0",
  KARIBU_RADSEC_CERTIFICATE: certificates.server.certificate,
  KARIBU_RADSEC_KEY: certificates.server.key,
  ...more,
});

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Starts radsecproxy with this server behind it, and resolves with its UDP port. */
async function startProxy(radsecPort: number): Promise<number> {
  const port = await freeUdpPort();
  const file = join(folder, "radsecproxy.conf");
  const lines = [
    `ListenUDP 127.0.0.1:${port}`,
    `tls default { CACertificateFile ${certificates.ca}`,
    `CertificateFile ${certificates.client.certificate}`,
    `CertificateKeyFile ${certificates.client.key} }`,
    `client 127.0.0.1 { type udp`,
    `secret "${proxySecret}" }`,
    `server agent { type tls`,
    `host 127.0.0.1`,
    `port ${radsecPort}`,
    `secret radsec`,
    `certificateNameCheck off }`,
    `realm * { server agent`,
    `accountingServer agent }`,
  ];
  await writeFile(file, `${lines.join("\n").replaceAll("{ ", "{\n").replaceAll(" }", "\n}")}\n`);
  proxy = spawn("radsecproxy", ["-f", "-d", "3", "-c", file], { stdio: "ignore" });
  return port;
}

/** It asks until there is an answer: the proxy may still be connecting. */
async function radclient(port: number, type: "auth" | "acct", attributes: string): Promise<string> {
  const asking = promisify(execFile)("radclient", [
    "-x",
    "-t",
    "1",
    "-r",
    "40",
    `127.0.0.1:${port}`,
    type,
    proxySecret,
  ]);
  asking.child.stdin?.end(attributes);
  const { stdout, stderr } = await asking.catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}

test.skipIf(isMissing("radsecproxy") || isMissing("radclient"))(
  "[RAD-01] [RAD-03] [RAD-18] radsecproxy with a certificate of the CA brings log-ins and accounting over TLS",
  async () => {
    agent = await startAgent(environment({ KARIBU_RADSEC_CA: certificates.ca }));
    const port = await startProxy(agent.radsecPort);
    const good = await radclient(port, "auth", "User-Name=nemo,User-Password=arctangent,Message-Authenticator=0x00");
    expect(good).toContain("Access-Accept");
    expect(good).toContain('Mikrotik-Rate-Limit = "1M/2M"');
    const wrong = await radclient(port, "auth", "User-Name=nemo,User-Password=no,Message-Authenticator=0x00");
    expect(wrong).toContain("Access-Reject");
    const chap = await radclient(port, "auth", "User-Name=nemo,CHAP-Password=arctangent,Message-Authenticator=0x00");
    expect(chap).toContain("Access-Accept");
    const accounted = await radclient(
      port,
      "acct",
      "User-Name=nemo,Acct-Session-Id=81000001,Acct-Status-Type=Start,NAS-Identifier=lobby,NAS-IP-Address=192.168.88.1",
    );
    expect(accounted).toContain("Accounting-Response");
    const metrics = await (await fetch(`http://127.0.0.1:${agent.httpPort}/metrics`)).text();
    expect(metrics).toContain("karibu_sessions_open 1");
    expect(metrics).toContain("karibu_radsec_connections 1");
    const health = await (await fetch(`http://127.0.0.1:${agent.httpPort}/health`)).json();
    expect(health).toMatchObject({ ok: true, checks: { radius: "listening", radsec: "listening" } });
  },
  120_000,
);

test.skipIf(isMissing("radsecproxy") || isMissing("radclient"))(
  "[RAD-18] the dialect of a listed router counts where routers show a certificate",
  async () => {
    const listed = JSON.stringify([{ network: "127.0.0.1", dialect: "wispr" }]);
    agent = await startAgent(environment({ KARIBU_RADSEC_CA: certificates.ca, KARIBU_RADIUS_CLIENTS: listed }));
    const port = await startProxy(agent.radsecPort);
    const good = await radclient(port, "auth", "User-Name=nemo,User-Password=arctangent,Message-Authenticator=0x00");
    expect(good).toContain("WISPr-Bandwidth-Max-Down = 2000000");
    expect(good).not.toContain("Mikrotik-");
  },
  120_000,
);

longTest(
  "[RAD-07] [RAD-08] OFF-IN-TIME: a session of a router over TLS is ended over its connection when its plan is over",
  async () => {
    agent = await startAgent(environment({ KARIBU_RADIUS_CLIENTS: "127.0.0.1" }));
    const router = await connectRadsec(agent.radsecPort);
    const ask = async (packet: Buffer) => {
      router.send(packet);
      return readReply(await router.next(), packet, radsecSecret);
    };
    const accept = await ask(papRequest({ user: "tim", secret: radsecSecret }));
    expect(accept.code).toBe(codes.accessAccept);
    const phone = [
      { name: "userName", value: "tim" },
      { name: "acctSessionId", value: "81000007" },
      { name: "nasIdentifier", value: "lobby" },
      { name: "framedIpAddress", value: "10.5.50.7" },
      { name: "class", value: valuesOf(accept).class as Uint8Array },
    ] as const;
    const report = (id: number, status: number, more: readonly Attribute[] = []) =>
      ask(
        request(
          codes.accountingRequest,
          id,
          [{ name: "acctStatusType", value: status }, ...phone, ...more],
          radsecSecret,
        ),
      );
    await report(2, statusTypes.start);

    const asked = await router.next();
    expect(requestIsAuthentic(asked, radsecSecret)).toBe(true);
    const decoded = decodePacket(asked);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    const { code, id, authenticator } = decoded.packet;
    expect(code).toBe(codes.disconnectRequest);
    expect(valuesOf(decoded.packet)).toMatchObject({ userName: "tim", acctSessionId: "81000007" });
    router.send(
      sealReply({ code: codes.disconnectAck, id, authenticator, attributes: [] }, authenticator, radsecSecret),
    );
    await report(3, statusTypes.stop, [{ name: "acctTerminateCause", value: 6 }]);
    const metrics = await (await fetch(`http://127.0.0.1:${agent.httpPort}/metrics`)).text();
    expect(metrics).toContain("karibu_sessions_open 0");
    await router.close();
  },
  120_000,
);

longTest(
  "a certificate that can't be read or used is refused by the name of its setting, and no key is repeated",
  async () => {
    const ca = { KARIBU_RADSEC_CA: certificates.ca };
    const refusal = (more: Record<string, string>) =>
      startAgent(environment({ ...ca, ...more })).then(
        () => "it started",
        (error: Error) => error.message,
      );
    expect(await refusal({ KARIBU_RADSEC_CERTIFICATE: join(folder, "none.pem") })).toMatch(
      /code 2: .*KARIBU_RADSEC_CERTIFICATE can't be read/,
    );
    expect(await refusal({ KARIBU_RADSEC_KEY: certificates.client.key })).toMatch(
      /code 2: .*KARIBU_RADSEC_CERTIFICATE and KARIBU_RADSEC_KEY can't be used/,
    );
    expect(await refusal({ KARIBU_RADSEC_CA: join(folder, "site.json") })).toMatch(
      /code 2: .*KARIBU_RADSEC_CA holds no certificate/,
    );
    const pem = "-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----";
    const said = await refusal({ KARIBU_RADSEC_KEY: pem });
    expect(said).toMatch(/code 2: /);
    expect(said).not.toContain("secretsecret");
  },
  120_000,
);
