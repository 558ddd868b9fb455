import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { createTestSite } from "../../access/test-site.ts";
import { createRadiusHandler } from "./handler.ts";
import { messageAuthenticator, nasPeer, papRequest, readReply, request, secret, valuesOf } from "./test-radius-nas.ts";

const file = {
  plans: [{ name: "all" }],
  accounts: [{ username: "nemo", password: "arctangent", plan: "all" }],
  vouchers: [{ code: "1234567890", plan: "all" }],
};
const phone = [
  { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" },
  { name: "framedIpAddress", value: "10.5.0.20" },
] as const;

function siteOf() {
  const world = createSimulatedWorld();
  const clients = [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }];
  const handler = createRadiusHandler(world, createTestSite(world, { file }).access, { clients });
  let lastId = 0;
  /** The code of the answer, and its message. */
  async function ask(packetOf: (id: number) => Buffer) {
    const packet = packetOf(++lastId);
    const answer = Promise.withResolvers<Buffer>();
    handler.handle("auth", packet, nasPeer, (reply) => answer.resolve(Buffer.from(reply)));
    const reply = readReply(await answer.promise, packet);
    return { code: reply.code, message: valuesOf(reply).replyMessage };
  }
  /** EAP-Response/Identity, as a phone on a network with 802.1X sends it by itself. RFC 3579 §2.1 */
  const eap = (user: string) =>
    ask((id) => {
      const identity = Buffer.concat([Uint8Array.of(2, id, 0, 5 + user.length, 1), Buffer.from(user)]);
      const said = { name: "eapMessage", value: identity } as const;
      return request(codes.accessRequest, id, [
        { name: "userName", value: user },
        said,
        messageAuthenticator,
        ...phone,
      ]);
    });
  return { ask, eap };
}

test("[RAD-01] EAP is refused and is no guess: after twenty tries by itself, a phone's right password still opens", async () => {
  const { ask, eap } = siteOf();
  for (let tries = 0; tries < 20; tries++) expect((await eap("nemo")).code).toBe(codes.accessReject);
  expect((await ask((id) => papRequest({ id, more: phone }))).code).toBe(codes.accessAccept);
});

test("EAP tells nobody which codes and accounts there are: each name gets the same answer", async () => {
  const { eap } = siteOf();
  const names = ["nemo", "1234567890", "nobody", "0987654321", "t-0123456789", "02:1A:2B:3C:4D:5E"];
  const answers = await Promise.all(names.map(eap));
  expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
});
