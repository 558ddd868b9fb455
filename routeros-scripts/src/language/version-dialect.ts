/**
 * What differs between RouterOS versions, as one table. Each row was checked against the command tree of the release in
 * `checked`. A patch release of the same minor version has the same commands. Older patch releases are refused: their command
 * trees were not checked, and 7.19.1 and older pass an unsafe `dst` to the browser (CVE-2025-6563).
 */
export interface VersionDialect {
  /** The release whose command tree was checked. */
  readonly checked: string;
  /** `7.22`. */
  readonly minor: string;
  /** The argument of `/container/envs` that names the list, and the argument of `/container` that uses the list. */
  readonly envItemList: "name" | "list";
  readonly envLists: "envlist" | "envlists";
  /** The same for `/container/mounts`. */
  readonly mountItemList: "name" | "list";
  readonly mountLists: "mounts" | "mountlists";
  /** Containers have a name. In 7.18 they have only a comment. */
  readonly containerName: boolean;
  /** Each container can have a memory limit. Else there is one limit for all of them, in `/container/config`. */
  readonly memoryPerContainer: boolean;
  /** What starts a container again after it ended: only our scheduler, or RouterOS too, by this argument. */
  readonly restart: "scheduler" | "auto-restart-interval" | "restart-policy";
  /** RouterOS runs the health command of the image and stops an unhealthy container. Else netwatch checks over HTTP. */
  readonly healthChecks: boolean;
  /** The command that formats a disk. */
  readonly formatDisk: string;
}

const oldContainer = {
  envItemList: "name",
  envLists: "envlist",
  mountItemList: "name",
  mountLists: "mounts",
  containerName: true,
  memoryPerContainer: false,
  restart: "scheduler",
  healthChecks: false,
  formatDisk: "/disk/format",
} as const;
const from720 = {
  ...oldContainer,
  envItemList: "list",
  envLists: "envlists",
  memoryPerContainer: true,
  restart: "auto-restart-interval",
} as const;
const from721 = { ...from720, mountItemList: "list", mountLists: "mountlists" } as const;
const from723 = { ...from721, restart: "restart-policy", healthChecks: true } as const;

/** The oldest first. */
export const dialects: readonly VersionDialect[] = [
  { checked: "7.18.2", minor: "7.18", ...oldContainer, containerName: false, formatDisk: "/disk/format-drive" },
  { checked: "7.19.6", minor: "7.19", ...oldContainer },
  { checked: "7.20.8", minor: "7.20", ...from720 },
  { checked: "7.21.1", minor: "7.21", ...from721 },
  { checked: "7.22", minor: "7.22", ...from721 },
  { checked: "7.23.3", minor: "7.23", ...from723 },
  { checked: "7.24", minor: "7.24", ...from723 },
];

export const checkedVersions: readonly string[] = dialects.map(({ checked }) => checked);

/** The dialect of a version like `7.22` or `7.24.2`, or a sentence that says why there is none. */
export function dialectOf(version: string): { readonly dialect: VersionDialect } | { readonly problem: string } {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(version);
  const dialect = parts && dialects.find(({ minor }) => minor === `${parts[1]}.${parts[2]}`);
  if (!dialect) {
    return { problem: `version: RouterOS "${version}" is not supported; supported: ${checkedVersions.join(", ")}` };
  }
  const checkedPatch = Number(dialect.checked.split(".")[2] ?? 0);
  if (Number(parts[3] ?? 0) < checkedPatch) {
    return { problem: `version: RouterOS ${version} is too old; update it to ${dialect.checked} or newer` };
  }
  return { dialect };
}
