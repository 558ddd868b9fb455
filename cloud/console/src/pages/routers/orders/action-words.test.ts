import { orderRefusalOf, orderRefusals } from "@karibu/protocol/router/order-refusals";
import { routerActionSchema } from "@karibu/protocol/router/router-actions";
import { expect, test } from "vitest";
import { en } from "../../../strings/en.ts";
import { sw } from "../../../strings/sw.ts";
import { actionNote, actionWords } from "./action-words.ts";

const kinds = routerActionSchema.def.options.map((option) => [...(option.shape.kind.def.values ?? [])].join());

test("[RTR-09] every action of a router has its words", () => {
  expect(kinds.length).toBeGreaterThan(20);
  for (const kind of kinds) {
    const words = actionWords({ kind, was: "ether2", service: "pppoe" });
    expect(
      Object.values(en).map((text) => text.replace("{name}", kind === "switch-service" ? "PPPoE" : "ether2")),
    ).toContain(words);
  }
});

test("[RTR-12] settings of a script are told one by one, and that they undo themselves", () => {
  const settings = [
    { kind: "add-user-profile", name: "day" },
    { kind: "set-user-profile", id: "*7", was: "<b>{count}" },
  ];
  expect(actionWords({ kind: "import-settings", settings })).toBe(
    "Settings of a script: Add the profile day; Change the profile <b>{count}",
  );
  expect(actionNote({ kind: "import-settings", settings })).toContain("undoes them by itself");
});

test("what can't be undone says so", () => {
  expect(actionNote({ kind: "reboot" })).toContain("can't be undone");
  expect(actionNote({ kind: "remove-lease" })).toContain("can't be undone");
  expect(actionNote({ kind: "set-interface", disabled: true })).toContain("by itself");
});

test("a name that a router made up stays a text", () => {
  expect(actionWords({ kind: "set-interface", was: "<b>{count}", disabled: true })).toBe(
    "Switch the interface <b>{count} off",
  );
});

test("[RTR-09] [UIX-10] what an agent refuses by itself has words here in each language", () => {
  for (const [name, sentence] of Object.entries(orderRefusals)) {
    const key = `orderRefused_${name.replaceAll("-", "_")}` as keyof typeof en;
    expect([orderRefusalOf(sentence), en[key]]).toEqual([name, sentence]);
    expect(sw[key]).toMatch(/\w/);
  }
  expect(orderRefusalOf("failure: already have such address")).toBeNull();
});
