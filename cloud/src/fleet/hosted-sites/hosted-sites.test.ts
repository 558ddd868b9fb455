import { linkProof } from "@karibu/protocol/link/frame";
import { closeCodes, type LinkSocket } from "@karibu/protocol/link/link";
import { makeLinkKeys, signProof } from "@karibu/protocol/link/link-keys";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { createHostedToken } from "./hosted-sites.ts";

hubSuite("hosts of the platform", (hub) => {
  async function makeHost(name: string) {
    const admin = await hub.adminToken();
    const made = await hub.call("POST", "/api/v1/platform/hosts", { token: admin, body: { name } });
    const keys = makeLinkKeys(hub.world.random);
    const body = { token: made.body.enrolmentToken, publicKey: keys.publicKey };
    expect((await hub.call("POST", "/enrol/host", { body })).status).toBe(200);
    const hostId: string = made.body.host.hostId;
    const state = async () => {
      const { items } = (await hub.call("GET", "/api/v1/platform/hosts", { token: admin })).body;
      return items.find((host: { hostId: string }) => host.hostId === hostId).state;
    };
    return {
      hostId,
      keys,
      state,
      revoke: () => hub.call("POST", `/api/v1/platform/hosts/${hostId}/revoke`, { token: admin }),
    };
  }

  test("[RTR-26] a host gets tokens for sites that are its own and live, and none once it is revoked", async () => {
    const { token } = await hub.makeProvider("Mwenyeji");
    const host = await makeHost("first");
    const hostOne = async (name: string): Promise<string> => {
      const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name } })).body.site;
      await hub.call("PUT", `/api/v1/sites/${siteId}/hosting`, { token, body: { hosted: true } });
      return siteId;
    };
    const [kept, deleted] = [await hostOne("Kept"), await hostOne("Deleted")];
    const ask = (siteId: string) =>
      hub.database().asPlatform("test", (tx) => createHostedToken(hub.world, tx, host.hostId, siteId));
    expect(await ask(kept)).toEqual(expect.any(String));
    const elsewhere = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Elsewhere" } })).body.site;
    expect(await ask(elsewhere.siteId)).toBeNull();
    expect((await hub.call("DELETE", `/api/v1/sites/${deleted}`, { token })).status).toBe(204);
    expect(await ask(deleted)).toBeNull();
    expect((await host.revoke()).status).toBe(200);
    expect(await ask(kept)).toBeNull();
  });

  test("[RTR-26] a host is online while its newest link stands and the hub process that holds it lives", async () => {
    const host = await makeHost("second");
    const closed: number[] = [];
    const connect = () => {
      let hear: (text: string) => void = () => {};
      const socket: LinkSocket = {
        send(text) {
          const frame = JSON.parse(text);
          if (frame.type !== "hello") return;
          const nonce = Buffer.from(hub.world.random.bytes(24)).toString("base64");
          const signature = signProof(host.keys, linkProof("agent", frame.nonce, nonce, host.hostId));
          const who = { protocol: 2, siteId: host.hostId, nonce, signature, agentVersion: "0.1.0" };
          const place = { epoch: "e", lastSeq: 0, cursors: {}, generation: null };
          hear(JSON.stringify({ type: "hello", role: "agent", ...who, ...place }));
        },
        bufferedBytes: () => 0,
        close: (code) => void closed.push(code),
        onMessage(handler) {
          hear = handler;
        },
        onClose() {},
      };
      hub.hub().link.accept(socket, "192.0.2.1");
    };
    expect(await host.state()).toBe("offline");
    connect();
    await expect.poll(host.state, { timeout: 30_000 }).toBe("online");
    connect();
    await expect.poll(() => closed, { timeout: 30_000 }).toEqual([closeCodes.replaced]);
    expect(await host.state(), "the older one's end says nothing").toBe("online");
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("hosts").set({ processId: "one that died" }).where("hostId", "=", host.hostId).execute(),
      );
    expect(await host.state()).toBe("offline");
  });
});
