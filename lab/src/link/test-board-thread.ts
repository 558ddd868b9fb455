/** Starts a board beside the hub under test, and answers what it fetches: the hub's pages from that hub, everything else as the internet does. */
import type { TestHub } from "@karibu/cloud/test-hub";
import { type BoardThread, startBoardThread } from "../board/board-thread.ts";
import { fetchFrom } from "../board/fetch-from-hub.ts";
import {
  type BoardChoice,
  boardWithoutUsb,
  homeRouter,
  liveHotspot,
  smallRouter,
} from "../routeros-scripting/board-configurations.ts";

const boards = { homeRouter, liveHotspot, smallRouter, boardWithoutUsb };

/** The hub's public address is a name that nobody resolves: its pages come from where it listens. */
export const startBoard = (hub: TestHub, kind: keyof typeof boards, choice: BoardChoice): BoardThread =>
  startBoardThread({
    configuration: boards[kind](choice),
    fetch: (request) => fetchFrom({ name: "hub.test", url: hub.url() }, request),
  });
