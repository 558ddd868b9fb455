import { expect, test } from "vitest";
import { elementWith, flag, property, state } from "./element-with.ts";

class PlanCard extends elementWith({
  plan: property<string>(),
  caption: property("Plans"),
  isWide: flag(),
  open: state<"one" | "many" | null>(null),
}) {
  readonly seenByFields = this.caption;
}
customElements.define("plan-card", PlanCard);

test("a new element has its first values before its own fields are made, and none where its parent gives one", () => {
  const { plan, caption, isWide, open, seenByFields } = new PlanCard();
  expect({ plan, caption, isWide, open, seenByFields }).toEqual({
    plan: undefined,
    caption: "Plans",
    isWide: false,
    open: null,
    seenByFields: "Plans",
  });
});

test("a change asks for a rendering, and touches no other element", () => {
  const [one, other] = [new PlanCard(), new PlanCard()];
  one.isUpdatePending = false;
  one.open = "many";
  expect([one.isUpdatePending, one.open, other.open]).toEqual([true, "many", null]);
});

test("texts and flags are attributes, state is not", () => {
  expect(PlanCard.observedAttributes).toEqual(["plan", "caption", "iswide"]);
});
