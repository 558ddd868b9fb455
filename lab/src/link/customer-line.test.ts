/** A customer's line from the office to the router: opened at the hub, dialled by PPPoE's packets at a real agent, also while the hub is away. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { type Attribute, decodePacket, type Packet } from "@karibu/agent/radius/wire/codec";
import { codes, statusTypes } from "@karibu/agent/radius/wire/codes";
import { authenticatorResponse, ntResponse } from "@karibu/agent/radius/wire/ms-chap";
import { replyIsAuthentic, sealRequest } from "@karibu/agent/radius/wire/seal";
import { isAbsent, oneEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { createAgentBeside, openLine } from "./test-agent-beside.ts";

const secret = "between router and agent";
const waitMs = 60_000;
const pppoe: Attribute[] = [
  { name: "serviceType", value: 2 },
  { name: "framedProtocol", value: 1 },
  { name: "nasPortType", value: 15 },
  { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" },
  { name: "nasIdentifier", value: "tower" },
];

describe.each(oneEngine)("a customer's line, the hub on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("and an agent", () => {
    const lab = useHub(engine);
    const opened: { stop(): unknown }[] = [];
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.stop();
    });

    /** A PPPoE server: asks as RouterOS does, and believes nothing that is not signed. */
    async function createServer(port: { readonly auth: number; readonly acct: number }) {
      const socket = createSocket("udp4");
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      opened.push({ stop: () => socket.close() });
      let id = 0;
      async function ask(code: number, attributes: readonly Attribute[], to: number): Promise<Packet> {
        id = (id + 1) & 255;
        const authenticator = lab.world.random.bytes(16);
        const packet = sealRequest({ code, id, authenticator, attributes: [...attributes] }, secret);
        socket.send(packet, to, "127.0.0.1");
        const [reply] = (await once(socket, "message")) as [Buffer];
        if (!replyIsAuthentic(reply, packet.subarray(4, 20), secret)) throw new Error("the reply is not signed");
        const decoded = decodePacket(reply);
        if (decoded.kind === "malformed") throw new Error(decoded.reason);
        return decoded.packet;
      }
      const valuesOf = ({ attributes }: Packet) =>
        Object.fromEntries(attributes.map((each) => ["name" in each ? each.name : each.type, each.value]));
      return {
        /** By MS-CHAPv2. @returns the reply's attributes; null: rejected. The server's own proof is checked, as a client does. */
        async dial(user: string, password: string) {
          const challenge = lab.world.random.bytes(16);
          const peerChallenge = lab.world.random.bytes(16);
          const exchange = { user, authenticatorChallenge: challenge, peerChallenge };
          const response = ntResponse(exchange, password);
          const value = Buffer.concat([Uint8Array.of(1, 0), peerChallenge, new Uint8Array(8), response]);
          const reply = await ask(
            codes.accessRequest,
            [
              { name: "userName", value: user },
              ...pppoe,
              { name: "msChapChallenge", value: challenge },
              { name: "msChap2Response", value },
              { name: "messageAuthenticator", value: new Uint8Array(16) },
            ],
            port.auth,
          );
          if (reply.code !== codes.accessAccept) return null;
          const values = valuesOf(reply);
          const proof = authenticatorResponse({ ...exchange, ntResponse: response }, password);
          expect(Buffer.from(values.msChap2Success as Uint8Array).toString("latin1")).toBe(`\x01${proof}`);
          return values;
        },
        start: (user: string, grant: unknown) =>
          ask(
            codes.accountingRequest,
            [
              { name: "acctStatusType", value: statusTypes.start },
              { name: "acctSessionId", value: "81700001" },
              { name: "userName", value: user },
              { name: "framedIpAddress", value: "100.64.3.7" },
              { name: "class", value: grant as Uint8Array },
              ...pppoe,
            ],
            port.acct,
          ),
      };
    }

    test("[CUS-14] [CUS-04] [CUS-06] [RAD-10] opened, paid, dialled; over while the hub is away: the page; paid: full speed again", async () => {
      const { token, providerId } = await lab.makeProvider("Nyumbani");
      let keys = 0;
      const call = async (method: string, path: string, body?: object) => {
        const headers = { "idempotency-key": `key-${++keys}` };
        const answer = await lab.call(method, `/api/v1${path}`, {
          token,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
        return answer.body;
      };
      const { site, enrolmentToken } = await call("POST", "/sites", { name: "Tower" });
      const terms = { downKbps: 10_000, upKbps: 5000 };
      const { planId } = await call("POST", "/plans", { name: "Home 10M", priceCents: 250_000, terms });
      const rules = { graceSeconds: 1, afterWay: "page", slowDownKbps: 512, slowUpKbps: 256 };
      await call("PUT", "/subscription-rules", { ...rules, lateFeeCents: 0, promiseDaysMax: 3, pauseDaysMax: 30 });
      const { customerId } = await call("POST", "/customers", { name: "Kamau", phone: "0711000001" });
      const order = { customerId, username: "kamau", password: "clientPass", planId, siteIds: [site.siteId] };
      const { accountId } = await call("POST", "/accounts", { ...order, address: { ip: "100.64.3.7" } });
      const { subscriptionId } = await call("POST", "/subscriptions", { customerId, accountId, planId });
      const pay = () => call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
      await pay();

      const line = openLine(lab);
      const agent = createAgentBeside(lab, {
        enrolToken: enrolmentToken,
        folder: createFaultyFolder(lab.world),
        line,
        udp: createNodeUdp(),
        radius: { secret, authPort: 0, acctPort: 0, coaHost: "127.0.0.1", coaPort: 9 },
      });
      opened.push(agent);
      await agent.start();
      const radius = agent.radius();
      if (radius.kind !== "listening") throw new Error(`RADIUS is ${radius.kind}`);
      const server = await createServer({ auth: radius.authPort, acct: radius.acctPort });
      const dial = () => server.dial("kamau", "clientPass");
      await until("the site knows the line", async () => (await dial()) !== null, waitMs);
      const full = await dial();
      expect(full).toMatchObject({ mikrotikRateLimit: "5M/10M", framedIpAddress: "100.64.3.7" });
      expect(full?.mikrotikAddressList).toBeUndefined();
      expect(await server.dial("kamau", "clientPast")).toBeNull();
      await server.start("kamau", full?.class);
      const sessions = async () => (await call("GET", "/sessions?service=pppoe")).items;
      await until("the hub lists the session", async () => (await sessions()).length > 0, waitMs);
      expect(await sessions()).toMatchObject([{ user: "kamau", service: "pppoe", address: "100.64.3.7" }]);
      const holders = await call("GET", `/address-holders?address=100.64.3.7&atMs=${lab.world.clock.wall().atMs}`);
      expect(holders.items).toMatchObject([{ customerName: "Kamau", service: "pppoe" }]);

      // What is left of the month is four seconds: the site is told the date, and then the hub is away.
      await lab
        .database()
        .asProvider(providerId, (tx) =>
          sql`update subscriptions set anchor_ms = anchor_ms - (paid_until_ms - ${lab.world.clock.wall().atMs + 4000}), every_unit = 'day', every_count = 30`.execute(
            tx,
          ),
        );
      await call("PATCH", `/subscriptions/${subscriptionId}`, { autoRenew: false });
      await call("PATCH", `/accounts/${accountId}`, { upKbps: 6000 });
      await until("the site heard it", async () => (await dial())?.mikrotikRateLimit === "6M/10M", waitMs);
      line.cut(true);
      await until("it is over", async () => (await dial())?.mikrotikAddressList === "karibu-suspended", waitMs);
      expect(await dial()).toMatchObject({ mikrotikRateLimit: "256k/512k", mikrotikAddressList: "karibu-suspended" });
      await pay();
      expect((await dial())?.mikrotikAddressList).toBe("karibu-suspended"); // nobody has told the site
      line.cut(false);
      await until("the site heard of the payment", async () => (await dial())?.mikrotikRateLimit === "6M/10M", waitMs);
    }, 120_000);
  });
});
