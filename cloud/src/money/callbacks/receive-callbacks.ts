/**
 * Callbacks of payment channels: stored raw, then acknowledged, then judged (`create-callbacks.ts` says by whom). A secret in the path says whose it is;
 * only hashes of secrets are kept. What fits nothing is kept too, with the reason, and answered as the channel expects.
 * Mount at `/hooks`, before anything that reads bodies.
 *
 *   /k/<channel>/s/<purchase>   what became of a prompt     /k/<channel>/c   money that came in (C2B confirmation)
 *   /k/<channel>/r/<call>       a call's result             /k/<channel>/v   may it come in? (C2B validation)
 *   /k/<channel>/t/<call>       a call waits in a queue     /k/<channel>/n   notices (Airtel, Pesapal, Stripe): a reason to ask
 *   /k/<channel>/m/<purchase>   what became of a prompt, from a channel that may also PUT it (MTN)
 *   /k/<address>/w              M-Pesa's own message, forwarded by its owner's phone
 */
import type { World } from "@karibu/protocol/world";
import express, { type NextFunction, type Request, type Response, Router } from "express";
import { returnPage } from "../channels/return-page.ts";
import type { CallbackIntake, HookKind } from "./raw-callback.ts";

const bodyBytesMax = 64 * 1024;

/** A map, because the path is a stranger's: an object has `constructor` too. */
const kinds: ReadonlyMap<string, HookKind> = new Map([
  ["s", "push"],
  ["m", "push"],
  ["c", "confirmation"],
  ["v", "validation"],
  ["r", "result"],
  ["t", "timeout"],
  ["n", "notice"],
  ["w", "message"],
]);

export function createHooks(world: World, intake: CallbackIntake): Router {
  const router = Router();
  const raw = express.raw({ type: () => true, limit: bodyBytesMax });
  /** Whatever it throws is answered by the last handler. */
  const take = async (request: Request, response: Response, next: NextFunction) => {
    const { channel, kind: letter, secret = "" } = request.params as { channel: string; kind: string; secret?: string };
    const kind = kinds.get(letter);
    if (kind === undefined) return next();
    const answer = await intake({
      kind,
      channelToken: channel,
      secret,
      body: Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "",
      query: request.query as Record<string, unknown>,
      signature: request.get("stripe-signature") ?? null,
      remoteAddress: request.ip?.replace(/^::ffff:/, "") ?? null,
    });
    response.status(answer.status).json(answer.body);
  };
  router.post("/k/:channel/:kind", raw, take);
  router.post("/k/:channel/:kind/:secret", raw, take);
  router.put("/k/:channel/:kind/:secret", raw, (request, response, next) =>
    request.params.kind === "m" ? take(request, response, next) : next(),
  );
  router.get("/k/:channel/:kind", take); // Pesapal's notices may come as GET
  router.get("/back", (request: Request, response: Response) => {
    response.type("html").send(returnPage(request.query.to));
  });
  router.use((_: Request, response: Response) => {
    response.status(404).json({ ResultCode: 1, ResultDesc: "Not found" });
  });
  router.use((error: { status?: number }, _: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    // Never a false "accepted": what could not be kept must not look kept.
    const status = error.status === 413 || error.status === 400 || error.status === 415 ? error.status : 500;
    if (status === 500) world.log.error("callback-not-kept", { error: String(error) });
    response.status(status).json({ ResultCode: 1, ResultDesc: status === 413 ? "Too large" : "Not accepted" });
  });
  return router;
}
