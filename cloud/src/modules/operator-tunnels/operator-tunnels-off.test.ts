/** A hub that is run without people's tunnels, in which one was open. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });
const keyOf = (letter: string) => `${letter.repeat(42)}A=`;

test("[SYS-27] a key of a person's tunnel stays taken: no router gets it", async () => {
  const { token, providerId } = await hub.makeProvider("Small");
  const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body.site;
  await hub.database().asProvider(providerId, (tx) =>
    sql`insert into operator_tunnels (provider_id, tunnel_id, user_id, login_id, password_mark, name, address, public_key, made_at_ms, expires_at_ms)
      values (${providerId}, 't1', 'u1', 'l1', '', 'Laptop', '10.90.0.2', ${keyOf("t")}, 1, 2)`.execute(tx),
  );
  const put = (publicKey: string) => hub.call("PUT", `/api/v1/sites/${siteId}/tunnel`, { token, body: { publicKey } });
  expect(await put(keyOf("t"))).toMatchObject({ status: 409, body: { code: "key-taken", field: "publicKey" } });
  expect((await put(keyOf("r"))).status).toBe(200);
});
