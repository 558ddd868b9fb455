/** Sites of the demo that live by themselves in this process: their routers, the real agents, and people who come, buy, stay and leave. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { dialWebsocket } from "@karibu/agent/sync/dial-websocket";
import { linkUrl } from "@karibu/agent/sync/enrol";
import { sleep, type World } from "@karibu/protocol/world";
import { withSecrets } from "../board/live-router.ts";
import type { BoardState } from "../board/open-board.ts";
import type { VirtualTime } from "../world/virtual-time.ts";
import { openTownHost, type TownHost } from "./town-host.ts";
import { type AgentWays, openTownSite } from "./town-site.ts";
import { buy, type Customer, leave, type Plan, type Street, stay } from "./visits.ts";

export interface LiveTownParts {
  readonly world: World;
  /** `http://127.0.0.1:8000` */
  readonly hubUrl: string;
  readonly darajaUrl: string;
  /** Where `boards/<name>.json` and `agents/<name>` lie. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Distinguishes the starts of this machine. */
  readonly bootId: string;
  readonly keep: (name: string, state: BoardState) => void;
  /** A whole number below this one. */
  readonly chance: (below: number) => number;
}

/** One thing happens in about so long. */
const eventMs = 10_000;
const regulars = 30;
/** Of guests at a site at once: who comes when it is full waits. */
const onlineMax = 12;

/** The town's time is the world's: nothing is waited for. */
const realTime = ({ clock }: World): Pick<VirtualTime, "clock" | "track"> => ({
  clock: () => ({ ...clock, stop() {} }),
  track: (work) => work,
});

export async function openLiveTown(parts: LiveTownParts) {
  const { world, hubUrl, folder, names, chance } = parts;
  const dialHub = dialWebsocket(linkUrl(hubUrl), addressesOnly);
  const ways: AgentWays = {
    time: realTime(world),
    world,
    async dial(signal) {
      const socket = await dialHub(signal);
      return { socket, cut: () => socket.close(1001, "the line is cut") };
    },
    post: (url, body) => createPostJson(addressesOnly)(`${hubUrl}${new URL(url).pathname}`, body),
  };
  const boards = new Map(names.map((name) => [name, readBoard(name)]));
  /** One without a container of its own has its agent beside the hub. */
  const hosted = names.find((name) => boards.get(name)?.agentEnvironment === null);
  const host =
    hosted === undefined
      ? null
      : openTownHost({
          ...ways,
          folder: folderOf("host"),
          siteFolder: () => folderOf(hosted),
          hubUrl,
          enrolToken: null,
        });
  await host?.start();
  const sites = await Promise.all([...boards].map(openSite));
  let isQuiet = false;

  function readBoard(name: string): BoardState {
    return JSON.parse(readFileSync(join(folder, "boards", `${name}.json`), "utf8")) as BoardState;
  }

  function folderOf(name: string): Folder {
    return createNodeFolder(join(folder, "agents", name));
  }

  async function openSite([name, board]: [string, BoardState]): Promise<Street> {
    const { agentEnvironment, configuration } = board;
    const site =
      agentEnvironment === null
        ? await (host as TownHost).open(configuration)
        : await openTownSite({
            ...ways,
            folder: folderOf(name),
            board: {
              ...board,
              agentEnvironment,
              onSecrets: (secrets) =>
                parts.keep(name, { ...board, agentEnvironment: withSecrets(agentEnvironment, secrets) }),
            },
            further: existsSync(join(folder, "boards", `${name}-2.json`)) ? [readBoard(`${name}-2`).configuration] : [],
            bootId: parts.bootId,
          });
    await site.start();
    return { site, daraja: { act }, wait: (ms) => sleep(world.clock, ms), chance };
  }

  /** What the person does at the simulated phone. */
  function act(msisdn: string, action: { readonly kind: string; readonly pin?: string }): null {
    const url = `${parts.darajaUrl}/phone/${msisdn}/${action.kind}`;
    const body = JSON.stringify({ pin: action.pin ?? "" });
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => {});
    return null;
  }

  /** What one of them buys, as the phone's page has it: none while nothing cheap is for sale. */
  async function readPlans({ site }: Street, who: Customer): Promise<Plan[]> {
    const answer = await site.ask(site.client(who.address, who.mac), "/api/state", null);
    const items = (answer?.body.plans ?? []) as Plan[];
    return items.filter(({ priceCents }) => priceCents > 0 && priceCents <= 20_000);
  }

  async function happen(): Promise<void> {
    const street = sites[chance(sites.length)];
    if (street === undefined) return;
    const online = street.site.clients().filter((phone) => phone.online());
    const isLeaving = online.length >= onlineMax || (online.length > 3 && chance(100) < 45);
    if (isLeaving) {
      const phone = online[chance(online.length)];
      if (phone !== undefined) await leave(street, { phone: "", mac: phone.mac, address: phone.address });
      return;
    }
    const number = chance(regulars);
    const who: Customer = {
      phone: `0715${String(200_000 + number * 7919).slice(-6)}`,
      mac: `02:4B:D1:00:00:${number.toString(16).padStart(2, "0").toUpperCase()}`,
      // Every third one is a guest of the second router, where there is one.
      address: number % 3 === 0 ? `10.77.0.${100 + number}` : `10.5.50.${100 + number}`,
    };
    if (street.site.client(who.address, who.mac).online()) return;
    const plans = await readPlans(street, who);
    const plan = plans[Math.min(chance(plans.length), chance(plans.length))];
    if (plan === undefined) return;
    const pays = chance(100) < 92 ? "pay" : "cancel";
    if (await buy(street, who, { plan, pays })) stay(street, who, 20_000 + chance(150_000));
  }

  async function live(): Promise<void> {
    while (!isQuiet) {
      await sleep(world.clock, eventMs / 2 + chance(eventMs));
      happen().catch((error: unknown) => world.log.warn("town-event-failed", { error: String(error) }));
    }
  }

  return {
    /** Until `close`: about one event in ten seconds. */
    live: () => void live(),
    async close(): Promise<void> {
      isQuiet = true;
      await host?.stop();
      await Promise.allSettled(sites.map(({ site }) => site.close()));
    },
  };
}
