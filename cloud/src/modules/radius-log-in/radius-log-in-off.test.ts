/** A hub that is run without the log-in by RADIUS, at which a provider's people logged in by it before. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createExchangeDatagrams } from "../../ground/datagrams/exchange-datagrams.ts";
import { anyEngine, realWorld } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";

let asked = 0;
const hub = useHub(anyEngine, {
  modules: [],
  exchangeDatagrams: createExchangeDatagrams(realWorld(), () => {
    asked += 1;
    return { send() {}, close() {} };
  }),
});

test("[SYS-27] [TEN-13] what a server opened is over, and none is asked about a password; Karibu's own works", async () => {
  const { providerId, token } = await hub.makeProvider("Small");
  const body = { email: "john@small.test", name: "John", role: "support", password: ownerPassword };
  expect((await hub.call("POST", "/api/v1/users", { token, body })).status).toBe(201);
  const enter = (password: string) => hub.call("POST", "/api/v1/login", { body: { email: body.email, password } });
  const opened = (await enter(ownerPassword)).body;
  await hub.database().asPlatform("test", async (tx) => {
    await sql`insert into console_radius (provider_id, host, port, secret_sealed, names, roles, role_map, changed_at_ms, confirmed, server_at_ms)
      values (${providerId}, '41.90.0.7', 1812, '\\x01', 'address', '["support"]', '[]', 5, '{}', 5)`.execute(tx);
    await sql`update logins set door_at_ms = 5 from users u where u.user_id = logins.user_id and u.email = ${body.email}`.execute(
      tx,
    );
  });
  expect((await hub.call("GET", "/api/v1/user", { token: opened.token })).status).toBe(401);
  const again = await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: opened.refreshToken } });
  expect([again.status, again.body.code]).toEqual([401, "refresh-refused"]);
  expect((await enter("johns-radius-word")).body.code).toBe("wrong-login");
  expect(asked).toBe(0);
  expect((await enter(ownerPassword)).body.user).toMatchObject({ role: "support" });
});
