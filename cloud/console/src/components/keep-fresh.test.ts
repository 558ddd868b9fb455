import { expect, test } from "vitest";
import { keepFresh } from "./keep-fresh.ts";

/** A page whose readings the test answers. */
function keptPage() {
  const answers: (() => void)[] = [];
  let tell = () => {};
  let readings = 0;
  const stop = keepFresh(
    {
      on(_topics, listener) {
        tell = listener;
        return () => {};
      },
    },
    ["payment"],
    () => {
      readings++;
      return new Promise<void>((resolve) => answers.push(resolve));
    },
  );
  const answer = async () => {
    answers.shift()?.();
    await new Promise(setImmediate);
  };
  return { tell: () => tell(), answer, stop, readings: () => readings };
}

test("while the page reads, news does not overtake the answer: it is read once more after it", async () => {
  const page = keptPage();
  for (let news = 0; news < 5; news++) page.tell();
  expect(page.readings()).toBe(1);
  await page.answer();
  expect(page.readings()).toBe(2);
  await page.answer();
  expect(page.readings()).toBe(2);
  page.tell();
  expect(page.readings()).toBe(3);
  page.stop();
});

test("a page that was left reads no more", async () => {
  const page = keptPage();
  page.tell();
  page.tell();
  page.stop();
  await page.answer();
  expect(page.readings()).toBe(1);
});
