/** The `packages` of a package-lock.json: what the repository uses of npm, by its path below the root. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

export interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  /** True for a workspace; `resolved` is then its folder. */
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Record<string, string>;
}
