/** The launcher's options, and the settings of the agent that it reads: the ports for the health checks. */
import type { ProbeTargets } from "./life-probe.ts";
import { type SupervisorLimits, usualLimits } from "./supervisor.ts";

export interface LauncherOptions {
  /** `health`: answer the container's health check and end. */
  readonly mode: "run" | "health";
  /** Where the image keeps its own release: `image.json`, `release-keys`, `agent/`, `portal/`. */
  readonly home: string;
  readonly data: string;
  readonly targets: ProbeTargets;
  readonly limits: SupervisorLimits;
}

type Environment = Readonly<Record<string, string | undefined>>;

const limitNames = {
  "--proof-ms": "proofMs",
  "--anxious-every-ms": "anxiousEveryMs",
  "--quiet-every-ms": "quietEveryMs",
  "--misses": "missesMax",
  "--stop-ms": "stopMs",
} as const satisfies Record<string, keyof SupervisorLimits>;

/** The options, or a sentence that names the error. */
export function readOptions(args: readonly string[], environment: Environment): LauncherOptions | string {
  const limits: Record<string, number> = { ...usualLimits };
  let home = "/karibu";
  let timeoutMs = 5000;
  let mode: LauncherOptions["mode"] = "run";
  for (const arg of args) {
    const [name, value] = cut(arg);
    const limit = limitNames[name as keyof typeof limitNames];
    if (arg === "--health") mode = "health";
    else if (name === "--home" && value !== "") home = value;
    else if (limit === undefined && name !== "--probe-ms") return `${name} is not an option of the launcher`;
    else if (!/^[1-9]\d{0,7}$/.test(value)) return `${name} must be a whole number, not "${value}"`;
    else if (limit === undefined) timeoutMs = Number(value);
    else limits[limit] = Number(value);
  }
  const ports = { KARIBU_HTTP_PORT: 80, KARIBU_RADIUS_AUTH_PORT: 1812, KARIBU_RADIUS_ACCT_PORT: 1813 };
  for (const [name, fallback] of Object.entries(ports) as [keyof typeof ports, number][]) {
    const text = environment[name]?.trim() || String(fallback);
    const port = Number(text);
    if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) return `${name} must be from 1 to 65535, not "${text}"`;
    ports[name] = port;
  }
  return {
    mode,
    home,
    data: environment.KARIBU_DATA?.trim() || "/data",
    targets: {
      httpPort: ports.KARIBU_HTTP_PORT,
      radiusAuthPort: ports.KARIBU_RADIUS_AUTH_PORT,
      radiusAcctPort: ports.KARIBU_RADIUS_ACCT_PORT,
      radiusSecret: environment.KARIBU_RADIUS_SECRET?.trim() || null,
      timeoutMs,
    },
    limits: limits as unknown as SupervisorLimits,
  };
}

/** The agent's environment: our settings, and defaults for a container. The gateway is known only there. */
export function agentEnvironment(
  environment: Environment,
  options: Pick<LauncherOptions, "data" | "targets">,
  gateway: string | null,
): Record<string, string | undefined> {
  const { httpPort, radiusAuthPort, radiusAcctPort } = options.targets;
  const coaHost = environment.KARIBU_COA_HOST?.trim() || gateway;
  return {
    ...environment,
    KARIBU_DATA: options.data,
    KARIBU_HTTP_PORT: String(httpPort),
    KARIBU_RADIUS_AUTH_PORT: String(radiusAuthPort),
    KARIBU_RADIUS_ACCT_PORT: String(radiusAcctPort),
    ...(coaHost === null ? {} : { KARIBU_COA_HOST: coaHost }),
  };
}

/**
 * Arguments that name releases without space on the disk: this needs no disk. They are not a setting, because an older agent
 * refuses unknown settings.
 */
export function agentWords(passedOver: readonly string[]): string[] {
  return passedOver.map((id) => `--passed-over=${id}`);
}

function cut(arg: string): [string, string] {
  const at = arg.indexOf("=");
  return at < 0 ? [arg, ""] : [arg.slice(0, at), arg.slice(at + 1)];
}
