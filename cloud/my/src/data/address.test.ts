import { expect, test } from "vitest";
import { placeAt } from "./address.ts";

test.each([
  ["/my/mwangaza/", "", { kind: "my", provider: "mwangaza", page: "services" }],
  ["/my/mwangaza", "#money", { kind: "my", provider: "mwangaza", page: "money" }],
  ["/my/mwangaza/", "#https://evil.test", { kind: "my", provider: "mwangaza", page: "services" }],
  ["/my/mwangaza/more", "", { kind: "nowhere" }],
  ["/my//evil.test/", "", { kind: "nowhere" }],
  ["/my/Mwangaza/", "", { kind: "nowhere" }],
  ["/pay", "#AbC-_123", { kind: "pay", token: "AbC-_123" }],
  ["/pay", "", { kind: "nowhere" }],
  ["/pay", "#<b>", { kind: "nowhere" }],
  ["/", "#services", { kind: "nowhere" }],
])("[CUS-11] %s%s leads to %j and nowhere else", (pathname, hash, place) => {
  expect(placeAt({ pathname, hash })).toEqual(place);
});
