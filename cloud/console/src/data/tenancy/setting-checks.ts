import type { mailServerView } from "@karibu/cloud/ground/mail/mail-server-routes";
import type {
  mailCheckView,
  outageCheckView,
  smsCheckView,
  subdomainCheckView,
  timeCheckView,
  tunnelCheckView,
} from "@karibu/cloud/operations/setting-checks/check-routes";
import type { z } from "zod";
import { post, put, remove } from "../../hub/api.ts";
import type { Body } from "../../hub/hub-path.ts";

export type MailServer = z.output<typeof mailServerView>;

export const mailServerPath = "/api/v1/settings/mail-server";
export const saveMailServer = (
  server: Body<"PUT", "/api/v1/settings/mail-server">,
  etag: string | null,
): Promise<MailServer> => put(mailServerPath, server, { etag });
export const removeMailServer = (): Promise<unknown> => remove(mailServerPath);

export const checkMail = (): Promise<z.output<typeof mailCheckView>> => post("/api/v1/settings/checks/mail");
export const checkSms = (phone: string, key: string): Promise<z.output<typeof smsCheckView>> =>
  post("/api/v1/settings/checks/sms", { phone }, { key });
export const checkTime = (): Promise<z.output<typeof timeCheckView>> => post("/api/v1/settings/checks/time");
export const checkTunnel = (): Promise<z.output<typeof tunnelCheckView>> => post("/api/v1/settings/checks/tunnel");
export const checkSubdomain = (): Promise<z.output<typeof subdomainCheckView>> =>
  post("/api/v1/settings/checks/subdomain");
export const checkOutageCredit = (): Promise<z.output<typeof outageCheckView>> =>
  post("/api/v1/settings/checks/outage-credit");
