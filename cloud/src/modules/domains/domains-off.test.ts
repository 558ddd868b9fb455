/** A hub that is run without own domains, at which a provider had proved one. */
import { request } from "node:http";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] [TEN-12] a name that was proved shows nothing, and gets no certificate", async () => {
  const { providerId } = await hub.makeProvider("Small");
  await hub.database().asProvider(providerId, (tx) =>
    sql`insert into provider_domains (provider_id, domain_id, host, token, state, created_at_ms)
      values (${providerId}, 'd1', 'wifi.small.test', 't', 'proved', 1)`.execute(tx),
  );
  const statusAt = (host: string, path: string) =>
    new Promise((resolve, reject) =>
      request(hub.url() + path, { headers: { Host: host } }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end(),
    );
  expect(await statusAt("wifi.small.test", `/my/${providerId}/`)).toBe(421);
  expect(await statusAt("hub:8000", "/certificate-question?domain=wifi.small.test")).toBe(404);
});
