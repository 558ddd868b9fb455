/**
 * The pages of a board: its terminal, and the simulated router's control page once it serves guests.
 *   GET /terminal  GET /api/board  GET /api/board/agent
 *   POST /api/board/terminal {line}
 *   POST /api/board/by-hand: somebody at the router switches off what guests reach without paying
 */
import express, { type Express } from "express";
import type { Board } from "./open-board.ts";
import { terminalPage } from "./terminal-page.ts";

const lineCharactersMax = 4000;

export function createBoardApp(board: Board): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(["/terminal", "/api/board"], express.json({ limit: "16kb" }), (request, response, next) => {
    // A page of another site in the same browser must not type into the router.
    const foreign = request.method === "POST" && request.headers["sec-fetch-site"] === "cross-site";
    if (foreign) response.status(403).json({ title: "not from another site" });
    else next();
  });
  app.get("/terminal", (_, response) => void response.type("html").send(terminalPage(board.identity())));
  app.get("/api/board", (_, response) => {
    response.json({ stage: board.stage(), printed: board.printed(), hotspotUrl: board.live()?.hotspotUrl ?? null });
  });
  // What the machine that runs the container needs to know.
  app.get(
    "/api/board/agent",
    (_, response) => void response.json({ environment: board.agentEnvironment(), address: board.agentAddress() }),
  );
  app.post("/api/board/terminal", (request, response) => {
    const { line } = request.body as { line?: unknown };
    if (typeof line !== "string" || line.trim() === "" || line.length > lineCharactersMax)
      return void response.status(422).json({ title: "line: paste the line that the console shows" });
    if (board.stage() === "works") return void response.status(409).json({ title: "it still works on the last line" });
    board.paste(line.trim());
    response.status(202).json({});
  });
  app.post("/api/board/by-hand", (_, response) => {
    const live = board.live();
    if (live === null) return void response.status(409).json({ title: "it serves no guests yet" });
    live.changeByHand();
    response.json({});
  });
  app.get("/health", (_, response, next) => {
    if (board.live() === null) response.json({ status: "ok", power: true });
    else next();
  });
  app.use((request, response, next) => {
    const live = board.live();
    if (live !== null) live.panel(request, response, next);
    else if (request.path === "/") response.redirect("/terminal");
    else next();
  });
  return app;
}
