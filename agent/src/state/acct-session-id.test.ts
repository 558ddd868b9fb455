import { expect, test } from "vitest";
import { type RouterOsSessionId, readSessionId, sinceLastId } from "./acct-session-id.ts";

const idOf = (text: string) => readSessionId(text) as RouterOsSessionId;

test("an id of RouterOS has one symbol of boot and twenty bits of count; another one tells nothing", () => {
  expect(readSessionId("80100014")).toEqual({ service: "80", boot: 1, count: 0x14 });
  expect(readSessionId("8050005A")).toEqual({ service: "80", boot: 5, count: 0x5a });
  expect(readSessionId("81f12345")).toEqual({ service: "81", boot: 15, count: 0x12345 });
  for (const other of ["", "80100", "c0ffee00", "8010001g", "801000140"]) expect(readSessionId(other)).toBeNull();
});

test("a count that passes sixteen bits is no reboot: what is open stays open", () => {
  expect(sinceLastId(idOf("8010fffe"), idOf("80110001"))).toBe("same-boot");
  expect(sinceLastId(idOf("8011ffff"), idOf("80120000"))).toBe("same-boot");
});

test("another boot with a lower count is a reboot; one whose count went on, or a full one that carries over, may be none", () => {
  expect(sinceLastId(idOf("80100400"), idOf("80200001"))).toBe("rebooted");
  expect(sinceLastId(idOf("80f00400"), idOf("80000001"))).toBe("rebooted");
  expect(sinceLastId(idOf("80100400"), idOf("80200500"))).toBe("doubtful");
  expect(sinceLastId(idOf("801fffff"), idOf("80200001"))).toBe("doubtful");
});

test("Starts that overtake each other by a few are of one boot", () => {
  expect(sinceLastId(idOf("80100042"), idOf("80100040"))).toBe("same-boot");
  expect(sinceLastId(idOf("80100400"), idOf("80100001"))).toBe("doubtful");
});
