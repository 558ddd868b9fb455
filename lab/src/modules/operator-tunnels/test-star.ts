/** A hub's machine and others around it, each on a cable of its own: they meet only through the hub. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createMachine, type Machine } from "../../machines/two-machines.ts";

export interface Star {
  readonly hub: Machine;
  /** `hubOutside`: the hub's address on this machine's cable. */
  readonly others: readonly { readonly machine: Machine; readonly hubOutside: string }[];
  stop(): Promise<void>;
}

/** At most 60. The hub's machine forwards nothing by itself. */
export function createStar(count: number): Star {
  const tag = randomBytes(3).toString("hex");
  const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });
  const spaceOf = (index: number) => `kb-${tag}-${index}`;
  const spaces = Array.from({ length: count + 1 }, (_, index) => spaceOf(index));
  const [hubSpace = ""] = spaces;
  for (const space of spaces) {
    ip("netns", "add", space);
    ip("-n", space, "link", "set", "lo", "up");
  }
  const others = spaces.slice(1).map((space, index) => {
    const [hubCable, cable] = [`kh${tag}${index}`, `kc${tag}${index}`];
    const [hubOutside, outside] = [`192.0.2.${4 * index + 1}`, `192.0.2.${4 * index + 2}`];
    ip("link", "add", hubCable, "netns", hubSpace, "type", "veth", "peer", "name", cable, "netns", space);
    ip("-n", hubSpace, "address", "add", `${hubOutside}/30`, "dev", hubCable);
    ip("-n", space, "address", "add", `${outside}/30`, "dev", cable);
    ip("-n", hubSpace, "link", "set", hubCable, "up");
    ip("-n", space, "link", "set", cable, "up");
    return { machine: createMachine(space, `kw${tag}${index}`), hubOutside };
  });
  const hub = createMachine(hubSpace, `kw${tag}h`);
  return {
    hub,
    others,
    async stop() {
      for (const machine of [hub, ...others.map(({ machine }) => machine)]) await machine.stop();
      for (const space of spaces) ip("netns", "del", space);
    },
  };
}
