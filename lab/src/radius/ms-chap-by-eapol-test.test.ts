/**
 * MS-CHAPv2 of people who did not write ours: the client of wpa_supplicant (`eapol_test`) makes the response and judges the success, FreeRADIUS carries
 * both through a TTLS tunnel to the agent's RADIUS door, which knows the NT hash of a router password.
 */
import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { createRadiusServer, type RadiusServer } from "@karibu/agent/radius/server/server";
import { createFakeAccess } from "@karibu/agent/radius/server/test-radius-nas";
import { createRouterLogIns } from "@karibu/agent/router-log-ins/router-log-ins";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { unixMs } from "@karibu/protocol/quantities";
import { findTool, hasTool } from "@karibu/tools/ci/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Freeradius, listens, loopbackClient, startFreeradius } from "./test-freeradius.ts";

const secret = "between FreeRADIUS and agent";
const name = "staff-bcdfghjk";
const password = "wxz2wxz3wxz4wxz5wxz6";
const hasAll = hasTool("freeradius") && hasTool("eapolTest") && hasTool("openssl");

describe.skipIf(!hasAll)("MS-CHAPv2 by wpa_supplicant", () => {
  let radius: Freeradius;
  let agent: RadiusServer;
  const seen: string[] = [];
  beforeAll(async () => {
    const world = realWorld();
    const logIns = createRouterLogIns(world, {
      recorder: { record: async (event) => void seen.push((event as { what: string }).what) },
      isTaken: () => false,
    });
    const expiresAtMs = unixMs(world.clock.wall().atMs + 600_000);
    logIns.allow({ passwordId: "p-1", name, ntHash: ntHashHex(password), level: "read", expiresAtMs });
    agent = await createRadiusServer(world, createNodeUdp(), logIns.before(createFakeAccess()), {
      authPort: 0,
      acctPort: 0,
      address: "127.0.0.1",
      clients: [{ range: "127.0.0.1", secret, requireMessageAuthenticator: true }],
    });
    radius = await startFreeradius({
      ports: 1,
      users: "",
      proxies: true,
      configure: ({ folder, ports: [port = 0] }) => {
        makeCertificate(folder);
        return configuration({ folder, port, agentPort: agent.authPort });
      },
    });
  }, 60_000);
  afterAll(async () => {
    await radius?.stop();
    await agent?.close();
  });

  /** What wpa_supplicant's client thinks of the exchange. */
  function eapolTest(typed: string): Promise<string> {
    const file = join(radius.folder, "eapol.conf");
    writeFileSync(
      file,
      `network={\n key_mgmt=IEEE8021X\n eap=TTLS\n identity="${name}"\n anonymous_identity="nobody"\n password="${typed}"\n phase2="auth=MSCHAPV2"\n}\n`,
    );
    const args = ["-c", file, "-a", "127.0.0.1", "-p", String(radius.ports[0]), "-s", secret, "-t", "15"];
    return new Promise((resolve) => {
      execFile(findTool("eapolTest") as string, args, { maxBuffer: 1e7 }, (_, stdout) => resolve(stdout));
    });
  }

  test("[TEN-13] [CUS-14] its response opens the router, and it finds our success string to be the one of the password", async () => {
    const said = await eapolTest(password);
    expect(said).toContain("EAP-TTLS: Phase 2 MSCHAPV2 authentication succeeded");
    expect(said).toMatch(/\nSUCCESS\n$/);
    expect(seen).toEqual(["accepted"]);
  });

  test("[TEN-13] [CUS-14] with another password it is refused by the agent", async () => {
    expect(await eapolTest("wxz2wxz3wxz4wxz5wxz7")).toMatch(/\nFAILURE\n$/);
    expect(seen).toEqual(["accepted", "refused"]);
  });
});

function makeCertificate(folder: string): void {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=radius.test", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, ...subject],
    {
      stdio: "ignore",
    },
  );
}

const configuration = (of: { folder: string; port: number; agentPort: number }) => `${loopbackClient(secret)}
home_server agent {
  type = auth
  ipaddr = 127.0.0.1
  port = ${of.agentPort}
  secret = "${secret}"
  status_check = none
  response_window = 5
}
home_server_pool agent {
  type = fail-over
  home_server = agent
}
realm agent {
  auth_pool = agent
  nostrip
}
modules {
  eap {
    default_eap_type = ttls
    tls-config common {
      private_key_file = ${of.folder}/key.pem
      certificate_file = ${of.folder}/certificate.pem
      ca_file = ${of.folder}/certificate.pem
      tls_min_version = "1.2"
      tls_max_version = "1.2"
    }
    ttls {
      tls = common
      default_eap_type = md5
      virtual_server = inner
    }
  }
}
server outer {
${listens(of.port)}
  authorize {
    eap
  }
  authenticate {
    eap
  }
  pre-proxy {
    update proxy-request {
      &Message-Authenticator := 0x00
      &Service-Type := Login-User
      &Calling-Station-Id := "192.168.88.20"
      &NAS-Identifier := "lobby"
    }
  }
  post-proxy {
    eap
  }
}
server inner {
  authorize {
    update control {
      &Proxy-To-Realm := "agent"
    }
  }
}
`;
