/** `/api/v1/settings/mail-server`: the provider's own mail server. Its password is taken and never shown. */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../db/database.ts";
import { lockName } from "../db/lock-keys.ts";
import { ownRule } from "../http/own-rules.ts";
import { refusal } from "../http/problem.ts";
import { route } from "../http/route.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { mailPorts, mailServerContext } from "./own-server.ts";

const fields = {
  host: z
    .string()
    .trim()
    .toLowerCase()
    .max(253)
    .refine(
      (host) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/.test(host),
      ownRule("mail-host", "a name like mail.example.com"),
    ),
  port: z.literal(mailPorts),
  login: z.string().trim().min(1).max(200),
  /** Customers' mail programs show it. */
  fromAddress: z.email().max(200),
};
export const mailServerView = z.object({
  /** Null: the hub's own mail server takes everything. */
  server: z.object({ ...fields, port: z.int(), changedAtMs: z.int() }).nullable(),
  /** Has the hub itself one? */
  hubHasOne: z.boolean(),
});

const path = "/api/v1/settings/mail-server";

export function mailServerRoutes(world: World, envelope: Envelope, hubHasOne: boolean) {
  return [
    route({
      method: "GET",
      path,
      summary: "The provider's own mail server, without its password",
      permission: "settings.manage",
      response: mailServerView,
      handle: ({ transact }) => transact(async (tx) => ({ server: await read(tx), hubHasOne })),
    }),
    route({
      method: "PUT",
      path,
      summary: "Let a mail server of the provider's own take what it writes to customers",
      permission: "settings.manage",
      freshFactor: true,
      notForSupport: "sends-on",
      body: z.strictObject({
        ...fields,
        /** Left out: the one that is there, where host, port and log-in stay. */
        password: z.string().min(1).max(300).optional(),
      }),
      response: mailServerView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          const { host, port, login, password, fromAddress } = body;
          // Two at once: the password of the one must not go to the host of the other.
          await lockName(tx, `mail-server/${providerId}`);
          const was = await read(tx);
          // Else the kept password would go wherever somebody points it.
          const isSame = was !== null && was.host === host && was.port === port && was.login === login;
          if (password === undefined && !isSame) throw refusal("password-again", { field: "password" });
          const row = { host, port, login, fromAddress, changedAtMs: world.clock.wall().atMs };
          const sealed =
            password === undefined
              ? {}
              : { passwordSealed: envelope.seal(Buffer.from(password), mailServerContext(providerId)) };
          if (was === null)
            await tx
              .insertInto("mail_servers")
              .values({ providerId, ...row, passwordSealed: Buffer.alloc(0), ...sealed })
              .execute();
          else
            await tx
              .updateTable("mail_servers")
              .set({ ...row, ...sealed })
              .where("providerId", "=", providerId)
              .execute();
          return { server: await read(tx), hubHasOne };
        }),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Let the hub's mail server take everything again",
      permission: "settings.manage",
      freshFactor: true,
      status: 204,
      response: z.null(),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          await tx.deleteFrom("mail_servers").where("providerId", "=", providerId).execute();
          return null;
        }),
    }),
  ];
}

async function read(tx: Tx) {
  const row = await tx.selectFrom("mail_servers").selectAll().executeTakeFirst();
  if (row === undefined) return null;
  const { host, port, login, fromAddress, changedAtMs } = row;
  return { host, port: port as (typeof mailPorts)[number], login, fromAddress, changedAtMs };
}
