/** While the site's secret changes, packets signed with either one are answered, each with its own; afterwards the old one is nobody's. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { codes } from "@karibu/protocol/radius/codes";
import { expect, test } from "vitest";
import { openSiteSecrets } from "../../store/site-secrets.ts";
import {
  accountingRequest,
  createTestNas,
  createTestWorld,
  messageAuthenticator,
  papRequest,
  readReply,
  request,
  secret,
} from "./test-radius-nas.ts";

const next = { rotationId: "r-1", radiusSecret: "n".repeat(70), apiPassword: "p".repeat(36) };
const router = { address: "10.5.0.1", port: 40_000 };
const stranger = { address: "10.9.0.1", port: 40_000 };
const ownHealthCheck = { address: "127.0.0.1", port: 40_000 };

async function openNas() {
  const world = createTestWorld();
  const secrets = await openSiteSecrets(world, createFaultyFolder(world), { radiusSecret: secret, apiPassword: "old" });
  const nas = createTestNas({
    siteSecrets: secrets,
    clients: [
      { range: "10.5.0.1", secret, requireMessageAuthenticator: true },
      { range: "10.9.0.1", secret: "of another router", requireMessageAuthenticator: true },
      { range: "127.0.0.0/8", secret, requireMessageAuthenticator: true },
    ],
  });
  let id = 0;
  /** Is it answered, and with the secret that it was signed with? */
  return {
    world,
    secrets,
    nas,
    logsIn(with_: string, from = router) {
      const asked = papRequest({ id: ++id % 250, secret: with_, more: [messageAuthenticator] });
      const [reply] = nas.send("auth", asked, from);
      return reply !== undefined && readReply(reply, asked, with_).code === codes.accessAccept;
    },
    accounts(with_: string, from = router) {
      const asked = accountingRequest({ id: ++id % 250, secret: with_ });
      const [reply] = nas.send("acct", asked, from);
      return reply !== undefined && readReply(reply, asked, with_).code === codes.accountingResponse;
    },
    status(with_: string, from = router) {
      const asked = request(codes.statusServer, ++id % 250, [messageAuthenticator], with_);
      const [reply] = nas.send("auth", asked, from);
      return reply !== undefined && readReply(reply, asked, with_).code === codes.accessAccept;
    },
  };
}

test("[RTR-17] both secrets are taken while it changes, and after half a minute the new one alone", async () => {
  const { logsIn, accounts, status, secrets, world, nas } = await openNas();
  expect([logsIn(secret), accounts(secret), logsIn(next.radiusSecret), accounts(next.radiusSecret)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  await secrets.begin(next);
  for (const either of [secret, next.radiusSecret, secret]) {
    expect([logsIn(either), accounts(either), status(either)], either).toEqual([true, true, true]);
    expect(secrets.radiusOfRouter).toBe(either);
  }
  expect([logsIn("neither"), accounts("neither")]).toEqual([false, false]);
  await secrets.finish();
  expect([logsIn(next.radiusSecret), accounts(next.radiusSecret), logsIn(secret)]).toEqual([true, true, true]);
  expect(secrets.radiusOfRouter).toBe(next.radiusSecret);
  world.advance(31_000);
  expect([logsIn(next.radiusSecret), logsIn(secret), accounts(secret)]).toEqual([true, false, false]);
  expect(nas.access.seen.every((each) => each.user === "nemo")).toBe(true);
});

test("routers with a secret of their own are not touched, and this machine's health check goes on with its own", async () => {
  const { logsIn, status, secrets, world } = await openNas();
  await secrets.begin(next);
  expect([logsIn(next.radiusSecret, stranger), logsIn("of another router", stranger)]).toEqual([false, true]);
  await secrets.finish();
  world.advance(31_000);
  expect([logsIn("of another router", stranger), logsIn(next.radiusSecret, stranger)]).toEqual([true, false]);
  expect([status(secret, ownHealthCheck), status(next.radiusSecret, ownHealthCheck)]).toEqual([true, true]);
});
