/**
 * The machines of the chaos, in network namespaces of a process that has its own (`main.ts`): hubs and agents, each on a cable to the middle, where the
 * payment channel, the database, the routers and the phones are. An agent has two: one to the internet and one to its router. Nothing of it is left when
 * that process ends.
 */
import { execFileSync } from "node:child_process";
import { createMachine, type Machine } from "../machines/two-machines.ts";

/** The middle's own address, which every machine reaches through its cable to the internet. */
export const middle = "10.99.0.1";

export interface Wire {
  /** Pulls the cable out, or puts it back. */
  setDown(isDown: boolean): void;
  /** The machine's way to the middle leads nowhere: packets vanish, connections begin with an error. */
  setBlackhole(isBlack: boolean): void;
}

export interface MachineInStreet {
  readonly machine: Machine;
  /** Its address at the cable to the internet. */
  readonly address: string;
  readonly wire: Wire;
}

export interface SiteMachine extends MachineInStreet {
  /** Both ends of the cable between agent and router. */
  readonly lan: { readonly agent: string; readonly router: string };
  /** The address of the site's so-many-th phone, below 60,000. */
  phoneAddress(phone: number): string;
}

export interface Street {
  addHub(): MachineInStreet;
  addSite(): SiteMachine;
}

const ip = (...args: readonly string[]) => execFileSync("ip", [...args], { stdio: "pipe" });

export function openStreet(): Street {
  let machines = 0;
  let sites = 0;
  // Names of namespaces lie here: a folder of this process alone.
  execFileSync("mkdir", ["-p", "/run/netns"]);
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run/netns"]);
  ip("link", "set", "lo", "up");
  ip("address", "add", `${middle}/32`, "dev", "lo");

  function addMachine(name: string): MachineInStreet {
    const at = 4 * machines++;
    const [cable, near, address] = [`wan-${name}`, `192.0.2.${at + 1}`, `192.0.2.${at + 2}`];
    ip("netns", "add", name);
    ip("-n", name, "link", "set", "lo", "up");
    lay({ cable, near, space: name, inside: "wan", far: address });
    ip("-n", name, "route", "add", `${middle}/32`, "via", near);
    return {
      machine: createMachine(name, "none"),
      address,
      wire: {
        setDown: (isDown) => void ip("link", "set", cable, isDown ? "down" : "up"),
        setBlackhole: (isBlack) =>
          isBlack
            ? void ip("-n", name, "route", "replace", "blackhole", `${middle}/32`)
            : void ip("-n", name, "route", "replace", `${middle}/32`, "via", near),
      },
    };
  }

  return {
    addHub: () => addMachine(`hub${machines}`),
    addSite() {
      const site = sites++;
      const name = `site${site}`;
      const whole = addMachine(name);
      const lan = { router: `198.18.${site}.1`, agent: `198.18.${site}.2` };
      lay({ cable: `lan-${name}`, near: lan.router, space: name, inside: "lan", far: lan.agent });
      // Phones are addresses of the middle: whoever asks binds one.
      const phones = `10.${5 + site}.0.0/16`;
      ip("route", "add", "local", phones, "dev", "lo");
      ip("-n", name, "route", "add", phones, "via", lan.router);
      return {
        ...whole,
        lan,
        phoneAddress: (phone) => `10.${5 + site}.${Math.floor(phone / 250)}.${1 + (phone % 250)}`,
      };
    },
  };
}

function lay({ cable, near, space, inside, far }: Record<"cable" | "near" | "space" | "inside" | "far", string>): void {
  ip("link", "add", cable, "type", "veth", "peer", "name", inside, "netns", space);
  ip("address", "add", `${near}/30`, "dev", cable);
  ip("-n", space, "address", "add", `${far}/30`, "dev", inside);
  ip("link", "set", cable, "up");
  ip("-n", space, "link", "set", inside, "up");
}
