/**
 * Whom the simulated router and its agent have before them, on one machine. A browser of this machine asks both from loopback; behind a real router it
 * would have one address of the guests' network, and both would see that: so it is one phone to both. 127.0.0.1 is 10.5.51.1, 127.0.0.2 is 10.5.51.2.
 */
import type { HttpHandler } from "@karibu/agent/ground/http";

/** Of the network that the set-up suggests for guests, 10.5.48.0/22. The phones that the demo lets come by have others of it. */
export function guestAddress(peer: string): string {
  if (peer === "::1") return guestAddress("127.0.0.1");
  const last = /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.(\d{1,3})$/i.exec(peer)?.[1];
  return last === undefined ? peer : `10.5.51.${last}`;
}

/** The pages that are open to the machine itself, which `npm start` names without a key. */
const isOfMachine = (url: string): boolean => /^\/(?:health|status|doctor|metrics|image-update)(?:[/?]|$)/.test(url);

/** The agent's pages as phones behind the router ask for them. */
export function askedByGuests(portal: HttpHandler): HttpHandler {
  return {
    handle: (request) =>
      request.address === null || isOfMachine(request.url)
        ? portal.handle(request)
        : portal.handle({ ...request, address: guestAddress(request.address) }),
  };
}
