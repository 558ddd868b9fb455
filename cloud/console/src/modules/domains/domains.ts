import type { domainCheckView, domainView } from "@karibu/cloud/modules/domains/domain-routes";
import type { z } from "zod";
import { post, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type Domain = z.output<typeof domainView>;
export type DomainCheck = z.output<typeof domainCheckView>;

export interface Domains {
  readonly items: readonly Domain[];
  /** The hub's name: where the domain's own record leads. */
  readonly pointTo: string;
}

export const domainsPath = "/api/v1/domains";
const of = (domainId: string) => hubPath("/api/v1/domains/{domainId}", { domainId });
export const enterDomain = (host: string): Promise<Domain> => post(domainsPath, { host });
export const checkDomain = (domainId: string): Promise<DomainCheck> =>
  post(hubPath("/api/v1/domains/{domainId}/check", { domainId }));
export const removeDomain = (domainId: string): Promise<unknown> => remove(of(domainId));
