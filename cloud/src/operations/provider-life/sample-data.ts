/**
 * Sample data on wish: a site that nobody installed and a few customers, to see how pages look with something on them. Never money: nothing is
 * sold to them, and no figure is made up. They have no phone and no address, so that no message reaches a stranger. What was made is written
 * down by its id, and taken away by that alone: what people made themselves stays, also where it has the same name, and what they made their own
 * (a sample customer who has a number, an address or an account by now).
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { hasAccountFor } from "../../catalogue/accounts/accounts.ts";
import {
  type CustomerParts,
  customersWithoutContact,
  deleteCustomer,
  insertCustomer,
} from "../../catalogue/customers/customers.ts";
import { sitesWithAgent } from "../../fleet/enrolment/enrolment.ts";
import type { Sites } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { route } from "../../ground/http/route.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";

export interface SampleParts extends CustomerParts {
  readonly world: World;
  readonly sites: Pick<Sites, "insert" | "delete">;
  readonly emit: Emit;
}

const sampleView = z.object({ sites: z.int(), customers: z.int() });

const words = {
  en: { site: "Sample: market square", customer: "Sample customer", note: "Made to look at. It can be taken away." },
  sw: {
    site: "Mfano: uwanja wa soko",
    customer: "Mteja wa mfano",
    note: "Imetengenezwa kwa kutazama. Inaweza kuondolewa.",
  },
} as const;
const names = ["Amina", "Baraka", "Chebet", "Daudi"];

export function sampleRoutes(parts: SampleParts) {
  const path = "/api/v1/sample-data";
  return [
    route({
      method: "GET",
      path,
      summary: "How much sample data there is",
      permission: "settings.manage",
      response: sampleView,
      handle: ({ transact }) => transact(countSamples),
    }),
    route({
      method: "POST",
      path,
      summary: "Make sample data to look at: a site and customers, never money; none where there is some",
      permission: "settings.manage",
      body: null,
      status: 201,
      response: sampleView,
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          const before = await countSamples(tx);
          if (before.sites + before.customers > 0) return before;
          await makeSamples(parts, tx, providerId);
          return countSamples(tx);
        }),
    }),
    route({
      method: "DELETE",
      path,
      summary:
        "Take the sample data away; a sample site with a router, and a sample customer with a number or an account, stay",
      permission: "settings.manage",
      status: 204,
      response: z.null(),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          await removeSamples(parts, tx, providerId);
          return null;
        }),
    }),
  ];
}

async function countSamples(tx: Tx): Promise<z.input<typeof sampleView>> {
  const rows = await tx.selectFrom("sample_things").select("kind").execute();
  const count = (kind: string) => rows.filter((row) => row.kind === kind).length;
  return { sites: count("site"), customers: count("customer") };
}

async function makeSamples(parts: SampleParts, tx: Tx, providerId: string): Promise<void> {
  const { locale } = await readProviderRow(tx, providerId);
  const { site: siteName, customer, note } = words[locale];
  const place = { region: null, district: null, latitude: null, longitude: null, note };
  const sites = await parts.sites.insert(tx, providerId, [
    { name: siteName, ...place, interimSeconds: 300, autoLogIn: true },
  ]);
  const siteId = sites[0]?.siteId ?? null;
  const things = sites.map(({ siteId }) => ({ kind: "site" as "site" | "customer", thingId: siteId }));
  for (const name of names) {
    const fields = { name: `${customer} ${name}`, phone: null, email: null, siteId, note, active: true };
    const { customerId } = await insertCustomer(parts, tx, providerId, fields);
    things.push({ kind: "customer", thingId: customerId });
  }
  const made = { providerId, madeAtMs: parts.world.clock.wall().atMs };
  await tx
    .insertInto("sample_things")
    .values(things.map((thing) => ({ ...made, ...thing })))
    .execute();
  await tellChanged(parts, tx, providerId);
}

const hasNoAccount = sql<boolean>`not ${hasAccountFor("customers")}`;

async function removeSamples(parts: SampleParts, tx: Tx, providerId: string): Promise<void> {
  const things = await tx.selectFrom("sample_things").select(["kind", "thingId"]).execute();
  const ids = (kind: string) => things.filter((thing) => thing.kind === kind).map(({ thingId }) => thingId);
  if (things.length === 0) return;
  for (const customerId of await customersWithoutContact(tx, ids("customer"), hasNoAccount))
    await deleteCustomer(parts, tx, customerId);
  const connected = await sitesWithAgent(tx, providerId);
  for (const siteId of ids("site"))
    if (!connected.includes(siteId)) await parts.sites.delete(tx, { providerId, siteId });
  await tx.deleteFrom("sample_things").where("providerId", "=", providerId).execute();
  await tellChanged(parts, tx, providerId);
}

async function tellChanged({ emit }: SampleParts, tx: Tx, providerId: string): Promise<void> {
  await emit(tx, providerId, { topic: "site", id: "", action: "samples" });
  await emit(tx, providerId, { topic: "customer", id: "", action: "samples" });
}
