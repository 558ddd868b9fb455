/**
 * The way out that stands in letters: a link that ends reminders and marketing to one address, by a button for people and by one request for
 * mail programs (RFC 8058).
 *
 * Attackers and what stops them. Who guesses: 128 bits. Mail scanners that open every link: opening changes nothing, only the button does. Who
 * got somebody else's letter: they can end letters to that address, and nothing else; staff see when and how, and the customer says so again.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import express, { type Request, type Response, Router } from "express";
import type { Party } from "../ground/amounts/parties.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import { readAllowed, writeConsent } from "./consents.ts";

interface LinkParts {
  readonly world: World;
  readonly publicUrl: string;
}

export const optOutPath = "/hooks/unsubscribe";

/** @returns its address */
export async function newOptOutLink(
  { world, publicUrl }: LinkParts,
  tx: Tx,
  of: { readonly providerId: string; readonly to: Party; readonly masked: string; readonly customerId: string | null },
): Promise<string> {
  const token = newSecret(world, 16);
  await tx
    .insertInto("opt_out_links")
    .values({
      providerId: of.providerId,
      tokenHash: sha256Hex(token),
      toHash: of.to,
      toMasked: of.masked,
      customerId: of.customerId,
      createdAtMs: world.clock.wall().atMs,
    })
    .execute();
  return `${publicUrl}${optOutPath}/${token}`;
}

/** Mount it at `optOutPath`, before anything that reads bodies. */
export function optOutPages(parts: { readonly world: World; readonly database: Database }): Router {
  const router = Router();
  const page = (response: Response, status: number, text: string, button = "") =>
    void response
      .status(status)
      .type("html")
      .send(
        `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Karibu</title><p>${text}</p>${button}</html>`,
      );
  router.get("/:token", (_: Request, response: Response) =>
    page(
      response,
      200,
      "End reminders and news to this address? Receipts still come.<br>Kusitisha vikumbusho na habari kwa anwani hii? Risiti zitaendelea kuja.",
      '<form method="post"><button>Stop / Sitisha</button></form>',
    ),
  );
  router.post("/:token", express.raw({ type: () => true, limit: 4096 }), (request, response, next) => {
    endLetters(parts, String(request.params.token)).then(
      (isKnown) =>
        isKnown
          ? page(
              response,
              200,
              "Done: reminders and news to this address have ended.<br>Tayari: vikumbusho na habari vimesitishwa.",
            )
          : page(response, 404, "This link is not known.<br>Kiungo hiki hakijulikani."),
      next,
    );
  });
  return router;
}

/** @returns false: nobody has this link */
function endLetters({ world, database }: { readonly world: World; readonly database: Database }, token: string) {
  return database.asPlatform("opt-out", async (tx) => {
    const link = await tx
      .selectFrom("opt_out_links")
      .selectAll()
      .where("tokenHash", "=", sha256Hex(token))
      .executeTakeFirst();
    if (link === undefined) return false;
    const { providerId, toHash: to } = link;
    for (const kind of ["service", "marketing"] as const) {
      // Said once is enough: the link works for ever, and each row stays.
      if ((await readAllowed(tx, { providerId, to, channel: "email", class: kind })) === false) continue;
      await writeConsent(world, tx, {
        providerId: link.providerId,
        toHash: link.toHash,
        toMasked: link.toMasked,
        customerId: link.customerId,
        channel: "email",
        class: kind,
        allowed: false,
        how: "link",
        who: "customer",
        said: null,
      });
    }
    return true;
  });
}
