/** The phones around a site of the town: each is a guest of the router whose network it is in, and its browser keeps cookies. */
import type { HttpRequest } from "@karibu/agent/ground/http";
import { contains } from "@karibu/routeros-scripts/values/ipv4";
import type { BytesAnswer } from "../http/in-memory-http.ts";
import { portalRequest } from "../router/device/portal-request.ts";
import type { Client, Router } from "../router/device/router.ts";

export interface PortalAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly body: any;
}

export interface TownRouter {
  readonly router: Router;
  /** `10.77.0.0/22`; null: whoever is in no other router's network. */
  readonly guests: string | null;
}

export interface Phones {
  /** The device at this address of the guests' networks. */
  client(address: string, mac: string): Client;
  /** All that were ever seen. */
  clients(): readonly Client[];
  /** What a phone's page asks of the portal; null: a GET. */
  ask(who: Client, path: string, body: object | null): Promise<PortalAnswer | null>;
}

export function openPhones(
  routers: readonly [TownRouter, ...TownRouter[]],
  askPortal: (request: HttpRequest) => Promise<BytesAnswer | null>,
): Phones {
  /** Of each phone, by its MAC. */
  const cookies = new Map<string, Map<string, string>>();
  const routerOf = (address: string): Router => {
    const isHome = ({ guests }: TownRouter) => guests !== null && contains(guests, address);
    return (routers.find(isHome) ?? routers[0]).router;
  };
  return {
    client: (address, mac) => routerOf(address).client(address, mac),
    clients: () => routers.flatMap(({ router }) => router.clients()),
    async ask(who, path, body) {
      const held = cookies.get(who.mac) ?? new Map<string, string>();
      const cookie = held.size === 0 ? undefined : [...held].map((pair) => pair.join("=")).join("; ");
      const answer = await askPortal(portalRequest(routerOf(who.address), who, { path, body, cookie }));
      if (answer === null) return null;
      for (const line of answer.cookies) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
        held.set(name, value);
      }
      cookies.set(who.mac, held);
      return { status: answer.status, body: JSON.parse(answer.body) };
    },
  };
}
