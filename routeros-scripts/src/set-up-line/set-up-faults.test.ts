import { type BoardChoice, homeRouter } from "@karibu/lab/routeros-scripting/board-configurations";
import type { ConfigurationRows } from "@karibu/lab/routeros-scripting/configuration";
import { type BoardHardware, NewBoard } from "@karibu/lab/routeros-scripting/new-board";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { sampleServices } from "../values/sample-values.ts";
import { containerChoices, TestHub } from "./test-hub.ts";

const output = ({ router }: NewBoard) => router.output.join("\n");

function pasteAt(configuration: ConfigurationRows, hardware: Partial<BoardHardware> = {}, hub = new TestHub()) {
  const board = new NewBoard(configuration, { web: hub.web, ...hardware });
  const outcome = board.paste(hub.line);
  return { hub, board, outcome };
}

/** What goes wrong, the board, what is around it, and what the hub hears last. */
const faults: [string, BoardChoice, Partial<BoardHardware>, (hub: TestHub) => void, string][] = [
  ["the disk is gone when stage two runs", { disk: null }, {}, chooseAnyDisk, "disk failed no-disk"],
  [
    "the disk has another file system",
    { disk: { fileSystem: "fat32" } },
    {},
    nothing,
    "disk failed disk-not-formatted",
  ],
  [
    "the disk is full",
    { disk: { fileSystem: "ext4", sizeBytes: 300_000_000 } },
    {},
    nothing,
    "disk failed disk-too-small",
  ],
  [
    "nobody presses the button",
    { mode: "advanced" },
    { atTheButton: "nobody" },
    nothing,
    "device-mode failed device-mode-not-confirmed",
  ],
  ["MikroTik offers no package", { hasContainerPackage: false }, {}, nothing, "package failed package-missing"],
  ["the image is cut off", {}, {}, cutImage, "image failed image-damaged"],
  [
    "the disk has no room for the image",
    { disk: { fileSystem: "ext4", sizeBytes: 450_000_000 } },
    {},
    largeImage,
    "image failed image-no-room",
  ],
  ["the hub has no image", {}, {}, noImage, "image failed no-internet"],
  ["the agent in the image dies", {}, { image: "dead" }, nothing, "verified failed container-stopped"],
  ["the image can't be unpacked", {}, { image: "broken" }, nothing, "container failed container-stopped"],
  ["the tunnel stays silent", {}, { hasTunnel: false }, nothing, "verified failed tunnel-silent"],
];

function nothing() {}
function chooseAnyDisk(hub: TestHub) {
  hub.factsChange = (facts) => ({
    ...facts,
    disks: [{ slot: "usb1", sizeBytes: 8e9, freeBytes: 8e9, fileSystem: "ext4" }],
  });
}
function cutImage(hub: TestHub) {
  hub.image = { ...hub.image, servedBytes: 1000 };
}
function largeImage(hub: TestHub) {
  hub.image = { ...hub.image, bytes: 460_000_000 };
}
function noImage(hub: TestHub) {
  hub.hasNoImage = true;
}

test.each(inLongRunAll(faults, (_, at) => at % 3 === 0))(
  "[RTR-14] when %s, the hub hears which step failed and why",
  (_what, choice, hardware, prepare, heard) => {
    const hub = new TestHub();
    prepare(hub);
    const { board } = pasteAt(homeRouter(choice), hardware, hub);
    board.passMinutes(12);
    expect([hub.refused, hub.steps.find((step) => step.includes("failed"))]).toEqual([[], heard]);
  },
);

test("a stick that is plugged in later: the set-up goes on by itself", () => {
  const hub = new TestHub();
  chooseAnyDisk(hub);
  const { board } = pasteAt(homeRouter({ disk: null }), {}, hub);
  expect(hub.steps).toContain("disk failed no-disk");
  board.router.configuration.add(
    "/disk",
    Object.entries({ slot: "usb1", fs: "ext4", size: "8000000000", free: "8000000000" }),
  );
  board.passMinutes(2);
  expect(hub.steps.at(-1)).toBe("verified done");
});

test("a disk is formatted when a person said yes, and never a second time", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), formatDisk: true });
  const { board } = pasteAt(homeRouter({ disk: { fileSystem: "fat32" } }), {}, hub);
  expect(hub.steps.at(-1)).toBe("verified done");
  board.paste(hub.line);
  expect(board.commands.filter((command) => command.startsWith("/disk/format"))).toHaveLength(1);
  const kept = pasteAt(homeRouter(), {}, hub).board;
  expect(kept.commands.filter((command) => command.startsWith("/disk/format"))).toEqual([]);
});

test("after nobody pressed the button the router does not ask again by itself: RouterOS refuses after three times", () => {
  const { board, hub } = pasteAt(homeRouter({ mode: "advanced" }), { atTheButton: "nobody" });
  board.passMinutes(10);
  expect(board.commands.filter((command) => command === "/system/device-mode/update")).toHaveLength(1);
  expect(board.router.rows("/system/scheduler")).toEqual([]);
  board.hardware = { ...board.hardware, atTheButton: "somebody" };
  expect(board.paste(hub.line)).toBe("rebooted");
  board.passMinutes(2);
  expect(hub.steps.at(-1)).toBe("verified done");
});

test("a package that never comes ends after two reboots", () => {
  const { board, hub } = pasteAt(homeRouter({ hasContainerPackage: false }), { offeredPackages: ["other"] });
  board.passMinutes(10);
  expect(hub.steps).toEqual(["package failed package-missing"]);
  expect(board.boots).toBeLessThan(3);
});

test.each([
  ["6.49.19 (long-term)", "RouterOS 6.49.19 (long-term) is too old"],
  ["7.17.2 (stable)", "RouterOS 7.17.2 (stable) is too old"],
  ["7.18.1 (stable)", "RouterOS 7.18.1 (stable) is too old"],
  ["7.9 (stable)", "RouterOS 7.9 (stable) is too old"],
])("[RTR-14] RouterOS %s parses the line, says that it must be upgraded, and changes nothing", (version, words) => {
  const board = new NewBoard(
    { ...homeRouter(), "/system/resource": [{ version, "architecture-name": "arm64" }] },
    { web: () => null },
  );
  const before = board.router.snapshot();
  expect(board.paste(new TestHub().line)).toBe("done");
  expect(output(board)).toContain(words);
  expect(output(board), "where it says how").toContain("https://hub.example.com/#/guides/installer/upgrade");
  expect([board.router.snapshot(), board.router.writes]).toEqual([before, 0]);
});

test.each(["7.18.2", "7.20.8", "7.22", "7.24", "7.24.4", "7.30"])(
  "RouterOS %s is new enough for the line",
  (version) => {
    const { hub } = pasteAt(homeRouter({ version }));
    expect(hub.requests[0]?.url).toBe("https://hub.example.com/enrol/stage-one");
  },
);

test("a clock of 1970: the time server sets it first, and no token leaves before", () => {
  const hub = new TestHub();
  const { board } = pasteAt(homeRouter({ date: "1970-01-02" }), { hasTimeServer: true }, hub);
  expect(hub.steps.at(-1)).toBe("verified done");
  expect(hub.facts[0]?.clock.date).toBe("2026-11-22");
  board.passMinutes(1);
});

test("a clock of 1970 without a time server: the line says how to set it, and no token is sent", () => {
  const { board, hub } = pasteAt(homeRouter({ date: "1970-01-02" }));
  expect(output(board)).toMatch(/the router does not know the date.*\/system\/clock\/set/);
  expect(hub.requests.map(({ url }) => new URL(url).pathname)).toEqual(["/enrol/stage-one"]);
});

test("another router that shows the token gets nothing, and says so", () => {
  const hub = new TestHub();
  pasteAt(homeRouter(), {}, hub);
  const { board } = pasteAt(homeRouter({ serial: "OTHER" }), {}, hub);
  expect(output(board)).toContain("this line belongs to another router");
  expect([board.router.rows("/system/script"), board.router.rows("/radius")]).toEqual([[], []]);
});

test("a token that is used up or too old: the line says that a new one is needed", () => {
  const hub = new TestHub();
  hub.isTokenDead = true;
  const { board } = pasteAt(homeRouter(), {}, hub);
  expect(output(board)).toContain("this line is used up or too old");
});

test("a text that is not the hub's is not run", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter(), {
    web: (request) => {
      const answer = hub.web(request);
      return request.url.endsWith("stage-one") ? { status: 200, body: `${answer?.body}\n:put 1` } : answer;
    },
  });
  const before = board.router.snapshot();
  board.paste(hub.line);
  expect([output(board), board.router.snapshot()]).toEqual([
    expect.stringContaining("this is not the hub's text"),
    before,
  ]);
});

test("a stage two that was changed on its way is not imported, and the hub hears it", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter(), {
    web: (request) => {
      const answer = hub.web(request);
      return request.url.endsWith("stage-two") ? { status: 200, body: `${answer?.body}\n:put 1` } : answer;
    },
  });
  board.paste(hub.line);
  expect(hub.steps).toEqual(["configuration failed script-failed"]);
  expect(hub.reports[0]?.detail).toContain("stage two is not what the hub made");
  expect(board.router.rows("/radius")).toEqual([]);
});

test("a line of stage two that RouterOS refuses: the hub hears RouterOS' own words, and the next minute tries again", () => {
  const hub = new TestHub();
  const { board } = pasteAt({ ...homeRouter(), "/ip/pool": [{ name: "karibu-guest", ranges: "1.1.1.1" }] }, {}, hub);
  expect(hub.steps).toContain("configuration failed script-failed");
  expect(hub.reports.find(({ problem }) => problem === "script-failed")?.detail).toContain("already have karibu-guest");
  board.router.configuration.replaceRows("/ip/pool", []);
  board.passMinutes(1);
  expect(hub.steps.at(-1)).toBe("verified done");
});

test("what runs beside the hotspot comes last: where RouterOS refuses it, the agent runs and sells already", () => {
  const hub = new TestHub();
  const { logging } = sampleServices.chosen;
  const chosen = { pppoe: null, snmp: null, logging, fairUplink: null, sharing: null, staff: null };
  hub.services = { chosen, snmpSecrets: null, emergencyPassword: null };
  const name = "karibuRemote";
  const { board: made } = pasteAt({ ...homeRouter(), "/system/logging/action": [{ name }] }, {}, hub);
  expect(hub.reports.at(-1)).toMatchObject({ step: "configuration", state: "failed" });
  expect(hub.reports.at(-1)?.detail).toContain(`already have ${name}`);
  expect([hub.steps.includes("container done"), made.agentEnvironment]).toEqual([true, expect.any(String)]);
  made.router.configuration.replaceRows("/system/logging/action", []);
  made.passMinutes(1);
  expect(hub.steps).toContain("configuration done");
  expect(hub.steps.at(-1)).toBe("verified done");
});

test("a set-up that can't succeed tries each minute for half an hour, then each ten minutes: flash wears out", () => {
  const hub = new TestHub();
  const { board } = pasteAt({ ...homeRouter(), "/ip/pool": [{ name: "karibu-guest", ranges: "1.1.1.1" }] }, {}, hub);
  const tries = () => hub.requests.filter(({ url }) => url.endsWith("/enrol/stage-two")).length;
  board.passMinutes(30);
  expect(tries()).toBe(31);
  board.passMinutes(20);
  expect(tries()).toBe(33);
  // Somebody who pastes the line again need not wait.
  board.paste(hub.line);
  expect(tries()).toBe(34);
});

test("while the hub is away nothing is lost: the router asks again each minute", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const { board } = pasteAt(homeRouter(), {}, hub);
  hub.isDown = true;
  board.passMinutes(3);
  hub.isDown = false;
  hub.choose = containerChoices;
  board.passMinutes(1);
  expect(hub.steps.at(-1)).toBe("verified done");
});

test("another text in place of stage one ends a set-up only where the hub has proved itself: somebody between may send any", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  let isBetween = true;
  let isHubNewer = false;
  const board = new NewBoard(homeRouter(), {
    web: (request) => {
      const isStageOne = request.url.endsWith("stage-one");
      if (isStageOne && isHubNewer) return { status: 200, body: ":put newer" };
      // The pasted line itself has fetched it, and the first run.
      if (!isStageOne || !isBetween || hub.facts.length < 2) return hub.web(request);
      return request.isChecked ? null : { status: 200, body: ":put 1" };
    },
  });
  board.paste(hub.line);
  board.passMinutes(2);
  expect(board.router.rows("/system/script").length).toBe(1);
  isBetween = false;
  hub.choose = containerChoices;
  board.passMinutes(1);
  expect(hub.steps.at(-1)).toBe("verified done");

  const late = new NewBoard(homeRouter({ serial: "LATE" }), { web: board.hardware.web });
  hub.claimedBy = null;
  hub.choose = () => null;
  late.paste(hub.line);
  expect(late.router.rows("/system/script").length).toBe(1);
  isHubNewer = true;
  late.passMinutes(1);
  expect([output(late), late.router.rows("/system/script")]).toEqual([
    expect.stringContaining("the hub has a newer set-up"),
    [],
  ]);
});

test("a set-up that the console ends leaves no key on the router", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const { board } = pasteAt(homeRouter(), {}, hub);
  hub.isCancelled = true;
  board.passMinutes(1);
  expect([board.router.rows("/system/script"), board.router.rows("/system/scheduler")]).toEqual([[], []]);
});

test("what rules a router out is said with its remedy, and nothing stays that asks again", () => {
  const configuration = { ...homeRouter(), "/system/license": [{ "software-id": "X", level: "1" }] };
  const { board, hub } = pasteAt(configuration);
  expect(output(board)).toMatch(/The licence \(level 1\) allows 1 guest online/);
  expect([hub.steps, board.router.rows("/system/scheduler")]).toEqual([[], []]);
});

test("two runs at once: the second one leaves the work to the first", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const { board } = pasteAt(homeRouter(), {}, hub);
  const [source = ""] = board.router.rows("/system/script").map((row) => row.get("source"));
  for (const id of ["one", "two"])
    board.router.configuration.add("/system/script/job", [
      ["script", "karibu-set-up"],
      ["name", id],
    ]);
  const asked = hub.requests.length;
  board.paste(source);
  expect(hub.requests.length).toBe(asked);
});

test("a container that is gone after a reboot is made anew from the image's file", () => {
  const { board, hub } = pasteAt(homeRouter());
  expect(hub.steps.at(-1)).toBe("verified done");
  board.router.configuration.replaceRows("/container", []);
  board.cutPower();
  board.passMinutes(14);
  expect(board.router.rows("/container").map((row) => row.get("running"))).toEqual(["true"]);
});
