import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bundlesToRemove,
  type Candidate,
  chooseRelease,
  emptyMemory,
  type LaunchState,
  noteFailure,
  notePardon,
  noteProof,
  noteStart,
  startState,
  trialsMax,
} from "./launch-policy.ts";

const image: Candidate = { id: "image-1", version: "1.0.0", kind: "image" };
const bundle = (version: string): Candidate => ({ id: `${version}-abc`, version, kind: "bundle" });
const [older, newer, newest] = [bundle("1.1.0"), bundle("1.2.0"), bundle("1.3.0")];
const fresh = (): LaunchState => startState(emptyMemory(image.id));
const choose = (state: LaunchState, candidates: Candidate[], wanted: string | null = null) =>
  chooseRelease(state, [...candidates, image], wanted).candidate;

test("the newest release comes first, the image's if none is newer", () => {
  expect(choose(fresh(), [older, newest, newer])).toBe(newest);
  expect(choose(fresh(), [])).toBe(image);
  expect(choose(fresh(), [bundle("0.9.0")])).toBe(image);
  expect(choose(fresh(), [bundle("1.0.0")])).toBe(image);
});

test("an operator's choice comes before newer releases, unless it is bad", () => {
  expect(choose(fresh(), [older, newest], "1.1.0")).toBe(older);
  expect(choose(fresh(), [older, newest], "1.0.0")).toBe(image);
  expect(choose(fresh(), [older, newest], "9.9.9")).toBe(newest);
  let state = noteFailure(fresh(), older, "silent", 0).state;
  state = noteProof(state, newest);
  expect(choose(state, [older, newest], "1.1.0")).toBe(newest);
});

test("[BEY-20] a new bundle that fails is replaced at once, and is bad for ever after the old one has passed", () => {
  let state = noteProof(fresh(), older);
  state = noteStart(state, newer);
  const judged = noteFailure(state, newer, "crashed", 0);
  expect(judged.delayMs).toBe(0);
  expect(choose(judged.state, [older, newer])).toBe(older);
  expect(choose(startState(judged.state.memory), [older, newer])).toBe(newer);
  state = noteProof(judged.state, older);
  expect(choose(startState(state.memory), [older, newer])).toBe(older);
  expect(state.memory.bad).toEqual({ [newer.id]: "crashed" });
});

test("when all fail, none counts as bad, and each gets another turn", () => {
  let state = noteProof(fresh(), older);
  const tried: Candidate[] = [];
  for (let turn = 0; turn < 30; turn++) {
    const chosen = chooseRelease(state, [older, newer, image], null);
    tried.push(chosen.candidate);
    state = noteFailure(noteStart(chosen.state, chosen.candidate), chosen.candidate, "silent", turn * 1000).state;
  }
  expect(new Set(tried)).toEqual(new Set([older, newer, image]));
  expect(tried.filter((one) => one === newer).length).toBeGreaterThan(2);
  expect(state.memory.bad).toEqual({});
});

test("a release that has passed is started again twice, with growing delays, before another takes over", () => {
  let state = noteProof(fresh(), older);
  const delays: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const judged = noteFailure(state, older, "hung", turn * 1000);
    state = judged.state;
    delays.push(judged.delayMs);
    expect(choose(state, [older])).toBe(older);
  }
  expect(delays).toEqual([1000, 2000]);
  expect(choose(noteFailure(state, older, "hung", 3000).state, [older])).toBe(image);
  expect(choose(noteFailure(state, older, "hung", 900_000).state, [older])).toBe(older);
});

test("a release that passed and failed later gets exactly one more trial on an operator's request", () => {
  let state = noteProof(noteProof(fresh(), older), newer);
  for (let turn = 0; turn < 3; turn++) state = noteFailure(state, newer, "crashed", turn * 1000).state;
  state = noteProof(state, older);
  expect(choose(startState(state.memory), [older, newer], newer.version)).toBe(older);
  state = notePardon(state, newer.id);
  expect(choose(state, [older, newer])).toBe(newer);
  const proved = noteProof(noteStart(state, newer), newer);
  expect(choose(startState(proved.memory), [older, newer])).toBe(newer);
  const judged = noteFailure(noteStart(state, newer), newer, "crashed", 9000);
  expect([judged.delayMs, choose(judged.state, [older, newer])]).toEqual([0, older]);
  expect(choose(startState(noteProof(judged.state, older).memory), [older, newer])).toBe(older);
});

test("a bundle that power cuts ruled out is tried once more on an operator's request", () => {
  let state = fresh();
  for (let turn = 0; turn < trialsMax; turn++) state = startState(noteStart(state, newer).memory);
  expect(choose(state, [newer])).toBe(image);
  expect(choose(notePardon(state, newer.id), [newer])).toBe(newer);
});

test("a bundle under which the power fails each time is tried three times", () => {
  let state = fresh();
  for (let turn = 0; turn < trialsMax; turn++) {
    expect(choose(state, [newer])).toBe(newer);
    state = startState(noteStart(state, newer).memory);
  }
  expect(choose(state, [newer])).toBe(image);
});

test("flash keeps the running bundle, the one before it, newer ones and the wanted one", () => {
  const state = noteProof(noteProof(noteProof(fresh(), bundle("1.0.5")), older), newer);
  const all = [bundle("1.0.4"), bundle("1.0.5"), older, newer, newest, image];
  expect(bundlesToRemove(state.memory, all, newer, null).map(({ version }) => version)).toEqual(["1.0.4", "1.0.5"]);
  expect(bundlesToRemove(state.memory, all, newer, "1.0.4").map(({ version }) => version)).toEqual(["1.0.5"]);
});

test("after any events a release is chosen, the image is never bad, and no bad bundle runs", () => {
  const happening = fc.constantFrom("proof", "crashed", "silent", "hung", "power-cut");
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      let state = fresh();
      happenings.forEach((what, index) => {
        const chosen = chooseRelease(state, [older, newer, newest, image], null);
        expect(Object.hasOwn(state.memory.bad, chosen.candidate.id)).toBe(false);
        state = noteStart(chosen.state, chosen.candidate);
        if (what === "proof") state = noteProof(state, chosen.candidate);
        else if (what === "power-cut") state = startState(state.memory);
        else state = noteFailure(state, chosen.candidate, what as "crashed", index * 5000).state;
        expect(Object.hasOwn(state.memory.bad, image.id)).toBe(false);
      });
    }),
  );
});
