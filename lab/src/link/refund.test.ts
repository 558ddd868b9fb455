/**
 * A refund's whole way: approved at the hub by a second person, sent to the site by its feed, ended at the router by a
 * Disconnect-Request over real datagrams, and refused when the phone tries again. A site that is away does it when it is back.
 */
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import type { Agent } from "@karibu/agent/start/agent";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, onTestFinished, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { type Client, createRouter, type Router } from "../router/device/router.ts";
import type { RadiusServer } from "../router/model/router-options.ts";
import { hastened, until } from "./link-ends.ts";
import { createAgentOfTest, openLine } from "./test-agent-beside.ts";

const waitMs = 50_000;
const secret = "one for both";

engineSuite("a refund with an agent and a router", (engine) => {
  const lab = useHub(engine);
  async function openShop(name: string) {
    const { token } = await lab.makeProvider(name);
    let keys = 0;
    const call = async (method: string, path: string, body?: object, as = token) => {
      const headers: Record<string, string> = method === "POST" ? { "Idempotency-Key": `key-${++keys}` } : {};
      const answer = await lab.call(method, `/api/v1${path}`, { token: as, headers, ...(body ? { body } : {}) });
      expect([path, answer.status < 300], answer.text).toEqual([path, true]);
      return answer.body;
    };
    const { site, enrolmentToken } = await call("POST", "/sites", { name: "Harbour" });
    const { siteId } = site as { siteId: string };
    const terms = { validitySeconds: 36_000 };
    const { planId } = await call("POST", "/plans", { name: "Ten hours", priceCents: 5000, terms });
    await call("PATCH", "/money-settings", { twoPersonRefunds: true, refundUsed: "unused-part" });
    const second = { email: `second@${name.toLowerCase()}.test`, password: "another-long-password" };
    await call("POST", "/users", { ...second, name: "Second", role: "accountant" });
    const secondToken = await lab.logIn(second.email, second.password);
    /** One person asks, the other one agrees. */
    const refund = async (what: object) => {
      const asked = await call("POST", "/refunds", { ...what, method: "cash", reason: "it did not work" });
      expect(asked.state).toBe("asked");
      return () => call("POST", `/refunds/${asked.id}/approve`, {}, secondToken);
    };
    return { call, refund, siteId, planId, enrolmentToken };
  }

  /** The site: its router and its agent, on real datagrams over loopback. */
  async function openSite(enrolmentToken: string) {
    const udp = createNodeUdp();
    // The agent takes any free ports, and the router hears of them when the agent is up.
    const servers: RadiusServer[] = [];
    const router = createRouter(lab.world, udp, { radiusServers: servers, incomingPort: 0 });
    await router.boot();
    onTestFinished(() => router.powerCut());
    const line = openLine(lab);
    const agent = createAgentOfTest(lab, {
      world: hastened(lab.world, 10),
      folder: createFaultyFolder(lab.world),
      udp,
      enrolToken: enrolmentToken,
      line,
      radius: {
        secret,
        authPort: 0,
        acctPort: 0,
        coaHost: "127.0.0.1",
        coaPort: router.running?.incoming?.port ?? 0,
      },
    });
    await agent.start();
    const radius = agent.radius();
    if (radius.kind !== "listening") throw new Error(`RADIUS: ${radius.kind}`);
    servers.push({ address: "127.0.0.1", authPort: radius.authPort, acctPort: radius.acctPort, secret });
    await until("it is connected", () => agent.hub.state === "connected", waitMs);
    return { agent, router, cut: line.cut };
  }

  const deviceOf = (client: Client) => ({
    token: client.address.replaceAll(".", "-").padEnd(40, "x"),
    mac: client.mac,
    address: client.address,
  });

  /** Lets the phone in with what the portal of its site gives it. */
  async function goOnline(agent: Agent, client: Client, grantId: string) {
    const { username, password } = agent.portalAccess.issueLogIn(grantId, deviceOf(client));
    const logIn = () => client.logIn({ user: username, password });
    expect(await logIn()).toMatchObject({ kind: "logged-in" });
    return logIn;
  }

  /** Neither what it was let in with, nor its cookie, nor the portal lets the phone in again. */
  async function staysOut(agent: Agent, client: Client, logIn: () => ReturnType<Client["logIn"]>) {
    expect(await logIn()).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/withdrawn/),
    });
    await client.request();
    expect(client.online()).toBe(false);
    expect(agent.portalAccess.view(deviceOf(client)).available).toEqual([]);
  }

  const disconnects = (router: Router) => router.running?.incoming?.counters.acks ?? 0;

  test("[PAY-15] a refunded payment ends at a connected site: the router drops the phone and refuses it from then on", async () => {
    const shop = await openShop("Connected");
    const { agent, router } = await openSite(shop.enrolmentToken);
    const { siteId, planId } = shop;
    const buy = async (phone: string, client: Client) => {
      const order = { siteId, planId, phone, pay: "cash" };
      const paymentId = (await shop.call("POST", "/payments/purchase", order)).id as string;
      let grantId = "";
      await until(
        "the grant is at the site",
        async () => {
          const claimed = await agent.portalAccess.claimPurchase(paymentId, deviceOf(client));
          if (claimed.kind === "granted") grantId = claimed.grantId;
          return grantId !== "";
        },
        waitMs,
      );
      return { paymentId, logIn: await goOnline(agent, client, grantId) };
    };
    const [mine, other] = [router.client("10.5.50.7"), router.client("10.5.50.8")];
    const { paymentId, logIn } = await buy("0712345678", mine);
    await buy("0712345679", other);

    const approve = await shop.refund({ paymentId });
    await agent.sweep();
    expect(mine.online()).toBe(true);
    expect(await approve()).toMatchObject({ state: "done" });
    await until("the router has dropped it", () => !mine.online(), waitMs);
    expect(disconnects(router)).toBe(1);
    expect(other.online()).toBe(true);
    await staysOut(agent, mine, logIn);
    const sessions = async () => (await shop.call("GET", `/sessions?siteId=${siteId}`)).items as { state: string }[];
    await until(
      "the hub has its end",
      async () => (await sessions()).filter(({ state }) => state === "ended").length === 1,
      waitMs,
    );
  }, 180_000);

  test("[PAY-15] a voucher that is refunded while its site is offline ends as soon as the site is back", async () => {
    const shop = await openShop("Away");
    const { agent, router, cut } = await openSite(shop.enrolmentToken);
    const { siteId, planId } = shop;
    const { batchId } = await shop.call("POST", "/vouchers/batches", { planId, quantity: 2, siteId });
    const made = async () =>
      (await shop.call("GET", `/vouchers?batchId=${batchId}`)).items as { voucherId: string; code: string }[];
    await until("its codes are made", async () => (await made()).length === 2, waitMs);
    const [first, unused] = (await made()) as [
      { voucherId: string; code: string },
      { voucherId: string; code: string },
    ];
    const client = router.client("10.5.50.7");
    let grantId = "";
    await until(
      "the site takes the code",
      async () => {
        const redeemed = await agent.portalAccess.redeem(first.code, deviceOf(client));
        if (redeemed.kind === "redeemed") grantId = redeemed.grantId;
        return grantId !== "";
      },
      waitMs,
    );
    const logIn = await goOnline(agent, client, grantId);
    const started = async () =>
      ((await shop.call("GET", `/vouchers?batchId=${batchId}`)).items as { state: string }[]).some(
        ({ state }) => state === "used",
      );
    await until("the hub knows that it runs", started, waitMs);

    await shop.call("POST", `/vouchers/${unused.voucherId}/declare-sold`);
    cut(true);
    await until("it is cut off", () => agent.hub.state === "away", waitMs);
    for (const { voucherId } of [first, unused])
      expect(await (await shop.refund({ voucherId }))()).toMatchObject({ state: "done" });
    await agent.sweep();
    expect(client.online()).toBe(true); // the hub could not notify the site

    cut(false);
    await until("the router has dropped it", () => !client.online(), waitMs);
    expect(disconnects(router)).toBe(1);
    await staysOut(agent, client, logIn);
    // What began here ends by the site's own row; what did not is told with the batch, a moment later.
    for (const { code } of [first, unused]) {
      const other = deviceOf(router.client("10.5.50.9"));
      await until(
        "it is refused",
        async () => (await agent.portalAccess.redeem(code, other)).kind === "refused",
        waitMs,
      );
    }
  }, 180_000);
});
