import { expect, test } from "vitest";
import { ReadController } from "./read-controller.ts";

const host = { addController() {}, removeController() {}, requestUpdate() {}, updateComplete: Promise.resolve(true) };

test("of two readings the later one stands, though the earlier one's answer comes last; a failed one takes nothing away", async () => {
  const answers: PromiseWithResolvers<string>[] = [];
  const read = () => {
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  };
  const controller = new ReadController<string>(host, { read });
  const both = [controller.reload(), controller.reload()];
  answers[1]?.resolve("new");
  await both[1];
  answers[0]?.resolve("old");
  await both[0];
  expect(controller.value).toBe("new");
  const third = controller.reload();
  answers[2]?.reject(new Error("away"));
  await third;
  expect([controller.value, controller.errorText]).toEqual(["new", ""]);
});
