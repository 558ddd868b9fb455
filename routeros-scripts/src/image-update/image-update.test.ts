import type { ImageKind } from "@karibu/lab/routeros-scripting/board-containers";
import { factoryConfiguration } from "@karibu/lab/routeros-scripting/factory-configuration";
import { SimulatedBoard } from "@karibu/lab/routeros-scripting/simulated-board";
import { expect, test } from "vitest";
import { checkScript } from "../../checker/rsc-check.mjs";
import { checkedVersions, type Dialect, dialectOf } from "../language/version-dialect.ts";
import { renderScripts } from "../render-scripts.ts";
import { sampleImage, sampleValues } from "../values/sample-values.ts";
import { type ImageRelease, imageUpdateStep } from "./update-script.ts";

/** Long enough for every way an update can go, power cut and all. */
const longMinutes = 40;

function dialect(version: string): Dialect {
  const spoken = dialectOf(version);
  if ("problem" in spoken) throw new Error(spoken.problem);
  return spoken.dialect;
}

function scriptsOf(version: string, image: ImageRelease = sampleImage) {
  const { "update-image.rsc": update, ...scripts } = renderScripts(sampleValues, dialect(version), image);
  if (update === undefined) throw new Error("no image update");
  return { ...scripts, update };
}

/** Sites that sell, as they are after set-up. */
const soldAt = new Map<string, SimulatedBoard>();

/** One that sells, and a hub that offers an image of that kind. */
function siteOf(version: string, kind: ImageKind) {
  let site = soldAt.get(version);
  if (site === undefined) {
    site = new SimulatedBoard(
      { ...factoryConfiguration, "/system/resource": [{ version }] },
      { imageFile: "usb1/karibu-agent.tar", showsStatusWord: dialect(version).mountItemList !== "list" },
    );
    expect(site.import(scriptsOf(version)["setup.rsc"])).toBe("done");
    site.passMinutes(5);
    expect(rootOf(site)).toBe(oldRoot);
    soldAt.set(version, site);
  }
  const copy = site.copy();
  copy.webFiles.set(sampleImage.url, { kind, sha256: sampleImage.sha256, bytes: sampleImage.bytes });
  return copy;
}

const rootOf = (site: SimulatedBoard) => site.servingContainer?.get("root-dir") ?? null;
const oldRoot = "usb1/karibu/root";
const newRoot = `usb1/karibu/root-${sampleImage.sha256.slice(0, 8)}`;
/** All but who sells: what an update leaves behind. */
function leftOf(site: SimulatedBoard) {
  const rows = ["/container", "/system/script", "/system/scheduler", "/file"].flatMap((menu) => site.router.rows(menu));
  return rows
    .flatMap((row) => [row.get("comment") ?? row.get("name") ?? ""])
    .filter((tag) => /agent-(next|old|failed)|update/.test(tag));
}

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: a good image takes over, and the old one goes after the proof",
  (version) => {
    const site = siteOf(version, "good");
    expect(site.import(scriptsOf(version).update)).toBe("done");
    const old = () => site.router.rows("/container").some((row) => row.get("root-dir") === oldRoot);
    let minutes = 0;
    while (rootOf(site) !== newRoot && minutes < longMinutes) {
      // Until the new one is started, nobody is cut off.
      expect(rootOf(site)).toBe(oldRoot);
      site.passMinutes(1);
      minutes += 1;
    }
    expect(rootOf(site)).toBe(newRoot);
    expect(old(), "before the proof").toBe(true);
    site.passMinutes(5);
    expect(old(), "after it").toBe(false);
    expect([rootOf(site), leftOf(site)]).toEqual([newRoot, []]);
    expect(site.ranTwoAtOnce).toBe(false);
    expect(site.router.output).toContain("karibu: the new image has proved itself; the old one goes");
  },
);

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: an image that does not prove itself is left for the old one",
  (version) => {
    for (const kind of ["silent", "dead", "broken"] as const) {
      const site = siteOf(version, kind);
      expect(site.import(scriptsOf(version).update)).toBe("done");
      site.passMinutes(longMinutes);
      expect([kind, rootOf(site), leftOf(site)]).toEqual([kind, oldRoot, []]);
      expect(site.ranTwoAtOnce).toBe(false);
    }
  },
);

test.each(["add", "set"] as const)("a router that never takes /container/%s sells on with the old image", (verb) => {
  const site = siteOf("7.22", "good");
  site.failingContainerCommand = verb;
  site.import(scriptsOf("7.22").update);
  for (let minute = 0; minute < longMinutes; minute += 1) {
    site.passMinutes(1);
    expect(rootOf(site)).toBe(oldRoot);
  }
  expect(leftOf(site)).toEqual([]);
});

test.each([
  ["another SHA-256", { sha256: "0".repeat(64) }, /SHA-256 is another one/],
  ["cut short", { bytes: 1000 }, /did not come whole \(108500000 bytes\)/],
] as const)("an image with %s is deleted, and nothing else happens", (_what, wrong, words) => {
  const site = siteOf("7.22", "good");
  site.webFiles.set(sampleImage.url, { kind: "good", ...sampleImage, ...wrong });
  const before = site.router.snapshot();
  expect(site.import(scriptsOf("7.22").update)).toBe("stopped");
  expect(site.router.failure).toMatch(words);
  site.passMinutes(3);
  expect([rootOf(site), leftOf(site)]).toEqual([oldRoot, []]);
  const { "/disk": _disk, "/system/resource": _time, ...after } = site.router.snapshot();
  expect(before).toMatchObject(after);
});

test.each([
  ["a full disk is told before anything is fetched", /usb1 lacks room: 285 MB must be free/],
  ["a disk that fills meanwhile keeps nothing of it", /did not come whole/],
  ["a hub that is away is named", /did not come whole/],
])("%s, and all stays as it was", (trouble, words) => {
  const site = siteOf("7.22", "good");
  if (/full|fills/.test(trouble)) site.freeDiskBytes = 50_000_000;
  if (/full/.test(trouble)) site.passMinutes(1);
  if (/away/.test(trouble)) site.webFiles.clear();
  expect(site.import(scriptsOf("7.22").update)).toBe("stopped");
  expect(site.router.failure).toMatch(words);
  expect(site.fetchedUrls).toHaveLength(/fills/.test(trouble) ? 1 : 0);
  expect([rootOf(site), leftOf(site)]).toEqual([oldRoot, []]);
});

test.each([
  ["good", 1, newRoot],
  ["silent", 1, oldRoot],
  // The same way back: a sample of it.
  ["dead", 5, oldRoot],
] as const)(
  "[BEY-20] with a %s image the power may go at any write: the router sells again, and nothing is left over",
  (kind, every, last) => {
    const { update } = scriptsOf("7.22");
    const whole = siteOf("7.22", kind);
    const setUpWrites = whole.router.writes;
    whole.import(update);
    whole.passMinutes(longMinutes);
    const writes = whole.router.writes - setUpWrites;
    expect(writes).toBeGreaterThan(30);
    const ends = new Map<string | null, number>();
    for (let write = 1; write <= writes; write += every) {
      const site = siteOf("7.22", kind);
      site.router.powerCutAtWrite = site.router.writes + write;
      const wasCut = site.import(update) === "power cut";
      site.passMinutes(longMinutes);
      expect([site.router.powerCutAtWrite, site.ranTwoAtOnce], `cut at write ${write}`).toEqual([Infinity, false]);
      const end = rootOf(site);
      ends.set(end, (ends.get(end) ?? 0) + 1);
      // Cut while it was imported: it never began, and is imported again.
      if (wasCut) {
        expect(end, `cut at write ${write}`).toBe(oldRoot);
        expect(site.import(update)).toBe("done");
        site.passMinutes(longMinutes);
      }
      expect([rootOf(site), leftOf(site)], `cut at write ${write}`).toEqual([last, []]);
    }
    expect([...ends.keys()].every((root) => root !== null)).toBe(true);
  },
);

test("with a good image a power cut costs guests three minutes at most", () => {
  const { update } = scriptsOf("7.24");
  for (let write = 1; write <= 60; write += 1) {
    const site = siteOf("7.24", "good");
    site.router.powerCutAtWrite = site.router.writes + write;
    site.import(update);
    let minutesOff = 0;
    for (let minute = 0; minute < longMinutes; minute += 1) {
      site.passMinutes(1);
      minutesOff = site.servingContainer === null ? minutesOff + 1 : 0;
      expect(minutesOff, `cut at write ${write}`).toBeLessThan(3);
    }
  }
});

test("a second import while an update is under way, or of the image that runs, changes nothing", () => {
  const { update } = scriptsOf("7.22");
  const site = siteOf("7.22", "good");
  site.import(update);
  site.passMinutes(2);
  expect(site.import(update)).toBe("stopped");
  expect(site.router.failure).toMatch(/under way/);
  site.passMinutes(longMinutes);
  expect(rootOf(site)).toBe(newRoot);
  expect(site.import(update)).toBe("stopped");
  expect(site.router.failure).toMatch(/runs this very image/);
});

test("what was fetched whole is not fetched again: links are metered", () => {
  const { update } = scriptsOf("7.22");
  const site = siteOf("7.22", "good");
  site.router.powerCutAtWrite = site.router.writes + 8;
  expect(site.import(update)).toBe("power cut");
  expect(site.import(update)).toBe("done");
  expect(site.fetchedUrls).toHaveLength(1);
});

function liveWhile(site: SimulatedBoard, isSo: () => boolean): void {
  for (let minute = 0; minute < longMinutes && isSo(); minute += 1) site.passMinutes(1);
  expect(isSo()).toBe(false);
}

/** A site whose new image waits for its proof. */
function tryingSite(version: string, kind: ImageKind) {
  const site = siteOf(version, kind);
  site.import(scriptsOf(version).update);
  liveWhile(site, () => tagsOf(site).includes("karibu:agent-next") || !tagsOf(site).includes("karibu:agent-old"));
  return site;
}

/** One whose power goes between the two new tags: the old container has its own, the new one still waits. */
function siteCutBetweenTags(version: string) {
  for (let write = 1; write < 200; write += 1) {
    const site = siteOf(version, "good");
    site.import(scriptsOf(version).update);
    site.passMinutes(2);
    site.router.powerCutAtWrite = site.router.writes + write;
    liveWhile(site, () => site.router.powerCutAtWrite !== Infinity);
    if (tagsOf(site).join() === "karibu:agent-old,karibu:agent-next") return site;
  }
  throw new Error("there is no such write");
}

const tagsOf = (site: SimulatedBoard) => site.router.rows("/container").map((row) => row.get("comment"));
const loseNote = (site: SimulatedBoard, what: string) =>
  site.router.import(`/system/script/remove [/system/script/find where comment="karibu:update-${what}"]`);

test.each(checkedVersions)(
  "[BEY-20] RouterOS %s: without the note of its phase an update goes back to the old image, never to none",
  (version) => {
    for (const site of [siteCutBetweenTags(version), tryingSite(version, "good")]) {
      loseNote(site, "phase");
      site.passMinutes(longMinutes);
      expect([rootOf(site), leftOf(site), site.ranTwoAtOnce]).toEqual([oldRoot, [], false]);
    }
  },
);

test("without the note of its phase and without the old container, the one that waits sells", () => {
  const site = siteCutBetweenTags("7.22");
  loseNote(site, "phase");
  site.router.import('/container/remove [/container/find where comment="karibu:agent-old"]');
  site.passMinutes(longMinutes);
  expect([rootOf(site), leftOf(site)]).toEqual([newRoot, []]);
});

test.each(["count", "proofs"])("without the note of its %s an update goes back to the old image", (what) => {
  const site = tryingSite("7.22", "good");
  loseNote(site, what);
  site.passMinutes(longMinutes);
  expect([rootOf(site), leftOf(site)]).toEqual([oldRoot, []]);
});

test("while no container sells nothing is tidied away: the old one sells again first", () => {
  const site = tryingSite("7.22", "silent");
  const put = (phase: string) =>
    site.router.import(
      `/system/script/set [/system/script/find where comment="karibu:update-phase"] source=${phase}; :do { /container/stop [/container/find where comment="karibu:agent"] } on-error={ }; /container/remove [/container/find where comment="karibu:agent"]`,
    );
  put("tidy");
  site.passMinutes(longMinutes);
  expect([rootOf(site), leftOf(site)]).toEqual([oldRoot, []]);
});

test.each([
  ["good", newRoot],
  ["silent", oldRoot],
] as const)(
  "with a %s image, and a disk that comes up late after each power cut, no container is lost",
  (kind, last) => {
    const { update } = scriptsOf("7.22");
    const whole = siteOf("7.22", kind);
    whole.import(update);
    const from = whole.router.writes;
    whole.passMinutes(longMinutes);
    for (let write = from + 1; write <= whole.router.writes; write += kind === "good" ? 1 : 4) {
      const site = siteOf("7.22", kind);
      site.isDiskLate = true;
      site.import(update);
      site.router.powerCutAtWrite = write;
      site.passMinutes(longMinutes + 10);
      expect([site.router.powerCutAtWrite, site.ranTwoAtOnce], `cut at write ${write}`).toEqual([Infinity, false]);
      expect([rootOf(site), leftOf(site)], `cut at write ${write}`).toEqual([last, []]);
    }
  },
);

test("going back is not over while there is no container at all; one that set-up makes anew ends it", () => {
  const { "setup.rsc": setUp } = scriptsOf("7.22");
  const site = tryingSite("7.22", "silent");
  const isNote = (row: ReadonlyMap<string, string>) => row.get("comment") === "karibu:update-phase";
  const phase = () => site.router.rows("/system/script").find(isNote)?.get("source");
  liveWhile(site, () => phase() !== "undo");
  site.router.configuration.replaceRows("/container", []);
  for (let minute = 0; minute < 5; minute += 1) {
    site.passMinutes(1);
    expect(phase()).toBe("undo");
  }
  expect(site.import(setUp)).toBe("done");
  site.passMinutes(longMinutes);
  expect([rootOf(site), leftOf(site)]).toEqual([oldRoot, []]);
});

test.each(checkedVersions)("RouterOS %s: only the container that sells starts again by itself", (version) => {
  const { restart } = dialect(version);
  const policies = (site: SimulatedBoard) =>
    site.router
      .rows("/container")
      .map((row) => [row.get("comment"), row.get(restart === "scheduler" ? "no such" : restart)]);
  const [off, on] = {
    scheduler: [undefined, undefined],
    "auto-restart-interval": ["0s", "10s"],
    "restart-policy": ["no", "always"],
  }[restart];
  const site = siteOf(version, "silent");
  site.import(scriptsOf(version).update);
  site.passMinutes(1);
  expect(policies(site)).toEqual([
    ["karibu:agent", on],
    ["karibu:agent-next", off],
  ]);
  liveWhile(site, () => !tagsOf(site).includes("karibu:agent-old"));
  expect(policies(site)).toEqual([
    ["karibu:agent-old", off],
    ["karibu:agent", on],
  ]);
  liveWhile(site, () => !tagsOf(site).includes("karibu:agent-failed"));
  expect(policies(site)).toEqual([
    ["karibu:agent", on],
    ["karibu:agent-failed", off],
  ]);
  site.passMinutes(longMinutes);
  expect([policies(site), site.ranTwoAtOnce]).toEqual([[["karibu:agent", on]], false]);
});

test.each(["good", "silent"] as const)(
  "a step of a %s image that takes longer than a minute is not joined by the next one",
  (kind) => {
    const site = siteOf("7.22", kind);
    site.import(scriptsOf("7.22").update);
    site.schedulersOverlap = true;
    site.passMinutes(longMinutes);
    expect([rootOf(site), leftOf(site)]).toEqual([kind === "good" ? newRoot : oldRoot, []]);
    expect(site.router.output.filter((line) => line === "karibu: the image update is over")).toHaveLength(1);
  },
);

test("each minute is one phase: a container that is set aside is not removed in the same minute", () => {
  const site = tryingSite("7.22", "silent");
  liveWhile(
    site,
    () => !site.router.output.includes("karibu: the new image did not prove itself; back to the old one"),
  );
  expect(tagsOf(site)).toEqual(["karibu:agent-old", "karibu:agent"]);
  site.passMinutes(1);
  expect(tagsOf(site)).toEqual(["karibu:agent", "karibu:agent-failed"]);
  expect(rootOf(site)).toBe(oldRoot);
  site.passMinutes(1);
  expect([tagsOf(site), leftOf(site)]).toEqual([["karibu:agent"], []]);
});

test.each(checkedVersions)(
  "RouterOS %s: an image that is slow to answer is started once, and left alone",
  (version) => {
    const site = siteOf(version, "slow");
    site.import(scriptsOf(version).update);
    site.passMinutes(longMinutes);
    expect([rootOf(site), leftOf(site)]).toEqual([newRoot, []]);
    expect(site.startedRoots.filter((root) => root === newRoot)).toHaveLength(1);
  },
);

test.each(["7.18.2", "7.22"])(
  "RouterOS %s: netwatch leaves an update alone on a router that was set up before it knew of updates",
  (version) => {
    const site = siteOf(version, "slow");
    const [watched] = site.router.rows("/system/script").filter((row) => row.get("name") === "karibu-agent-restart");
    watched?.set("source", watched.get("source")?.replace(/^:if .*\n|\n\}$/g, "") ?? "");
    expect(watched?.get("source")).toMatch(/^ *:do \{ \/container\/stop/);
    site.import(scriptsOf(version).update);
    site.passMinutes(longMinutes);
    expect([rootOf(site), leftOf(site)]).toEqual([newRoot, []]);
    expect(site.startedRoots.filter((root) => root === newRoot)).toHaveLength(1);
  },
);

test("an agent that stops answering outside of an update is started anew by netwatch", () => {
  const site = siteOf("7.22", "good");
  site.passMinutes(1);
  const before = site.startedRoots.length;
  site.servingContainer?.set("image", "slow");
  site.passMinutes(1);
  expect(site.startedRoots.slice(before)).toEqual([oldRoot]);
});

test.each(checkedVersions)("RouterOS %s: removal in the middle of an image update leaves nothing of it", (version) => {
  const { update, "remove.rsc": remove } = scriptsOf(version);
  for (const minutes of [0, 1, 4, 6]) {
    const site = siteOf(version, "silent");
    site.import(update);
    site.passMinutes(minutes);
    site.import(remove);
    site.passMinutes(3);
    // One that is just being unpacked can't be removed; the script says so.
    if (site.router.output.includes("karibu: could not remove something of /container")) site.import(remove);
    expect(site.router.rows("/container")).toEqual([]);
    expect(leftOf(site), `after ${minutes} minutes`).toEqual([]);
  }
});

test("set-up imported in the middle of an image update does not disturb it", () => {
  const { update, "setup.rsc": setUp } = scriptsOf("7.22");
  for (const minutes of [1, 3, 4, 5, 6, 7]) {
    const site = siteOf("7.22", "good");
    site.import(update);
    site.passMinutes(minutes);
    expect(site.import(setUp)).toBe("done");
    site.passMinutes(longMinutes);
    expect([rootOf(site), leftOf(site)]).toEqual([newRoot, []]);
  }
});

test.each(checkedVersions)("RouterOS %s: the command tree knows what the step script says", (version) => {
  const { agent } = sampleValues;
  if (agent.place !== "container") throw new Error("the agent is in a container here");
  const step = imageUpdateStep(sampleValues, agent, sampleImage, dialect(version)).join("\n");
  expect(checkScript(step, version, { values: version === "7.22" })).toEqual([]);
});
