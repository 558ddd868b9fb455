/**
 * `/api/v1/sites/{siteId}/router-services`: what runs at a site's router beside the hotspot. It takes effect when the router imports the
 * script: the agent's user may not make users, scripts or imports, so nobody who breaks into the hub changes this from afar. Who attacks it:
 * somebody who wants into the router by SNMP or as its staff, or the log sent elsewhere. The right to manage sites and a fresh second factor stand before
 * each change and before each reading of a secret, and both are in the audit log.
 */

import { routerServicesSchema } from "@karibu/protocol/router/router-services";
import { keySchema } from "@karibu/protocol/schema";
import { cutText } from "@karibu/protocol/whole-text";
import { emergencyAccount } from "@karibu/routeros-scripts/sections/staff-log-in";
import { guestsOnlineMax } from "@karibu/routeros-scripts/set-up-line/boards";
import { uplinkPorts } from "@karibu/routeros-scripts/set-up-line/values-for";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { demandOwnLogIn } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { readFurtherRouters } from "../router-services/further-router-rows.ts";
import { type KnownServices, keepServices, readServices, toldTo } from "../router-services/service-rows.ts";
import { tellRouterChanged } from "../router-services/tell-router-changed.ts";
import { readSite } from "../sites/sites.ts";
import { readAddress } from "../tunnel/peers.ts";
import { missingInterface } from "./choices-policy.ts";
import { nothingChosen, scriptValues, servicesScript } from "./render-script.ts";
import { openSecrets } from "./script-secrets.ts";
import type { SetUpParts } from "./set-up-parts.ts";
import { type Place, readRouterOs, readScript } from "./set-up-rows.ts";

const path = "/api/v1/sites/{siteId}/router-services";
const params = z.object({ siteId: keySchema });

export const servicesView = z.object({
  chosen: routerServicesSchema,
  /** Null: nobody ever chose anything. */
  changedAtMs: z.number().int().nullable(),
  /** False: its router was not set up by a line yet; the set-up will do all of it. */
  hasRouter: z.boolean(),
  /** The router's own names: hostile text. */
  interfaces: z.array(z.object({ name: z.string(), isUplink: z.boolean() })),
  /** Customers at once, by the router's licence; null: any number, or not known. */
  sessionsMax: z.number().int().nullable(),
  snmpUser: z.string().nullable(),
});

export function serviceRoutes(parts: SetUpParts) {
  const { envelope } = parts;
  return [
    route({
      method: "GET",
      path,
      summary: "What runs at a site's router beside the hotspot: PPPoE, SNMP, remote logging, the fair line, sharing",
      permission: "sites.read",
      params,
      response: servicesView,
      handle: ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await readView(tx, siteId, await readServices(envelope, tx, { providerId, siteId }));
        }),
    }),
    route({
      method: "PUT",
      path,
      summary: "Choose what runs at a site's router beside the hotspot. The router has it when it imports the script",
      permission: "sites.manage",
      freshFactor: true,
      params,
      body: z.strictObject(routerServicesSchema.shape),
      response: servicesView,
      handle: ({ params: { siteId }, body, providerId, transact }) =>
        transact(async (tx) => {
          const place = { providerId, siteId };
          await readSite(tx, siteId);
          refuseEverywhere(body.staff?.emergencyAddresses ?? []);
          const kept = await keepServices(parts, tx, place, body);
          await refuseUnfit(parts, tx, place, kept);
          await tellRouterChanged(parts, tx, place);
          await parts.emit(tx, providerId, { topic: "set-up", id: siteId, action: "services" });
          return await readView(tx, siteId, kept);
        }),
    }),
    route({
      method: "GET",
      path: `${path}/snmp`,
      summary: "The user and the passwords with which a monitor asks the site's router by SNMP version 3",
      permission: "sites.manage",
      reveals: "sites.manage",
      freshFactor: true,
      params,
      response: z.object({
        user: z.string(),
        authenticationPassword: z.string(),
        encryptionPassword: z.string(),
        authenticationProtocol: z.literal("SHA1"),
        encryptionProtocol: z.literal("AES"),
      }),
      handle: ({ params: { siteId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const secrets = (await readServices(envelope, tx, { providerId, siteId }))?.snmpSecrets ?? null;
          if (secrets === null) throw refusal("no-snmp");
          return { ...secrets, authenticationProtocol: "SHA1" as const, encryptionProtocol: "AES" as const };
        }),
    }),
    route({
      method: "GET",
      path: `${path}/emergency`,
      summary: "The account of the site's router for when the hub is away. Owners alone read it",
      permission: "routers.log-in-full",
      reveals: "routers.log-in-full",
      freshFactor: true,
      params,
      response: z.object({ name: z.string(), password: z.string(), from: z.array(z.string()) }),
      handle: ({ params: { siteId }, actor, providerId, transact }) => {
        demandOwnLogIn(actor);
        return transact(async (tx) => {
          await readSite(tx, siteId);
          const known = await readServices(envelope, tx, { providerId, siteId });
          if (known === null || known.emergencyPassword === null) throw refusal("no-emergency-account");
          const from = known.chosen.staff?.emergencyAddresses ?? [];
          return { name: emergencyAccount, password: known.emergencyPassword, from };
        });
      },
    }),
    rawRoute({
      method: "GET",
      path: `${path}/script`,
      summary: "The script that brings the router's services to what is chosen, for /import. It holds secrets",
      permission: "sites.manage",
      reveals: "sites.manage",
      freshFactor: true,
      params,
      produces: "text/plain",
      respond: async ({ params: { siteId }, actor, providerId, transact }, _request, response) => {
        const text = await transact(async (tx) => {
          const place = { providerId, siteId };
          const input = await scriptInput(parts, tx, place, toldTo(actor, await readServices(envelope, tx, place)));
          if (input === null) throw refusal("no-script-yet");
          return servicesScript(parts, input);
        });
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", `attachment; filename="karibu-services-${siteId}.rsc"`);
        response.type("text/plain").end(text);
      },
    }),
  ];
}

/** The emergency account's addresses are half of what protects it: from nearly everywhere they would protect nothing. */
function refuseEverywhere(addresses: readonly string[]): void {
  const wide = addresses.find((one) => Number(one.split("/")[1] ?? 32) < widestPrefix || one.startsWith("0."));
  if (wide === undefined) return;
  const field = "staff.emergencyAddresses";
  throw refusal("set-up-values", { field, rule: "network-too-wide", value: `/${widestPrefix}` });
}
const widestPrefix = 8;

/** What the site's scripts are made from. Null: its router was not set up by a line yet. */
export async function scriptInput(parts: SetUpParts, tx: Tx, place: Place, services: KnownServices | null) {
  const site = await readSite(tx, place.siteId);
  const script = await readScript(tx, place.siteId);
  if (script === null) return null;
  return {
    site: { id: site.siteId, name: site.name, openHosts: await parts.onlineSales.openHosts(tx, place) },
    facts: script.facts,
    routerOs: await readRouterOs(tx, script),
    choices: script.choices,
    secrets: openSecrets(parts.envelope, place, script),
    tunnelAddress: await readAddress(tx, place.siteId),
    services,
    furtherRouters: await readFurtherRouters(parts.envelope, tx, place),
  };
}

/** What is kept must fit the site's router: throws a Problem that names the field. */
export async function refuseUnfitSite(parts: SetUpParts, tx: Tx, place: Place): Promise<void> {
  const input = await scriptInput(parts, tx, place, await readServices(parts.envelope, tx, place));
  if (input !== null) scriptValues(parts, input);
}

/** Where the router's facts are known, the choice must fit them: throws a Problem that names the field. */
async function refuseUnfit(parts: SetUpParts, tx: Tx, place: Place, kept: KnownServices): Promise<void> {
  const input = await scriptInput(parts, tx, place, kept);
  if (input === null) return;
  const missing = missingInterface(input.facts, kept.chosen);
  if (missing !== null) throw noInterface(missing.field, missing.name);
  scriptValues(parts, input);
}

const noInterface = (field: string, name: string) =>
  refusal("set-up-values", {
    field,
    rule: "no-interface",
    value: cutText(name, 64),
  });

async function readView(tx: Tx, siteId: string, known: KnownServices | null): Promise<z.input<typeof servicesView>> {
  const script = await readScript(tx, siteId);
  const uplinks = script === null ? [] : uplinkPorts(script.facts);
  return {
    chosen: known?.chosen ?? nothingChosen,
    changedAtMs: known?.changedAtMs ?? null,
    hasRouter: script !== null,
    interfaces: (script?.facts.interfaces ?? []).map(({ name }) => ({ name, isUplink: uplinks.includes(name) })),
    sessionsMax: script === null ? null : guestsOnlineMax(script.facts.licenceLevel),
    snmpUser: known?.snmpSecrets?.user ?? null,
  };
}
