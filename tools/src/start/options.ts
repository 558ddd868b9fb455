/** The options of `npm start`, and the ports that they choose (docs/settings.md). */
export interface StartOptions {
  /** Empty the demo's data first. */
  readonly fresh: boolean;
  /** Nobody comes and goes by himself. */
  readonly quiet: boolean;
  readonly ports: Ports;
  /** Data folder, apart for each port base so that two demos can run side by side. */
  readonly dataName: string;
}

export interface Ports {
  readonly hub: number;
  readonly hotspot: number;
  readonly agent: number;
  readonly daraja: number;
  readonly sms: number;
  readonly router: number;
  readonly pesapal: number;
  readonly stripe: number;
  /** The inbox page of the simulated mail server, and where the hub sends mail. */
  readonly mail: number;
  readonly smtp: number;
  /** The router's way to the hub, which its simulator can cut. */
  readonly uplink: number;
  readonly radiusAuth: number;
  readonly radiusAcct: number;
  readonly coa: number;
  readonly routerApi: number;
  /** A second router, out of its box: its terminal and page, its hotspot, its agent, its way to the hub, and between agent and router. */
  readonly newRouter: number;
  readonly newHotspot: number;
  readonly newAgent: number;
  readonly newUplink: number;
  readonly newRouterApi: number;
  readonly newRadiusAuth: number;
  readonly newRadiusAcct: number;
  readonly newCoa: number;
  /** Says that the demo's other sites live. */
  readonly town: number;
}

export type ParsedOptions = { options: StartOptions } | { refused: string };

/** Highest base that leaves room for N+99. */
const portBaseMax = 65_436;

export function parseStartOptions(args: readonly string[]): ParsedOptions {
  let fresh = false;
  let quiet = false;
  let base: number | null = null;
  for (let index = 0; index < args.length; index++) {
    const [name, inline] = (args[index] as string).split("=", 2) as [string, string | undefined];
    if (name === "--fresh" && inline === undefined) fresh = true;
    else if (name === "--quiet" && inline === undefined) quiet = true;
    else if (name === "--port-base") {
      const value = inline ?? args[++index];
      base = Number(value);
      if (!Number.isInteger(base) || base < 1024 || base > portBaseMax) {
        return {
          refused: `--port-base: ${value ?? "nothing"} given; a whole number from 1024 to ${portBaseMax} is right`,
        };
      }
    } else return { refused: `${args[index]}: unknown option; known are --fresh, --quiet and --port-base N` };
  }
  return { options: { fresh, quiet, ports: portsFrom(base), dataName: base === null ? "demo" : `demo-${base}` } };
}

/** Default 8000 with RADIUS on its well-known ports; with a base, everything moves below base + 100. */
function portsFrom(base: number | null): Ports {
  const first = base ?? 8000;
  return {
    hub: first,
    hotspot: first + 1,
    agent: first + 2,
    daraja: first + 3,
    sms: first + 4,
    router: first + 5,
    uplink: first + 6,
    pesapal: first + 7,
    stripe: first + 8,
    mail: first + 9,
    smtp: first + 10,
    radiusAuth: base === null ? 1812 : base + 12,
    radiusAcct: base === null ? 1813 : base + 13,
    routerApi: base === null ? 8728 : base + 28,
    coa: base === null ? 3799 : base + 99,
    newRouter: first + 11,
    newHotspot: first + 14,
    newAgent: first + 15,
    newUplink: first + 16,
    newRouterApi: first + 29,
    newRadiusAuth: first + 17,
    newRadiusAcct: first + 18,
    newCoa: first + 97,
    town: first + 19,
  };
}
