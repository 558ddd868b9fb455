/** Files of strangers against a real hub: it lives, its memory is bounded, and whoever sent the file reads what would be right. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HubProcess, type Provider, startHubProcess } from "./test-hub-process.ts";
import { farCell, manyCells } from "./test-zip.ts";

let hub: HubProcess;
let stranger: Provider;
beforeAll(async () => {
  hub = await startHubProcess();
  stranger = await hub.makeProvider("stranger");
}, 240_000);
afterAll(() => hub.stop());

test("[BEY-08] a workbook of 2 kB whose one cell stands four thousand million rows down ends no hub", async () => {
  const file = farCell();
  expect(file.length).toBeLessThan(2500);
  const answer = await stranger.statement(file).catch((error: Error) => ({ status: 0, body: error.message }));
  expect(hub.ending()).toBeNull();
  expect(answer).toMatchObject({ status: 422, body: { code: "not-a-statement", field: "file" } });
}, 60_000);

test("[BEY-08] four small workbooks that unpack to much are read in turn", async () => {
  const file = manyCells(95);
  let most = 0;
  const watch = setInterval(() => {
    const { hub: own, children } = hub.residentMb();
    most = Math.max(most, own + children.reduce((sum, one) => sum + one, 0));
  }, 20);
  const answers = await Promise.all([1, 2, 3, 4].map(() => stranger.statement(file)));
  clearInterval(watch);
  console.log(
    file.length,
    answers.map(({ status, tookMs }) => [status, Math.round(tookMs)]),
    most,
  );
  expect(most).toBeLessThan(1500);
}, 120_000);
