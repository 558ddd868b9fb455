import {
  boardWithoutUsb,
  homeRouter,
  liveHotspot,
  smallRouter,
} from "@karibu/lab/routeros-scripting/board-configurations";
import { NewBoard } from "@karibu/lab/routeros-scripting/new-board";
import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import { inLongRunAll, isLongRun } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { checkedVersions } from "../language/version-dialect.ts";
import { renderScripts } from "../render-scripts.ts";
import { testDialect } from "../test-render.ts";
import { sampleValues } from "../values/sample-values.ts";
import { judgeFacts } from "./judge-facts.ts";
import { containerChoices, flashChoices, hostedChoices, TestHub, token } from "./test-hub.ts";

const allSteps = ["package", "device-mode", "disk", "tunnel", "configuration", "image", "container", "verified"];
const done = (steps: readonly string[]) => steps.map((step) => `${step} done`);

/** All of them in the long run; otherwise the oldest and the newest. */
const versions = inLongRunAll(checkedVersions, (_, at) => at === 0 || at === checkedVersions.length - 1);

/** The configuration without what changes by itself. */
function tree({ router }: NewBoard) {
  const { "/system/clock": _clock, ...menus } = router.snapshot();
  const lasting = (row: string) => row.replace(/ ?(run-count|minutes-left)=\d+/, "");
  return Object.fromEntries(Object.entries(menus).map(([menu, rows]) => [menu, rows.map(lasting)]));
}

const removeScript = (version: string) => renderScripts(sampleValues, testDialect(version))["remove.rsc"];

test.each(versions)(
  "[RTR-14] RouterOS %s: a pasted line makes a selling site and each step is told; pasted again it changes nothing; removal leaves the router as it was",
  (version) => {
    const hub = new TestHub();
    const board = new NewBoard(homeRouter({ version }), { web: hub.web });
    const before = tree(board);
    expect([board.paste(hub.line), board.router.failure]).toEqual(["done", ""]);
    expect(hub.steps).toEqual(done(allSteps));
    const [container] = board.router.rows("/container");
    expect([container?.get("running"), container?.get("start-on-boot")]).toEqual(["true", "yes"]);
    // Nothing of the set-up stays: no script with a key, no scheduler, no file with secrets.
    expect(JSON.stringify(board.router.snapshot())).not.toMatch(/karibu-set-up|karibu-stage-two|resume-key/);

    const once = tree(board);
    hub.reports.length = 0;
    expect(board.paste(hub.line)).toBe("done");
    expect([tree(board), hub.steps]).toEqual([once, done(allSteps)]);

    expect(board.paste(removeScript(version))).toBe("done");
    expect(tree(board)).toEqual(before);
  },
);

/** A hub for a board whose image lies on its own flash. */
function hubOfFlash(): TestHub {
  const hub = new TestHub();
  hub.choose = flashChoices;
  hub.image = { ...hub.image, bytes: 30_400_000, servedBytes: 30_400_000 };
  return hub;
}

test.each(versions)(
  "[BEY-35] RouterOS %s: a board without a USB port takes the pasted line, and its agent runs again after each boot; pasted again it changes nothing; removal leaves the router as it was",
  (version) => {
    const hub = hubOfFlash();
    const board = new NewBoard(boardWithoutUsb({ version }), { web: hub.web });
    const before = tree(board);
    expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
    expect(hub.steps).toEqual(done(allSteps));
    expect(board.router.rows("/file").map((row) => row.get("name"))).toContain("karibu-agent.tar.gz");
    const container = () => board.router.rows("/container").map((row) => [row.get("root-dir"), row.get("running")]);
    expect(container()).toEqual([["karibu-ram/root", "true"]]);
    const environment = board.agentEnvironment;
    expect(environment).toContain("KARIBU_INTERNAL_FLASH=1");
    const mount = board.router.rows("/container/mounts")[0];
    expect([mount?.get("src"), mount?.get("dst")]).toEqual(["karibu/data", "/data"]);

    hub.isDown = true;
    for (let boot = 0; boot < 3; boot += 1) {
      board.cutPower();
      expect(board.agentEnvironment).toBe(null);
      board.passMinutes(3);
      expect([container(), board.agentEnvironment]).toEqual([[["karibu-ram/root", "true"]], environment]);
    }
    hub.isDown = false;

    const once = tree(board);
    hub.reports.length = 0;
    expect([board.paste(hub.line), board.router.failure]).toEqual(["done", ""]);
    expect([tree(board), hub.steps]).toEqual([once, done(allSteps)]);

    expect(board.paste(removeScript(version))).toBe("done");
    expect(tree(board)).toEqual(before);
  },
);

test("[BEY-35] wherever the power fails while the image is unpacked after a boot, the agent runs within minutes, from the same file", () => {
  const hub = hubOfFlash();
  const first = new NewBoard(boardWithoutUsb(), { web: hub.web });
  first.paste(hub.line);
  const from = first.router.writes;
  first.cutPower();
  first.passMinutes(3);
  const writes = first.router.writes - from;
  expect(writes).toBeGreaterThan(4);
  for (let write = 1; write <= writes; write += 1) {
    const again = hubOfFlash();
    const board = new NewBoard(boardWithoutUsb(), { web: again.web, shared: first.router });
    board.paste(again.line);
    again.isDown = true;
    board.router.powerCutAtWrite = board.router.writes + write;
    board.cutPower();
    board.passMinutes(6);
    expect([board.agentEnvironment, board.router.rows("/container").length], `cut at write ${write}`).toEqual([
      first.agentEnvironment,
      1,
    ]);
  }
});

test("[BEY-35] where RouterOS shows the flash as a folder, image and records lie in it: what is beside it is gone after a boot", () => {
  const hub = hubOfFlash();
  const board = new NewBoard({ ...boardWithoutUsb(), "/file": [{ name: "flash", type: "disk" }] }, { web: hub.web });
  expect(board.paste(hub.line)).toBe("done");
  expect(hub.facts.at(-1)?.flashFolder).toBe(true);
  expect(board.router.rows("/container")[0]?.get("file")).toBe("flash/karibu-agent.tar.gz");
  expect(board.router.rows("/container/mounts")[0]?.get("src")).toBe("flash/karibu/data");
});

test("[BEY-35] a board without a USB port and with a full flash is refused with the numbers, and a RAM disk of somebody else is no disk", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const disk = [{ slot: "ram1", type: "tmpfs", size: "500000000", free: "500000000" }];
  const board = new NewBoard({ ...boardWithoutUsb({ freeFlashBytes: 41_000_000 }), "/disk": disk }, { web: hub.web });
  board.paste(hub.line);
  const facts = hub.facts.at(-1) as RouterFacts;
  expect(facts.disks).toEqual([]);
  expect(judgeFacts(facts)).toMatchObject({
    place: "hosted",
    problems: [{ problem: "no-disk", detail: expect.stringMatching(/flash has 41 MB free.* needs \d+ MB/) }],
  });
});

test("[BEY-35] a flash that was filled after the choices were made is told, and nothing is fetched", () => {
  const hub = hubOfFlash();
  hub.factsChange = (facts) => ({ ...facts, freeDiskBytes: 90_000_000 });
  const board = new NewBoard(boardWithoutUsb({ freeFlashBytes: 30_000_000 }), { web: hub.web });
  board.paste(hub.line);
  expect(board.router.output.join("\n")).toMatch(/own flash has less than \d+ MB free/);
  expect(hub.steps).toContain("disk failed image-no-room");
  expect(hub.requests.filter(({ url }) => url.includes("image"))).toEqual([]);
});

test("the hub gets the facts of this router: version, disk, ports, the installer's port, addresses and its public key", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter({ identity: 'Duka "la" kona; $x [y] \\' }), { web: hub.web });
  board.paste(hub.line);
  const [facts] = hub.facts;
  expect(facts).toMatchObject({
    serial: "HFG09ABCDEF",
    identity: 'Duka "la" kona; $x [y] \\',
    version: "7.22 (stable)",
    architecture: "arm64",
    board: "hAP ax^3",
    totalMemoryBytes: 1_073_741_824,
    licenceLevel: "6",
    deviceMode: { mode: "rose", container: true, hotspot: true, scheduler: true, fetch: true, flagged: false },
    disks: [{ slot: "usb1", sizeBytes: 8_000_000_000, freeBytes: 8_000_000_000, fileSystem: "ext4" }],
    wifi: [
      { name: "wifi1", ssid: "MikroTik-AB12", driver: "wifi" },
      { name: "wifi2", ssid: "MikroTik-AB12", driver: "wifi" },
    ],
    hotspots: [],
    dnsServers: ["192.168.1.1"],
    clock: { date: "2026-11-22", isSynchronised: false },
  });
  expect(facts?.interfaces.filter(({ isInstallers }) => isInstallers).map(({ name }) => name)).toEqual(["ether5"]);
  expect(facts?.interfaces.find(({ name }) => name === "ether2")?.bridge).toBe("bridge");
  expect(facts?.routes).toContainEqual({ network: "0.0.0.0/0", gateway: "192.168.1.1" });
  expect(facts?.packages.map(({ name }) => name)).toEqual(["routeros", "wifi-qcom", "container"]);
  const key = board.router.rows("/interface/wireguard")[0]?.get("public-key");
  expect(facts?.wireguardPublicKey).toBe(key);
});

test("a device-mode of home blocks fetch: the line asks for the mode, and the line pasted after the reboot goes on", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter({ mode: "home" }), { web: hub.web, atTheButton: "somebody" });
  expect(board.paste(hub.line)).toBe("rebooted");
  expect(board.router.output.join("\n")).toMatch(
    /device-mode\/update mode=advanced container=yes.*press the reset or mode button/,
  );
  expect(hub.requests).toEqual([]);
  expect(board.paste(hub.line)).toBe("done");
  expect(hub.steps).toEqual(done(allSteps));
});

test("package and device-mode need a reboot each: a scheduler goes on after it, and nobody pastes again", () => {
  const hub = new TestHub();
  const configuration = homeRouter({ mode: "basic", hasContainerPackage: false });
  const board = new NewBoard(configuration, { web: hub.web, offeredPackages: ["container"], atTheButton: "somebody" });
  expect(board.paste(hub.line)).toBe("rebooted");
  board.passMinutes(3);
  expect([board.boots, hub.steps]).toEqual([2, done(allSteps)]);
  expect(hub.reports.map(({ step, state }) => `${step} ${state}`)).toContain("device-mode waiting");
});

test("a terminal that is closed before the choices are made: the scheduler goes on, with the key of this router", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const board = new NewBoard(homeRouter(), { web: hub.web });
  expect(board.paste(hub.line)).toBe("done");
  expect(hub.steps).toEqual(["choices waiting"]);
  hub.isTokenDead = true;
  // The installer has gone; the port that he worked through is still known.
  board.router.configuration.replaceRows("/user/active", []);
  board.cutPower();
  board.passMinutes(1);
  hub.choose = containerChoices;
  board.passMinutes(1);
  expect(hub.steps).toEqual(["choices waiting", ...done(allSteps)]);
  expect(
    hub.facts
      .at(-1)
      ?.interfaces.filter(({ isInstallers }) => isInstallers)
      .map(({ name }) => name),
  ).toEqual(["ether5"]);
});

const otherSecrets = {
  enrolToken: "other-enrol-token",
  radiusSecret: "other-radius-secret",
  secondRadiusSecret: "other-second-secret",
  apiPassword: "other-api-password",
};

test.each(versions)(
  "RouterOS %s: a line that is pasted again with other secrets ends when the agent runs with them",
  (version) => {
    const hub = new TestHub();
    const board = new NewBoard(homeRouter({ version }), { web: hub.web });
    board.paste(hub.line);
    expect(board.agentEnvironment).toContain("KARIBU_RADIUS_SECRET=test-radius-secret");
    hub.secrets = otherSecrets;
    hub.reports.length = 0;
    expect([board.paste(hub.line), board.router.failure, hub.steps]).toEqual(["done", "", done(allSteps)]);
    expect(board.agentEnvironment).toContain("KARIBU_RADIUS_SECRET=other-radius-secret");
    expect(board.agentEnvironment).toBe(board.listedEnvironment);
    expect(JSON.stringify(board.router.snapshot())).not.toMatch(/agent-outdated/);
    board.commands.length = 0;
    board.paste(hub.line);
    expect(board.commands.filter((command) => command === "/container/stop")).toEqual([]);
  },
);

test("other secrets reach the agent wherever the power fails while the line is pasted again", () => {
  const hub = new TestHub();
  const first = new NewBoard(homeRouter(), { web: hub.web });
  first.paste(hub.line);
  hub.secrets = otherSecrets;
  const from = first.router.writes;
  first.paste(hub.line);
  const cut = (write: number) => {
    const again = new TestHub();
    const board = new NewBoard(homeRouter(), { web: again.web, shared: first.router });
    board.paste(again.line);
    again.secrets = otherSecrets;
    again.reports.length = 0;
    board.router.powerCutAtWrite = write;
    board.paste(again.line);
    board.passMinutes(2);
    if (again.steps.at(-1) !== "verified done") board.paste(again.line);
    return board;
  };
  for (let write = from + 1; write <= first.router.writes; write += isLongRun ? 3 : 17) {
    const board = cut(write);
    expect(board.listedEnvironment, `cut at write ${write}`).toContain("KARIBU_RADIUS_SECRET=other-radius-secret");
    expect(board.agentEnvironment, `cut at write ${write}`).toBe(board.listedEnvironment);
  }
});

test("a set-up that nobody finishes forgets itself after a day", () => {
  const hub = new TestHub();
  hub.choose = () => null;
  const board = new NewBoard(homeRouter(), { web: hub.web });
  board.paste(hub.line);
  for (const row of board.router.rows("/system/scheduler")) row.set("run-count", "1440");
  board.passMinutes(1);
  expect([board.router.rows("/system/scheduler"), board.router.rows("/system/script")]).toEqual([[], []]);
});

test("an existing hotspot is adopted: bridge, pool, address, name, SSID and walled garden stay, and its profile asks the agent", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), adoptHotspot: "hotspot1", guestPorts: [], ssid: null });
  const board = new NewBoard(liveHotspot(), { web: hub.web });
  const menus = [
    "/interface/bridge",
    "/ip/pool",
    "/ip/dhcp-server",
    "/ip/hotspot",
    "/ip/hotspot/user",
    "/interface/wifi",
  ];
  const before = tree(board);
  const adoptedMenus = () => Object.fromEntries(menus.map((menu) => [menu, board.router.snapshot()[menu]]));
  const adopted = adoptedMenus();
  expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
  expect(hub.facts[0]?.hotspots).toEqual([
    { name: "hotspot1", interface: "guests $[x]", pool: "hs-pool-1", profile: "hsprof1", network: "10.20.0.0/16" },
  ]);
  expect(hub.steps).toEqual(done(allSteps));
  const { "/interface/bridge": bridges = [], ...others } = adoptedMenus();
  const { "/interface/bridge": bridgesBefore = [], ...othersBefore } = adopted;
  expect(others).toEqual(othersBefore);
  expect(bridges).toEqual(expect.arrayContaining(bridgesBefore));
  expect(bridges.join("\n")).not.toContain("karibu-guest");
  const profile = board.router.rows("/ip/hotspot/profile").find((row) => row.get("name") === "hsprof1");
  expect(Object.fromEntries(profile ?? [])).toMatchObject({
    "use-radius": "yes",
    "login-by": "http-pap,mac-cookie",
    "hotspot-address": "10.20.0.1",
    "dns-name": "login.town.example",
    "html-directory": "flash/karibu-hotspot",
    "radius-location-name": "The corner's café",
  });
  const garden = board.router.snapshot()["/ip/hotspot/walled-garden"] ?? [];
  expect(garden).toContain("action=allow dst-host=*.bank.example");
  expect(garden.length).toBeGreaterThan(1);

  const once = tree(board);
  board.paste(hub.line);
  expect(tree(board)).toEqual(once);
  board.paste(removeScript("7.22"));
  expect(tree(board)).toEqual(before);
});

test("an adopted hotspot whose owner's pages override those of its folder shows our log-in page, and its own again after removal", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), adoptHotspot: "hotspot1", guestPorts: [], ssid: null });
  const board = new NewBoard(liveHotspot(), { web: hub.web });
  const profile = () => board.router.rows("/ip/hotspot/profile").find((row) => row.get("name") === "hsprof1");
  profile()?.set("html-directory-override", 'usb1/the "town"');
  const before = tree(board);
  expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
  expect([profile()?.get("html-directory"), profile()?.get("html-directory-override")]).toEqual([
    "flash/karibu-hotspot",
    "",
  ]);
  board.paste(removeScript("7.22"));
  expect(tree(board)).toEqual(before);
});

test("adopting a hotspot drops nobody who is online: its profile is not set again when nothing differs", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), adoptHotspot: "hotspot1", guestPorts: [], ssid: null });
  const board = new NewBoard(liveHotspot(), { web: hub.web });
  board.paste(hub.line);
  board.commands.length = 0;
  board.paste(hub.line);
  expect(board.commands.filter((command) => /^\/ip\/hotspot(\/profile)?\/set/.test(command))).toEqual([]);
});

test("a board that can't run containers becomes a hosted site by the same line", () => {
  const hub = new TestHub();
  hub.choose = hostedChoices;
  const board = new NewBoard(smallRouter({ mode: "advanced" }), { web: hub.web });
  const before = tree(board);
  expect([board.paste(hub.line), board.router.failure, hub.refused]).toEqual(["done", "", []]);
  expect(hub.steps).toEqual(done(["device-mode", "tunnel", "configuration", "verified"]));
  expect(board.router.rows("/radius")[0]?.get("address")).toBe("10.89.0.1");
  const once = tree(board);
  board.paste(hub.line);
  expect(tree(board)).toEqual(once);
  board.paste(removeScript("7.22"));
  expect(tree(board)).toEqual(before);
});

test("a hosted site asks for a device-mode without containers", () => {
  const hub = new TestHub();
  hub.choose = hostedChoices;
  const board = new NewBoard(smallRouter({ mode: "basic" }), { web: hub.web, atTheButton: "somebody" });
  expect(board.paste(hub.line)).toBe("rebooted");
  board.passMinutes(2);
  expect(hub.steps).toEqual(done(["device-mode", "tunnel", "configuration", "verified"]));
  expect(board.router.rows("/system/device-mode")[0]?.get("container")).toBe("no");
});

test("guests' Wi-Fi gets the chosen name and no password; the other Wi-Fi stays, and removal restores both", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter(), { web: hub.web });
  board.paste(hub.line);
  const wifi = () =>
    board.router
      .rows("/interface/wifi")
      .map((row) => [row.get("configuration.ssid"), row.get("security.authentication-types")]);
  expect(wifi()).toEqual([
    ["Café $wifi", ""],
    ["MikroTik-AB12", "wpa2-psk,wpa3-psk"],
  ]);
  board.paste(removeScript("7.22"));
  expect(wifi()[0]).toEqual(["MikroTik-AB12", "wpa2-psk,wpa3-psk"]);
});

test("a Wi-Fi that has its password from a profile has it again after removal: nothing of its own stays on it", () => {
  const hub = new TestHub();
  const own = { name: "wifi1", configuration: "cfg1", security: "sec1", disabled: "no" };
  const board = new NewBoard({ ...homeRouter(), "/interface/wifi": [own] }, { web: hub.web });
  const row = () =>
    Object.fromEntries([...(board.router.rows("/interface/wifi")[0] ?? [])].filter(([name]) => name !== ".id"));
  board.paste(hub.line);
  expect(row()).toEqual({ ...own, "configuration.ssid": "Café $wifi", "security.authentication-types": "" });
  board.paste(removeScript("7.22"));
  expect(row()).toEqual(own);
});

test("the older Wi-Fi driver gets a profile without a password, and its own profile back", () => {
  const hub = new TestHub();
  hub.choose = () => ({ ...containerChoices(), guestPorts: ["wlan1"] });
  const configuration = {
    ...homeRouter(),
    "/interface": [{ name: "wlan1", type: "wlan", running: "true" }],
    "/interface/wifi": [],
    "/interface/wireless": [{ name: "wlan1", ssid: 'Old "name"', "security-profile": "default", disabled: "yes" }],
    "/interface/wireless/security-profiles": [{ name: "default", mode: "dynamic-keys" }],
  };
  const board = new NewBoard(configuration, { web: hub.web });
  const before = tree(board);
  board.paste(hub.line);
  expect(hub.facts[0]?.wifi).toEqual([{ name: "wlan1", ssid: 'Old "name"', driver: "wireless" }]);
  expect(board.router.snapshot()["/interface/wireless"]).toEqual([
    "disabled=no name=wlan1 security-profile=karibu-open ssid=Café $wifi",
  ]);
  board.paste(removeScript("7.22"));
  expect(tree(board)).toEqual(before);
});

test("[RTR-15] token and keys travel in headers only: in no address, in no log line, and stage one has none", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter(), { web: hub.web });
  board.paste(hub.line);
  const secrets = new RegExp(`${token}|resume-key|test-(enrol|radius|second|api)`);
  for (const { url } of hub.requests) expect(url).not.toMatch(secrets);
  expect(board.router.output.join("\n")).not.toMatch(secrets);
  const stageOnes = hub.requests.filter(({ url }) => url.endsWith("/enrol/stage-one"));
  expect(stageOnes.length).toBeGreaterThan(1);
  for (const { headers } of stageOnes) expect(headers).toEqual({});
});

test("the token claims; everything after it uses the router's own key", () => {
  const hub = new TestHub();
  const board = new NewBoard(homeRouter(), { web: hub.web });
  board.paste(hub.line);
  const [first, ...others] = hub.requests.flatMap(({ headers }) =>
    headers.authorization ? [headers.authorization] : [],
  );
  expect(first).toBe(`Bearer ${token}`);
  expect(new Set(others)).toEqual(new Set(["Bearer resume-key"]));
});

test.each([
  ["a router that is ready", {}, 20],
  [
    "a router that lacks package, device-mode and file system",
    { mode: "basic", hasContainerPackage: false, disk: { fileSystem: "fat32" } },
    30,
  ],
] as const)(
  "wherever the power fails, the set-up of %s goes on by itself to the same configuration",
  (_what, choice, early) => {
    const around = { offeredPackages: ["container"], atTheButton: "somebody" } as const;
    const makeHub = () => {
      const made = new TestHub();
      made.choose = () => ({ ...containerChoices(), formatDisk: true });
      return made;
    };
    const whole = new NewBoard(homeRouter(choice), { ...around, web: makeHub().web });
    whole.paste(makeHub().line);
    whole.passMinutes(4);
    const wanted = tree(whole);
    let pastedAgain = 0;
    for (let write = 1; write <= whole.router.writes; write += isLongRun ? 1 : 7) {
      const hub = makeHub();
      const board = new NewBoard(homeRouter(choice), { ...around, web: hub.web, shared: whole.router });
      board.router.powerCutAtWrite = write;
      const outcome = board.paste(hub.line);
      board.passMinutes(5);
      if (board.router.rows("/container").length === 0 || outcome !== "rebooted") pastedAgain += 1;
      // Before the router had its key, nothing resumes: the line is pasted again.
      if (hub.steps.at(-1) !== "verified done") board.paste(hub.line);
      expect(tree(board), `cut at write ${write}`).toEqual(wanted);
    }
    expect(pastedAgain).toBeLessThan(early);
  },
);
