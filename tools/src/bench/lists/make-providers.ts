/** One provider through the API, the others as copies of it; and the batches, whose keys are sealed one by one. */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { administrators, type Client, logIn, ownerOf } from "./client.ts";
import { batchesEach, batchIdOf, providerIdOf, providers, type Sizes, siteIdOf, sitesEach } from "./fill.ts";

/** In this order: the later refer to the earlier. */
const copied = ["providers", "users", "plan_groups", "plans"];

export async function makeProviders(
  client: Client,
  database: OpenDatabase,
  envelope: Envelope,
  sizes: Sizes,
): Promise<void> {
  const admin = await logIn(client, administrators);
  const { email, password } = ownerOf(0);
  const body = { name: "Provider 0", ownerEmail: email, ownerPassword: password };
  const { providerId } = await client.post("/api/v1/providers", admin, body);
  const numbers = Array.from({ length: providers }, (_, at) => at + 1);
  await database.alone("write", async (run) => {
    const made = numbers.map((number) => `('${providerIdOf(number)}', ${number})`).join(", ");
    await run(`create temporary table made on commit drop as select * from (values ${made}) m (id, number)`);
    for (const table of copied) {
      const email = table === "users" ? ", 'email', 'owner' || number || '@bench.test'" : "";
      await run(`insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) ||
        jsonb_build_object('provider_id', id${email}))).* from ${table} t, made where t.provider_id = '${providerId}'`);
    }
    const [plan] = await run(
      `select plan_id, terms::text as terms from plans where provider_id = '${providerId}' limit 1`,
    );
    const sites = numbers.flatMap((number) => numbersTo(sitesEach).map((site) => [number, site] as const));
    await run("set local session_replication_role = replica"); // their sites come later
    const batches = numbers.flatMap((number) => numbersTo(batchesEach).map((batch) => [number, batch - 1] as const));
    const values = batches.map(([number, batch]) => {
      const [provider, id] = [providerIdOf(number), batchIdOf(number, batch)];
      const key = envelope.seal(Buffer.alloc(16, number), `voucher-batch/${provider}/${id}`);
      const [, site] = sites[(number + batch) % sitesEach] as readonly [number, number];
      return `('${provider}', '${id}', '${plan?.plan_id}', '1GB-DAILY', '${plan?.terms}', 2000, 'KES', '${siteIdOf(number, site)}',
        '\\x${key.toString("hex")}', '', 12, 'digits', ${sizes.codes}, '[]', ${batch !== 4}, 1, 1)`;
    });
    await run(`insert into voucher_batches (provider_id, batch_id, plan_id, plan_name, terms, price_cents, currency, home_site_id,
      key_sealed, prefix, length, alphabet, quantity, holes, active, created_at_ms, updated_at_ms) values ${values.join(", ")}`);
  });
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, at) => at + 1);
}
