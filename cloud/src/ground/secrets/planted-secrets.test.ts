/**
 * Recognisable secrets are planted wherever the hub takes one, and whatever it seals is listened to; then every route is
 * called, rightly and wrongly, by everybody. None of what was there before a call may stand in its answer, in a log line, in
 * the metrics, or in clear in any row of the database (audit log, events and jobs among them).
 */

import { generateKeyPairSync } from "node:crypto";
import { rmSync } from "node:fs";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import type { Log } from "@karibu/protocol/world";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { choicesFor, imagesForTests, playRouter } from "../../fleet/set-up/test-set-up-router.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { admin, ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { engineSuite } from "../db/test-databases.ts";
import { exampleOf } from "../http/open-api/examples.ts";
import type { Route } from "../http/route.ts";
import { readAtRest } from "./test-at-rest.ts";

type Json = Record<string, unknown>;

interface Secret {
  readonly name: string;
  readonly text: string;
}

/** What is sealed for privacy, not because it opens a door: the provider may read it again. */
const personal =
  /^(phone|customer|message|purchase|account|evidence|unmatched)[/-]|\/to$|\/text$|^idempot|^answer|^mail\//;

engineSuite("planted secrets of a hub in use", (engine) => {
  const logged: string[] = [];
  const listen = (event: string, fields: object = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const log: Log = { debug: listen, info: listen, warn: listen, error: listen };
  const images = imagesForTests();
  afterAll(() => rmSync(images.folder, { recursive: true, force: true }));
  const hub = useHub(engine, { log, images: images.shelf });
  const secrets = new Map<string, string>();
  let mine: TestProvider;
  let isSweeping = false;
  let tokens: { owner: string; platform: string; seller: string };

  const plant = (name: string, text: string) => {
    if (text.length >= 8) secrets.set(text, name);
    return text;
  };
  const seal = hub.envelope.seal;
  Object.assign(hub.envelope, {
    seal(secret: Uint8Array, context: string) {
      // What the sweep itself sends are examples that look like anything; what the hub makes up is long and random.
      const isRandom = (text: string) => /^[\w+/=-]{20,}$/.test(text) && !/^[0-9a-f-]{36}$/.test(text);
      const texts = personal.test(context) ? [] : formsOf(secret).filter((text) => !isSweeping || isRandom(text));
      for (const text of texts) plant(`sealed ${context}`, text);
      return seal(secret, context);
    },
  });

  beforeAll(async () => {
    mine = await hub.makeProvider("Planted");
    plant("the platform admin's password", admin.password);
    plant("the owner's password", ownerPassword);
    const post = async (path: string, body: Json, token = mine.token) => {
      const answer = await hub.call("POST", path, { token, body });
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
      return answer.body;
    };
    const { site } = await post("/api/v1/sites", { name: "A" });
    const routersPassword = plant("a router's password", "planted-router-password");
    const access = await hub.call("PUT", `/api/v1/sites/${site.siteId}/router-access`, {
      token: mine.token,
      body: { user: "karibu", password: routersPassword },
    });
    expect(access.status, access.text).toBe(200);
    const { line } = await post(`/api/v1/sites/${site.siteId}/set-up`, {});
    const router = playRouter(hub, line);
    plant("a line's token", router.bearer);
    await router.tell();
    plant("a router's key", router.bearer);
    const chosen = await hub.call("POST", `/api/v1/sites/${site.siteId}/set-up/choices`, {
      token: mine.token,
      body: choicesFor,
    });
    expect(chosen.status, chosen.text).toBe(200);
    const { items } = (await hub.call("GET", "/api/v1/plans", { token: mine.token })).body;
    await post("/api/v1/vouchers/batches", { planId: items[0].planId, quantity: 5, siteId: site.siteId });
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const certificate = publicKey.export({ type: "spki", format: "pem" });
    const daraja = {
      passkey: "planted-passkey-1",
      consumerKey: "planted-consumer-key-1",
      consumerSecret: "planted-consumer-secret-1",
      initiatorName: "teller",
      initiatorPassword: "planted-initiator-password-1",
      certificate,
    };
    const where = { environment: "sandbox" };
    await post("/api/v1/channels", { kind: "mpesa-paybill", shortcode: "600100", ...where, ...daraja });
    await post("/api/v1/channels", {
      kind: "pesapal",
      ...where,
      consumerKey: "planted-pesapal-key",
      consumerSecret: "planted-pesapal-secret",
    });
    await post("/api/v1/channels", {
      kind: "stripe",
      ...where,
      secretKey: "sk_planted_stripe_key",
      webhookSecret: "whsec_planted_webhook",
    });
    await post("/api/v1/message-senders", {
      kind: "africastalking",
      name: "SMS",
      username: "sandbox",
      apiKey: "planted-sms-api-key",
    });
    await post("/api/v1/sellers", {
      name: "Cash shop",
      pin: plant("a seller's PIN", "80417263"),
    });
    const seller = { email: "seller@planted.test", name: "S", role: "seller", password: "planted-seller-password" };
    plant("a password set for a user", seller.password);
    await post("/api/v1/users", seller);
    const api = await post("/api/v1/tokens", { name: "till", scopes: ["plans.read"], password: ownerPassword });
    plant("an API token", api.token);
    const { link } = await post("/api/v1/invitations", { email: "guest@planted.test", name: "G", role: "support" });
    plant("an invitation's link", link);
    const login = await hub.call("POST", "/api/v1/login", {
      body: { email: mine.ownerEmail, password: ownerPassword },
    });
    plant("an access token", login.body.token);
    plant("a refresh token", login.body.refreshToken);
    plant("a device's cookie", /=([0-9a-f]{64})/.exec(login.headers.get("set-cookie") ?? "")?.[1] ?? "");
    const begun = await post("/api/v1/user/second-factor/begin", { password: ownerPassword });
    plant("a TOTP seed", begun.secret);
    const code = codeAt(begun.secret, hub.world.clock.wall().atMs);
    for (const recovery of (await post("/api/v1/user/second-factor/confirm", { code })).recoveryCodes)
      plant("a recovery code", recovery);
    const platform = await hub.adminToken();
    const visit = await post(`/api/v1/providers/${mine.providerId}/impersonate`, { reason: "planting" }, platform);
    plant("an impersonator's token", visit.token);
    await post("/api/v1/platform/hosts", { name: "host" }, platform);
    tokens = { owner: login.body.token, platform, seller: await hub.logIn(seller.email, seller.password) };
    plant("a platform admin's token", platform);
    plant("a seller's token", tokens.seller);
  }, 120_000);

  test("[SYS-13] [TEN-10] are in no answer, log line or figure, and nowhere in clear at rest", async () => {
    expect([...secrets.values()].join()).toMatch(/sealed channel.*a TOTP seed/s);
    const known = await readIds();
    const leaks: string[] = [];
    isSweeping = true;
    const callers = [...Object.entries(tokens), ["nobody", undefined] as const];
    for (const [at, route] of inOrder(hub.hub().routes).entries()) {
      const name = `${route.method} ${route.path}`;
      // In `npm test` the owner calls each route, and one of the others in turn.
      for (const [who, token] of inLongRunAll(callers, ([who], nth) => who === "owner" || nth === 1 + (at % 3))) {
        const path = fill(route, known);
        const bodies = route.body === null ? [undefined] : [sample(route.body), { wrong: [...secrets.keys()][0] }];
        const before = [...secrets].map(([text, called]): Secret => ({ name: called, text }));
        for (const body of bodies) {
          const answer = await hub.call(route.method, path, {
            ...(token === undefined ? {} : { token }),
            ...(body === undefined ? {} : { body }),
          });
          // The owner carries these addresses to the settings of the channel or of an SMS gateway, or compares them.
          const text =
            who === "owner" ? answer.text.replaceAll(/"(?:noticeUrl|reportUrl|url)":"[^"]*"/g, "") : answer.text;
          const given = `${text}\n${JSON.stringify([...answer.headers])}`;
          // What the caller said themself may be named back to them.
          const said = JSON.stringify(body ?? null);
          leaks.push(
            ...found(before, given)
              .filter(({ text }) => !said.includes(text))
              .map((secret) => `${name} told ${who} ${secret.name}`),
          );
        }
      }
    }
    expect(leaks).toEqual([]);
    const all = [...secrets].map(([text, called]): Secret => ({ name: called, text }));
    expect(logged.length).toBeGreaterThan(300);
    expect(found(all, logged.join("\n"))).toEqual([]);
    expect(found(all, (await hub.call("GET", "/metrics")).text)).toEqual([]);
    expect(
      found(
        all,
        JSON.stringify(
          (await hub.call("GET", "/api/v1/platform/logs?limit=100", { token: await hub.adminToken() })).body,
        ),
      ),
    ).toEqual([]);
    for (const [table, rows] of await readAtRest(hub.database()))
      expect([table, found(all, rows)]).toEqual([table, []]);
  }, 300_000);

  test("[SYS-13] the token of a document's link stands in no log line, also when the database fails", async () => {
    const token = plant("a document link's token", "planted-token-of-a-link-to-a-document-12345");
    const failing = vi.spyOn(hub.database(), "asPlatform").mockRejectedValue(new Error("the disk is full"));
    const answer = await hub.call("GET", `/api/v1/document-links/${token}`);
    failing.mockRestore();
    expect(answer.status).toBe(500);
    expect(logged.filter((line) => line.startsWith("request-failed")).join()).toContain("/api/v1/document-links/");
    expect(found([{ name: "token", text: token }], logged.join("\n"))).toEqual([]);
  });

  /** What lists give for the parameters of the routes below them: `{planId}` of the first plan, `{id}` of the first channel. */
  async function readIds(): Promise<Map<string, Json>> {
    const first = new Map<string, Json>();
    for (const route of hub.hub().routes.filter(({ method, path }) => method === "GET" && !path.includes("{"))) {
      if (route.response === null) continue;
      const token = route.permission.startsWith("pro") && route.as === "platform" ? tokens.platform : tokens.owner;
      const { body } = await hub.call("GET", route.path, { token });
      const item = (body as { items?: Json[] } | null)?.items?.[0];
      if (item !== undefined) first.set(route.path, item);
    }
    return first;
  }
});

/** Readers first, then changes, and what ends things last, so that there is something to leak for long. */
function inOrder(routes: readonly Route[]): Route[] {
  const rank = ({ method, path }: Route) =>
    path.endsWith("/logout") || path.includes("password")
      ? 4
      : { GET: 0, POST: 1, PUT: 1, PATCH: 2, DELETE: 3 }[method];
  return routes
    .filter(({ path, produces }) => produces !== "text/event-stream" && path !== "/api/v1/platform/backup")
    .toSorted((one, other) => rank(one) - rank(other));
}

function fill(route: Route, known: ReadonlyMap<string, Json>): string {
  const list = route.path.slice(0, route.path.indexOf("/{"));
  const item = known.get(list) ?? {};
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(item[name] ?? item.id ?? "nothing")),
  );
}

function sample(schema: z.ZodType): unknown {
  return exampleOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json);
}

function found(secrets: readonly Secret[], text: string): Secret[] {
  return secrets.filter((secret) => text.includes(secret.text));
}

/** As text, as the texts of a JSON object, and in the ways bytes are written down. */
function formsOf(secret: Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  const text = bytes.toString();
  if (/^[\x20-\x7e\n]*$/.test(text)) {
    try {
      return textsIn(JSON.parse(text));
    } catch {
      return [text];
    }
  }
  return [bytes.toString("hex"), bytes.toString("base64"), bytes.toString("base64url")];
}

/** Sealed together with a secret, and no secret themselves. */
const plain = /^(kind|name|\w*Name|username|from|certificate|\w+Id|alphabet|prefix|algorithm)$/;

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length >= 12 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (plain.test(name) ? [] : textsIn(inner)));
}
