/** `/api/v1/user/push-subscription`: whether this browser shows alarms. It is the log-in's own: nobody else's can be named. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import { areBrowserKeys } from "./encrypt-push.ts";
import type { Push } from "./push.ts";
import { pushServiceOf } from "./push-services.ts";

const key = z.string().regex(/^[A-Za-z0-9_-]{20,120}={0,2}$/);

const language = z.enum(["en", "sw"]);

const pushView = z.object({
  /** With which a browser subscribes. */
  publicKey: z.string(),
  /** Is this log-in's browser switched on? */
  isOn: z.boolean(),
  /** In which its alarms are written; null: in the provider's. */
  locale: language.nullable(),
});

const tests = { en: "A test of your alarms", sw: "Jaribio la tahadhari zako" } as const;

export function pushRoutes(world: World, push: Push) {
  const testsOf = createRateLimit(world.clock, { tries: 10, perSeconds: 3600 });
  return [
    route({
      method: "GET",
      path: "/api/v1/user/push",
      summary: "Whether this browser shows alarms, and the key to subscribe with",
      permission: "person",
      response: pushView,
      handle: async ({ actor, transact }) => {
        const publicKey = await push.publicKey();
        return transact(async (tx) => {
          const standing = await push.standingOf(tx, actor.credential.id);
          return { publicKey, isOn: standing !== null, locale: standing?.locale ?? null };
        });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/user/push-subscription",
      summary: "Show alarms in this browser, until this log-in ends; which alarms, the rules say",
      permission: "person",
      body: z.strictObject({
        endpoint: z.string().max(2000),
        keys: z.strictObject({ p256dh: key, auth: key }),
        /** In which its person reads. Left out: the provider's. */
        locale: language.optional(),
      }),
      status: 204,
      response: z.null(),
      handle: ({ actor, body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          auditTarget(actor.userId);
          if (pushServiceOf(body.endpoint) === null) throw refusal("unknown-push-service", { field: "endpoint" });
          const keys = {
            p256dh: Buffer.from(body.keys.p256dh, "base64url"),
            auth: Buffer.from(body.keys.auth, "base64url"),
          };
          if (!areBrowserKeys(keys)) throw refusal("bad-push-keys", { field: "keys" });
          const of = { providerId, userId: actor.userId, loginId: actor.credential.id };
          await push.subscribe(tx, of, { address: body.endpoint, keys, locale: body.locale ?? null });
          return null;
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/user/push-subscription",
      summary: "Show no more alarms in this browser",
      permission: "person",
      status: 204,
      response: z.null(),
      handle: ({ actor, transact, auditTarget }) =>
        transact(async (tx) => {
          auditTarget(actor.userId);
          await push.unsubscribe(tx, actor.credential.id);
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/user/push-subscription/test",
      summary: "Show a test in this browser",
      permission: "person",
      body: z.strictObject({ locale: language }),
      status: 202,
      response: z.null(),
      handle: ({ actor, body, providerId, transact }) =>
        transact(async (tx) => {
          testsOf.take(actor.credential.id);
          if ((await push.standingOf(tx, actor.credential.id)) === null) throw refusal("push-is-off");
          await push.send(tx, providerId, actor.credential.id, {
            title: "Karibu",
            body: tests[body.locale],
            tag: "test",
            hash: "#/alarms",
            isUrgent: true,
          });
          return null;
        }),
    }),
  ];
}
