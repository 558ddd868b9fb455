import { expect, test } from "vitest";
import { parseScript } from "./parse-script.ts";
import { SimulatedRouter } from "./simulated-router.ts";

test("syntax that the parser does not know is an error that names the line", () => {
  expect(() => parseScript(":put 1\n:put (1 + )")).toThrow(/line 2/);
});

test("a path with spaces is the same command as one with slashes", () => {
  const [spaced, slashed] = [":put [/system resource get version]", ":put [/system/resource/get version]"].map((text) =>
    parseScript(text),
  );
  expect(spaced).toEqual(slashed);
});

test("after `where` a property of the item hides a variable of the same name, as on a router", () => {
  const router = new SimulatedRouter({ "/interface": [{ name: "ether1" }, { name: "ether2" }] });
  router.import(
    ':local name "ether2"\n:local port "ether2"\n:put [:len [/interface/find where name=$name]]\n:put [:len [/interface/find where name=$port]]',
  );
  expect(router.output).toEqual(["2", "1"]);
});

test("code that returns ends there, whatever blocks it stands in, and gets its arguments by name", () => {
  const router = new SimulatedRouter({});
  const code = '":if (\\$x = 1) do={ :return 5 }\\0A:return 7"';
  router.import(`:local run [:parse ${code}]\n:put [$run x=1]\n:put [$run x=2]`);
  expect(router.output).toEqual(["5", "7"]);
});
