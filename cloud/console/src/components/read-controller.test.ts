import { expect, onTestFinished, test, vi } from "vitest";
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

test("a thing of another path takes the place of none: neither its late answer, nor what was there where the new one can't be read", async () => {
  const answers = new Map<string, PromiseWithResolvers<Response>>();
  const answer = (path: string) => {
    const known = answers.get(path) ?? Promise.withResolvers<Response>();
    answers.set(path, known);
    return known;
  };
  vi.stubGlobal("fetch", (path: string) => answer(path).promise);
  onTestFinished(() => void vi.unstubAllGlobals());
  let path = "/api/v1/one";
  const controller = new ReadController<{ readonly of: string }>(host, { path: () => path as never });
  const one = controller.reload();
  path = "/api/v1/two";
  const two = controller.reload();
  answer("/api/v1/one").resolve(Response.json({ of: "one" }));
  await one;
  expect(controller.value).toBeNull();
  answer("/api/v1/two").resolve(Response.json({ of: "two" }));
  await two;
  expect(controller.value).toEqual({ of: "two" });
  path = "/api/v1/three";
  const third = controller.reload();
  answer("/api/v1/three").reject(new TypeError("away"));
  await third;
  expect(controller.value).toBeNull();
  expect(controller.errorText).not.toBe("");
});

test("who asks for another thing sees nothing of the former one until it is there, and changes nothing of it", async () => {
  const answers = [Promise.resolve("former"), Promise.withResolvers<string>().promise];
  const controller = new ReadController<string>(host, { read: () => answers.shift() as Promise<string> });
  await controller.reload();
  controller.beginEdit();
  void controller.readOther();
  controller.beginEdit();
  expect([controller.value, controller.edited]).toEqual([null, null]);
});
