/** The console's log-in by RADIUS, against Debian's FreeRADIUS. */

import { createExchangeDatagrams } from "@karibu/cloud/ground/datagrams/exchange-datagrams";
import { nodeDatagrams } from "@karibu/cloud/ground/datagrams/node-datagrams";
import { oneEngine, realWorld } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { hasTool } from "@karibu/tools/ci/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Freeradius, listens, loopbackClient, startFreeradius } from "../../radius/test-freeradius.ts";

const secret = "between hub and FreeRADIUS";
/** Loopback answers at once: waiting for one that never comes is ten times shorter. */
const impatient = () => {
  const { clock, ...world } = realWorld();
  return {
    ...world,
    clock: { ...clock, after: (delayMs: number, task: () => void) => clock.after(delayMs / 10, task) },
  };
};
const signs = "update reply {\n &Message-Authenticator := 0x00\n }";
const serverOf = (name: string, port: number, after: string) => `server ${name} {
${listens(port)}
  authorize {
    files
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
  }
  post-auth {
    ${after}
    Post-Auth-Type REJECT {
      ${after}
    }
  }
}
`;

describe.skipIf(!hasTool("freeradius"))("log-in to the console by FreeRADIUS", () => {
  const hub = useHub(oneEngine[0] ?? "embedded", {
    exchangeDatagrams: createExchangeDatagrams(impatient(), (to, onMessage) =>
      nodeDatagrams({ ...to, address: "127.0.0.1" }, onMessage),
    ),
    dns: { txt: async () => [], addresses: async () => ["41.90.0.7"] },
  });
  let radius: Freeradius;
  let token: string;
  beforeAll(async () => {
    radius = await startFreeradius({
      ports: 2,
      users: 'john Cleartext-Password := "johns word, é and 日"\n\tClass := "helpers", Mikrotik-Group := "x"\n',
      configure: ({ folder, ports: [signed = 0, plain = 0] }) => `${loopbackClient(secret)}
modules {
  pap {
  }
  files {
    usersfile = ${folder}/users
  }
}
${serverOf("signed", signed, signs)}${serverOf("plain", plain, "")}`,
    });
    const provider = await hub.makeProvider("Wundanyi");
    token = provider.token;
    const person = { email: "john@wundanyi.test", name: "John", role: "support", password: "karibus own word" };
    await hub.call("POST", "/api/v1/users", { token, body: { ...person, yourPassword: "the-owner-password" } });
  }, 60_000);
  afterAll(() => radius?.stop());

  const use = async (port: number | undefined, change: object = {}) => {
    const answer = await hub.call("PUT", "/api/v1/settings/radius-log-in", {
      token,
      body: {
        ...{ host: "radius.wundanyi.test", siteId: null, port, secret, names: "before-at", roles: ["support"] },
        ...{ roleAttribute: "class", roleMap: [{ value: "helpers", role: "support" }] },
        ...{ yourPassword: "the-owner-password", ...change },
      },
    });
    expect(answer.status, answer.text).toBe(200);
  };
  const check = async (body: object = {}) =>
    (await hub.call("POST", "/api/v1/settings/checks/radius-log-in", { token, body })).body;
  const right = "johns word, é and 日";
  const enter = (password: string) =>
    hub.call("POST", "/api/v1/login", { body: { email: "john@wundanyi.test", password } });

  test("[TEN-13] FreeRADIUS that signs its answers lets its people in, by several blocks of password too, and refuses others", async () => {
    await use(radius.ports[0]);
    expect(await check()).toMatchObject({ outcome: "reject" });
    expect(await check({ user: "john", password: right })).toMatchObject({
      outcome: "accept",
      said: ["helpers"],
      role: "support",
    });
    expect((await enter(right)).body.user).toMatchObject({ role: "support" });
    expect((await enter("another word")).status).toBe(401);
  });

  longTest(
    "[TEN-13] as Debian ships it, it signs nothing: nobody enters, and the check says why",
    async () => {
      await use(radius.ports[1]);
      expect((await check({ user: "john", password: right })).outcome).toBe("unsigned");
      expect((await enter(right)).status).toBe(401);
    },
    30_000,
  );

  test("[TEN-13] another secret than FreeRADIUS has gets no answer", async () => {
    await use(radius.ports[0], { secret: "another one of 16 letters" });
    expect((await check({ user: "john", password: right })).outcome).toBe("no-answer");
  }, 30_000);
});
