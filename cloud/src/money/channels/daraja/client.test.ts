import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { HttpCall } from "../../../ground/http-client/http-call.ts";
import { privateTokens } from "../../channel-tokens/shared-token.ts";
import { createDarajaClient } from "./client.ts";

const keys = { shortcode: "174379", passkey: "p", consumerKey: "k", consumerSecret: "s" };
const prompt = {
  amount: 20,
  phone: "254700000001",
  reference: "R",
  description: "Internet",
  callbackUrl: "https://h/s",
};
const refusal = { status: 401, body: JSON.stringify({ errorCode: "401.001", errorMessage: "Invalid Access Token" }) };
const hourMs = 3_600_000;

function useApp() {
  const world = createSimulatedWorld(1);
  const store = privateTokens(world);
  let issued = 0;
  let opensLists = false;
  const http: HttpCall = async ({ url, headers }) => {
    if (url.includes("/oauth/")) {
      issued++;
      return { status: 200, body: JSON.stringify({ access_token: `t${issued}`, expires_in: "35990" }) };
    }
    // A new token ends the one before.
    const isGood = headers?.authorization === `Bearer t${issued}`;
    if (!isGood || (url.includes("/pulltransactions/") && !opensLists)) return refusal;
    return { status: 200, body: JSON.stringify({ ResponseCode: "0" }) };
  };
  return {
    issued: () => issued,
    openLists: () => {
      opensLists = true;
    },
    endToken: () => void issued++,
    wait: (ms: number) => world.advance(ms),
    // As the hub does it: a client for each call, one store for all of them.
    client: () => createDarajaClient(world, http, "https://m-pesa.test", keys, store),
  };
}

const span = { fromMs: 0, toMs: 1000, offset: 0 };

test("[PAY-03] an app without the product for lists costs one token in an hour, not one for each look: prompts go with it", async () => {
  const app = useApp();
  for (let look = 0; look < 5; look++) expect((await app.client().pull(span)).status).toBe(401);
  expect(app.issued()).toBe(2);
  expect((await app.client().prompt(prompt)).status).toBe(200);
  expect(app.issued()).toBe(2);
  await app.wait(hourMs);
  await app.client().pull(span);
  expect(app.issued()).toBe(3);
  app.openLists();
  expect((await app.client().pull(span)).status).toBe(200);
});

test("[PAY-03] a token that ended at M-Pesa is renewed for a prompt at any time, and for a list that the app has", async () => {
  const app = useApp();
  await app.client().pull(span);
  app.endToken();
  expect((await app.client().prompt(prompt)).status).toBe(200);
  app.openLists();
  await app.wait(hourMs);
  app.endToken();
  expect((await app.client().pull(span)).status).toBe(200);
});
