/** The demo's processes: which script, which settings, where to see that it works. */
import { join } from "node:path";
import type { Ports } from "./options.ts";
import { logIns } from "./sample.ts";
import type { ServiceSpec } from "./supervisor.ts";

/** Shared by the simulated router and its agent; it opens nothing else. */
const radiusSecret = "demo-radius-secret";
const routerApi = { user: "karibu", password: "demo-router-password" };

export function services(
  ports: Ports,
  data: string,
  releaseKeys: string | null = null,
): Record<"daraja" | "sms" | "mail" | "pesapal" | "stripe" | "hub" | "router", ServiceSpec> & {
  agent: (enrolmentToken: string) => ServiceSpec;
} {
  const at = (port: number) => `http://127.0.0.1:${port}`;
  const health = (port: number) => `${at(port)}/health`;
  return {
    daraja: {
      name: "daraja",
      script: "lab/src/daraja/main.ts",
      env: { PORT: String(ports.daraja), BOOKS_FILE: join(data, "daraja.json") },
      healthUrl: health(ports.daraja),
    },
    sms: {
      name: "sms",
      script: "lab/src/sms/main.ts",
      env: { PORT: String(ports.sms) },
      healthUrl: health(ports.sms),
    },
    mail: {
      name: "mail",
      script: "lab/src/mail/main.ts",
      env: { PORT: String(ports.mail), SMTP_PORT: String(ports.smtp) },
      healthUrl: health(ports.mail),
    },
    pesapal: {
      name: "pesapal",
      script: "lab/src/pesapal/main.ts",
      env: { PORT: String(ports.pesapal), PUBLIC_URL: `http://localhost:${ports.pesapal}` },
      healthUrl: health(ports.pesapal),
    },
    stripe: {
      name: "stripe",
      script: "lab/src/stripe/main.ts",
      env: { PORT: String(ports.stripe), PUBLIC_URL: `http://localhost:${ports.stripe}` },
      healthUrl: health(ports.stripe),
    },
    hub: {
      name: "hub",
      script: "cloud/src/main.ts",
      env: {
        PORT: String(ports.hub),
        KARIBU_DATA: join(data, "hub"),
        // As `npm start` prints it: a browser keeps the log-in of localhost from 127.0.0.1.
        KARIBU_PUBLIC_URL: `http://localhost:${ports.hub}`,
        KARIBU_ADMIN_EMAIL: logIns.platformAdmin.email,
        KARIBU_ADMIN_PASSWORD: logIns.platformAdmin.password,
        ...(releaseKeys === null ? {} : { KARIBU_RELEASE_KEYS: releaseKeys }),
        SMTP_URL: `smtp://127.0.0.1:${ports.smtp}?from=karibu@karibu.example`,
        DARAJA_BASE_URL: at(ports.daraja),
        PESAPAL_BASE_URL: at(ports.pesapal),
        STRIPE_BASE_URL: at(ports.stripe),
        AFRICASTALKING_BASE_URL: at(ports.sms),
        ADVANTA_BASE_URL: at(ports.sms),
        TWILIO_BASE_URL: at(ports.sms),
      },
      healthUrl: health(ports.hub),
    },
    agent: (enrolmentToken) => ({
      name: "agent",
      script: "agent/src/main.ts",
      env: {
        KARIBU_DATA: join(data, "agent"),
        KARIBU_HUB_URL: at(ports.uplink),
        KARIBU_ENROL_TOKEN: enrolmentToken,
        KARIBU_HTTP_PORT: String(ports.agent),
        KARIBU_RADIUS_AUTH_PORT: String(ports.radiusAuth),
        KARIBU_RADIUS_ACCT_PORT: String(ports.radiusAcct),
        KARIBU_RADIUS_SECRET: radiusSecret,
        KARIBU_COA_HOST: "127.0.0.1",
        KARIBU_COA_PORT: String(ports.coa),
        KARIBU_ROUTER_HOST: "127.0.0.1",
        KARIBU_ROUTER_PORT: String(ports.routerApi),
        KARIBU_ROUTER_USER: routerApi.user,
        KARIBU_ROUTER_PASSWORD: routerApi.password,
      },
      healthUrl: health(ports.agent),
    }),
    router: {
      name: "router",
      script: "lab/src/router/main.ts",
      env: {
        HOTSPOT_PORT: String(ports.hotspot),
        PORT: String(ports.router),
        API_PORT: String(ports.routerApi),
        API_USER: routerApi.user,
        API_PASSWORD: routerApi.password,
        PORTAL_URL: at(ports.agent),
        RADIUS_HOST: "127.0.0.1",
        RADIUS_AUTH_PORT: String(ports.radiusAuth),
        RADIUS_ACCT_PORT: String(ports.radiusAcct),
        RADIUS_SECRET: radiusSecret,
        COA_PORT: String(ports.coa),
        UPLINK_PORT: String(ports.uplink),
        UPLINK_TARGET: `127.0.0.1:${ports.hub}`,
      },
      healthUrl: health(ports.router),
    },
  };
}
