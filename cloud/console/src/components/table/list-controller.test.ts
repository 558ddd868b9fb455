import { expect, onTestFinished, test, vi } from "vitest";
import { ApiError, type Page } from "../../hub/api.ts";
import type { AppContext } from "../app-element.ts";
import { ListController } from "./list-controller.ts";

test("where the hub can't be asked anew, neither the rows of before stand there nor what they add up to", async () => {
  vi.stubGlobal("document", { hidden: true });
  onTestFinished(() => void vi.unstubAllGlobals());
  const host = { addController() {}, removeController() {}, requestUpdate() {}, updateComplete: Promise.resolve(true) };
  const sums = [{ currency: "KES", amountCents: 900 }];
  const answers: (Page<string> | ApiError)[] = [
    { items: ["paid"], nextCursor: "c", total: { count: 7, more: false, sums } },
    new ApiError(0, "hub-away", "", null),
    { items: ["failed"], nextCursor: null, total: { count: 1, more: false } },
  ];
  const read = async () => {
    const answer = answers.shift() as Page<string> | ApiError;
    if (answer instanceof ApiError) throw answer;
    return answer;
  };
  const app = {} as AppContext;
  const list = new ListController<string, "state">({ ...host, app }, { read, topics: [], isCounted: true });
  await list.narrow({ state: "paid" });
  expect([list.rows, list.count?.count, list.nextCursor]).toEqual([["paid"], 7, "c"]);
  await list.narrow({ state: "failed" });
  expect([list.rows, list.count, list.nextCursor]).toEqual([null, null, null]);
  expect(list.errorText).not.toBe("");
  await list.reload();
  expect([list.rows, list.count?.count, list.errorText]).toEqual([["failed"], 1, ""]);
});
