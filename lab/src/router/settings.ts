/** Reads the settings of the simulated router from the environment. An error names the setting. */
import type { RouterOptions } from "./model/router-options.ts";

export interface RouterSettings {
  readonly hotspotPort: number;
  readonly port: number;
  readonly apiPort: number;
  readonly router: Partial<RouterOptions>;
  readonly uplink: { readonly port: number; readonly targetHost: string; readonly targetPort: number } | null;
}

export function parseRouterSettings(
  env: Readonly<Record<string, string | undefined>>,
): RouterSettings | { readonly problem: string } {
  const problems: string[] = [];
  const port = (name: string, portDefault: number) => {
    const text = env[name] ?? String(portDefault);
    const value = Number(text);
    if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
    problems.push(`${name}: ${text} is not a port`);
    return 0;
  };
  const portalUrl = env.PORTAL_URL ?? "http://127.0.0.1:8002";
  if (!URL.canParse(portalUrl) || !/^https?:/.test(portalUrl))
    problems.push(`PORTAL_URL: ${portalUrl} is no web address`);
  const ntp = env.NTP_SECONDS ?? "30";
  if (!/^(never|\d{1,7})$/.test(ntp)) problems.push(`NTP_SECONDS: ${ntp} is neither "never" nor a number of seconds`);
  const secret = env.RADIUS_SECRET ?? "";
  if (secret === "") problems.push("RADIUS_SECRET: is needed, the same as the agent's");
  const [, targetHost = "", targetPort = ""] = /^([^:]+):(\d{1,5})$/.exec(env.UPLINK_TARGET ?? "") ?? [];
  if ((env.UPLINK_PORT !== undefined || env.UPLINK_TARGET !== undefined) && targetHost === "") {
    problems.push(`UPLINK_TARGET: ${env.UPLINK_TARGET ?? "nothing"} is not host:port`);
  }
  const settings: RouterSettings = {
    hotspotPort: port("HOTSPOT_PORT", 8001),
    port: port("PORT", 8005),
    apiPort: port("API_PORT", 8728),
    router: {
      identity: env.IDENTITY ?? "karibu-lab",
      portalUrl,
      radiusServers: [
        {
          address: env.RADIUS_HOST ?? "127.0.0.1",
          authPort: port("RADIUS_AUTH_PORT", 1812),
          acctPort: port("RADIUS_ACCT_PORT", 1813),
          secret,
        },
      ],
      incomingPort: port("COA_PORT", 3799),
      ntpSeconds: ntp === "never" ? null : Number(ntp),
      apiUser: env.API_USER ?? "karibu",
      apiPassword: env.API_PASSWORD ?? "",
    },
    uplink: targetHost === "" ? null : { port: port("UPLINK_PORT", 0), targetHost, targetPort: Number(targetPort) },
  };
  const [problem] = problems;
  return problem === undefined ? settings : { problem };
}
