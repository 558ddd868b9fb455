import type { furtherRoutersView } from "@karibu/cloud/fleet/further-routers/further-router-routes";
import type { secretsView } from "@karibu/cloud/fleet/secret-rotation/rotation-routes";
import type { servicesView } from "@karibu/cloud/fleet/set-up/service-routes";
import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { z } from "zod";
import { get, getText, post, put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export type SiteServices = z.output<typeof servicesView>;
export type SiteSecrets = z.output<typeof secretsView>;
export type ServiceName = keyof RouterServices;

export interface SnmpLogIn {
  readonly user: string;
  readonly authenticationPassword: string;
  readonly encryptionPassword: string;
}

export const servicesPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/router-services", { siteId });
export const secretsPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/secrets", { siteId });
export const servicesHref = (siteId: string) => `#/router-services/${encodeURIComponent(siteId)}`;

/** `etag`: the version that was chosen from. */
export const chooseServices = (siteId: string, chosen: RouterServices, etag: string | null): Promise<SiteServices> =>
  put(servicesPath(siteId), chosen, { etag });
export const snmpLogIn = (siteId: string): Promise<SnmpLogIn> =>
  get(hubPath("/api/v1/sites/{siteId}/router-services/snmp", { siteId }));
export const emergencyAccount = (siteId: string): Promise<{ readonly name: string; readonly password: string }> =>
  get(hubPath("/api/v1/sites/{siteId}/router-services/emergency", { siteId }));
export const servicesScript = (siteId: string): Promise<string> =>
  getText(hubPath("/api/v1/sites/{siteId}/router-services/script", { siteId }));
export const rotateSecrets = (siteId: string): Promise<SiteSecrets> =>
  post(hubPath("/api/v1/sites/{siteId}/secrets/rotate", { siteId }));

export type FurtherRouters = z.output<typeof furtherRoutersView>;

export const furtherRoutersPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/further-routers", { siteId });
/** All of them; `etag`: the version of the list that they were taken from. */
export const keepFurtherRouters = (
  siteId: string,
  routers: readonly FurtherRouterChoice[],
  etag: string | null,
): Promise<FurtherRouters> => put(furtherRoutersPath(siteId), { routers }, { etag });
export const furtherRouterScript = (siteId: string, ownAddress: string): Promise<string> =>
  getText(withQuery(hubPath("/api/v1/sites/{siteId}/further-routers/script", { siteId }), { ownAddress }));
