/** The shipped Caddyfile before a hub, and a real ACME authority (Let's Encrypt's own pebble): which names get a certificate, and what is behind it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { fileURLToPath } from "node:url";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { askerOf } from "@karibu/cloud/test-asking";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { findTool } from "@karibu/tools/ci/tools";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const caddyfile = readFileSync(fileURLToPath(new URL("../../../../container/Caddyfile", import.meta.url)), "utf8");
const isThere = (["caddy", "pebble", "openssl"] as const).every((name) => findTool(name) !== null);

describe.skipIf(!isThere)("a provider's own domain behind Caddy", () => {
  const records = new Map<string, string[]>();
  const hub = useHub(anyEngine, {
    dns: { txt: async (name) => records.get(name) ?? [], addresses: async () => [] },
  });
  const running: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), "karibu-caddy-"));
  let httpsPort = 0;
  let said = "";
  let asha: TestProvider;

  beforeAll(async () => {
    asha = await hub.makeProvider("Asha");
    const [acme, management, http, https, dns, dnsManagement] = (await Promise.all(
      Array.from({ length: 6 }, freeTcpPort),
    )) as [number, number, number, number, number, number];
    httpsPort = https;
    const path = (name: string) => join(folder, name);
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    execFileSync(
      "openssl",
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext ${names} -keyout ${path("key.pem")} -out ${path("cert.pem")}`.split(
        " ",
      ),
      { stdio: "ignore" },
    );
    const pebble = {
      listenAddress: `127.0.0.1:${acme}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: path("cert.pem"),
      privateKey: path("key.pem"),
      httpPort: http,
      tlsPort: https,
      ocspResponderURL: "",
      externalAccountBindingRequired: false,
    };
    writeFileSync(path("pebble.json"), JSON.stringify({ pebble }));
    const options = `{
	acme_ca https://localhost:${acme}/dir
	acme_ca_root ${path("cert.pem")}
	admin off
	skip_install_trust
	http_port ${http}
	https_port ${https}
	storage file_system ${path("storage")}
`;
    // The shipped file, with the authority and the ports of this test.
    writeFileSync(path("Caddyfile"), caddyfile.replace("{\n", options));
    const start = (program: string, args: string[], env: Record<string, string> = {}) => {
      const child = spawn(program, args, {
        env: { PATH: process.env.PATH, HOME: folder, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk) => {
          said += `${program}: ${chunk}`;
        });
      running.push(child);
    };
    start("pebble-challtestsrv", [
      ...["-defaultIPv6", "", "-defaultIPv4", "127.0.0.1", "-http01", "", "-https01", "", "-tlsalpn01", ""],
      ...["-dns01", `127.0.0.1:${dns}`, "-management", `127.0.0.1:${dnsManagement}`],
    ]);
    start("pebble", ["-config", path("pebble.json"), "-dnsserver", `127.0.0.1:${dns}`], {
      PEBBLE_VA_NOSLEEP: "1",
      PEBBLE_WFE_NONCEREJECT: "0",
    });
    // Caddy tries again after a minute where nobody answers at first.
    await vi.waitFor(() => expect(said).toContain("ACME directory available"), { timeout: 30_000 });
    start("caddy", ["run", "--config", path("Caddyfile"), "--adapter", "caddyfile"], {
      HUB_DOMAIN: "hub.test",
      HUB_UPSTREAM: new URL(hub.url()).host,
    });
  }, 60_000);

  afterAll(async () => {
    for (const child of running) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a browser gets at this name; null: no TLS. */
  const visit = (name: string, path = "/") =>
    new Promise<{ issuer: string; names: string; text: string } | null>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: httpsPort, servername: name, rejectUnauthorized: false });
      let text = "";
      socket.on("secureConnect", () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`),
      );
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("error", () => resolve(null));
      socket.setTimeout(20_000, () => socket.destroy(new Error("silent")));
      const certificate = () => socket.getPeerCertificate();
      let seen = { issuer: "", names: "" };
      socket.on("secureConnect", () => {
        seen = { issuer: String(certificate().issuer?.CN), names: certificate().subjectaltname ?? "" };
      });
      socket.on("close", () => resolve(text === "" ? null : { ...seen, text }));
    });

  test("[TEN-12] only proved names get a certificate; behind it is the customers' page, and Caddy's question is shut from outside", async () => {
    await expect
      .poll(async () => (await visit("hub.test", "/health"))?.text ?? said, { timeout: 60_000 })
      .toMatch(/^HTTP\/1.1 200/);
    expect(await visit("wifi.asha.test")).toBeNull();
    expect(await visit("evil.example")).toBeNull();

    const call = askerOf(hub, () => asha.token);
    const { body: domain } = await call("POST", "/domains", { host: "wifi.asha.test" });
    records.set(domain.record.name, [domain.record.value]);
    expect((await call("POST", `/domains/${domain.domainId}/check`)).body.found).toBe("proved");

    await expect
      .poll(async () => (await visit("wifi.asha.test"))?.issuer ?? said, { timeout: 60_000 })
      .toMatch(/^Pebble/);
    const page = await visit("wifi.asha.test");
    expect(page?.names).toBe("DNS:wifi.asha.test");
    expect(page?.text).toMatch(/^HTTP\/1.1 302/);
    expect(page?.text).toMatch(new RegExp(`^location: /my/${asha.providerId}/`, "im"));
    expect((await visit("wifi.asha.test", "/api/v1/plans"))?.text).toMatch(/^HTTP\/1.1 404/);
    for (const name of ["hub.test", "wifi.asha.test"])
      expect((await visit(name, "/certificate-question?domain=wifi.asha.test"))?.text).toMatch(/^HTTP\/1.1 404/);
    expect(await visit("other.asha.test")).toBeNull();
  }, 180_000);
});
