/** For platform admins: processes that run the agents of sites whose routers can run none. */
import type { hostView } from "@karibu/cloud/fleet/hosted-sites/hosting-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getAll } from "../../hub/list.ts";

export type Host = z.output<typeof hostView>;
export interface HostToken {
  readonly enrolmentToken: string;
  readonly enrolmentExpiresAtMs: number;
}

const path = "/api/v1/platform/hosts";
export const listHosts = (): Promise<Page<Host>> => getAll(path);
export const addHost = (name: string): Promise<HostToken & { readonly host: Host }> => post(path, { name });
export const newHostToken = (hostId: string): Promise<HostToken> =>
  post(hubPath("/api/v1/platform/hosts/{hostId}/enrolment-token", { hostId }));
export const revokeHost = (hostId: string): Promise<Host> =>
  post(hubPath("/api/v1/platform/hosts/{hostId}/revoke", { hostId }));
