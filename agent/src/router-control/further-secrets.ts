/**
 * New secrets for the site's further routers. The agent has no API there: each router asks it every half hour, from its own address, whether there
 * is a new one, sets it in all its rows, reads them back and proves it. Until then both secrets are taken.
 *
 * Who attacks it: a guest's or customer's phone, which reaches this HTTP port and may stand behind the router's own address (customers of a further
 * router are masqueraded there). The door tells the new secret only to who proves the present one by its SHA-512, from the address of that very
 * router; it says nothing else, and says the same whether or not a change is under way. A broken-into hub can order a secret that it knows: it
 * knows the present one as well.
 */
import { isSameSecret } from "@karibu/protocol/hash";
import { askProof, furtherHasProof, furtherSecretPath } from "@karibu/protocol/router/secret-proof";
import type { changeRouterSecret } from "@karibu/protocol/rpc/router/change-router-secret";
import type { World } from "@karibu/protocol/world";
import type { z } from "zod/mini";
import type { HttpRequest, HttpResponse } from "../ground/http.ts";
import type { RouterSecrets } from "../ground/router-secrets.ts";

export interface FurtherSecrets {
  change(order: z.infer<typeof changeRouterSecret.params>): Promise<z.infer<typeof changeRouterSecret.result>>;
  /** Answers a further router's script; null: the request is not for this door. */
  answer(request: HttpRequest): HttpResponse | null;
}

export function createFurtherSecrets(world: Pick<World, "log">, secrets: RouterSecrets): FurtherSecrets {
  return {
    async change({ address, rotationId, radiusSecret }) {
      if (!(await secrets.begin(address, { rotationId, radiusSecret }))) return { kind: "unknown-router" };
      return { kind: secrets.of(address)?.rotationId === rotationId ? "done" : "waiting" };
    },
    answer({ url, method, address, headers }) {
      if (url !== furtherSecretPath || method !== "POST") return null;
      const from = address?.replace(/^::ffff:/i, "") ?? "";
      const known = secrets.of(from);
      const proof = /^Bearer ([0-9a-f]{128})$/.exec(headers.authorization ?? "")?.[1] ?? "";
      if (known === null || proof === "") return refused;
      const { current, next } = known;
      const taken = [current, ...(next === null ? [] : [next.radiusSecret])];
      if (taken.some((secret) => isSameSecret(proof, askProof(secret))))
        return json(200, { id: next?.rotationId ?? "", radius: next?.radiusSecret ?? "" });
      if (next === null || !isSameSecret(proof, furtherHasProof(next))) return refused;
      void secrets.finish(from).catch((error: unknown) => {
        // Both are taken still: the router asks again, and proves it again.
        world.log.warn("router-secret-not-kept", { error: String(error) });
      });
      return json(200, { state: "proved" });
    },
  };
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
const refused = json(403, { code: "not-proved" });
