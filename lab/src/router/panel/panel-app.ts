/**
 * The control page of the simulated router, on its own port: shows the router, cuts its power, sets its knobs.
 *   GET /  GET /health  GET /api/state
 *   POST /api/power-cut  /api/boot  /api/reboot  /api/knobs {knob: value}
 *   POST /api/clients/{address}/appetite {upBytesPerSecond, downBytesPerSecond}  /use {up, down}  /log-out
 */

import type { World } from "@karibu/protocol/world";
import express, { type Express, type Request, type Response } from "express";
import type { Router } from "../device/router.ts";
import { readAppetite, readKnobs, readUse } from "./panel-orders.ts";
import { simulatorPage } from "./panel-page.ts";
import { readSimulatorState } from "./panel-state.ts";

/** `afterKnobs` runs after a change of a knob. */
export function createSimulatorApp(world: World, router: Router, afterKnobs: () => void = () => {}): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use((request, response, next) => {
    // A page of another site in the same browser must not control the router.
    const foreign = request.method === "POST" && request.headers["sec-fetch-site"] === "cross-site";
    if (foreign) response.status(403).json({ title: "not from another site" });
    else next();
  });
  app.use(express.json({ limit: "16kb" }));

  const state = () => readSimulatorState(router, world.clock.monotonicMs());
  const refuse = (response: Response, field: string, message: string) =>
    void response.status(422).json({ title: `${field} ${message}`, status: 422, field });
  const order = (path: string, act: (request: Request) => Promise<unknown> | unknown) =>
    app.post(path, async (request, response) => {
      const problem = await act(request);
      if (isProblem(problem)) refuse(response, problem.field, problem.message);
      else response.json(state());
    });
  const client = (request: Request) => {
    const address = String(request.params.address);
    return router.clients().find((candidate) => candidate.address === address) ?? null;
  };
  const noClient = { field: "address", message: "names no client" };

  app.get("/", (_, response) => void response.type("html").send(simulatorPage(router.options.identity)));
  app.get("/health", (_, response) => void response.json({ status: "ok", power: router.running !== null }));
  app.get("/api/state", (_, response) => void response.json(state()));
  order("/api/power-cut", () => router.powerCut());
  order("/api/boot", () => router.boot());
  order("/api/reboot", () => router.running && router.reboot());
  order("/api/knobs", (request) => {
    const knobs = readKnobs(request.body);
    if ("field" in knobs) return knobs;
    Object.assign(router.knobs, knobs.value);
    afterKnobs();
  });
  order("/api/clients/:address/appetite", (request) => {
    const appetite = readAppetite(request.body);
    if ("field" in appetite) return appetite;
    const phone = client(request);
    if (!phone) return noClient;
    phone.consume(appetite.value);
  });
  order("/api/clients/:address/use", (request) => {
    const use = readUse(request.body);
    if ("field" in use) return use;
    const phone = client(request);
    if (!phone) return noClient;
    phone.use(use.value);
  });
  order("/api/clients/:address/log-out", (request) => client(request)?.logOut() ?? noClient);

  app.use((error: Error & { status?: number }, _: Request, response: Response, __: unknown) => {
    response.status(error.status ?? 500).json({ title: error.message, status: error.status ?? 500 });
  });
  return app;
}

function isProblem(value: unknown): value is { field: string; message: string } {
  return typeof value === "object" && value !== null && "field" in value;
}
