import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsOf } from "@karibu/cloud/ground/http/permissions";
import { guideHref, sectionOfPage, sectionOfPlatform, sectionOfRoom } from "@karibu/console/guides/guide-of-page";
import type { User } from "@karibu/console/hub/api";
import { pagesFor } from "@karibu/console/page-at";
import { pages } from "@karibu/console/pages";
import { enOfModules } from "@karibu/console/strings/en-of-modules";
import { expect, test } from "vitest";
import { guideLanguages, guideWords } from "./guides-plugin.ts";
import { type GuideWords, renderGuide } from "./render-guide.ts";
import { repositoryRoot } from "./repository.ts";

const words: GuideWords = {
  console: { addPlan: "Add a <plan>", plans: "Plans", counted: "{count} plans" },
  portal: { buy: "Buy" },
  pages: new Map([["plans", "plans"]]),
  modules: new Set(["bees"]),
};
const guideOf = (body: string) => renderGuide("test", `# Title\n\nLead.\n\n## Part {#part}\n\n${body}`, words);

test("[SYS-22] a guide names buttons and pages, and their words are filled in", () => {
  const { title, lead, sections } = guideOf("On {{page:plans}} press {{addPlan}}, then {{portal:buy}}.");
  expect([title, lead, sections[0]?.id]).toEqual(["Title", "Lead.", "part"]);
  expect(sections[0]?.html).toBe(
    '<p>On <a href="#/plans">Plans</a> press <strong>Add a &lt;plan&gt;</strong>, then <strong>Buy</strong>.</p>',
  );
  expect(sections[0]?.text).toBe("On Plans press Add a <plan>, then Buy.");
});

test("[SYS-22] [SYS-27] what a guide says of a module is told where its folder is there; a section of nothing else is none without it", () => {
  const source = "{{if:bees}}Count them.{{end}}{{if:wasps}} On {{page:wasps}} they sting.{{end}}";
  expect(guideOf(source).sections[0]?.text).toBe("Count them.");
  expect(guideOf("{{if:wasps}}On {{page:wasps}} they sting.{{end}}").sections).toEqual([]);
  expect(() => guideOf("{{if:bees}}without an end")).toThrow("guide test: there is no word if:bees");
});

test.each([
  ["{{gone}}", "there is no word gone"],
  ["{{portal:gone}}", "there is no word portal:gone"],
  ["{{page:gone}}", "there is no page gone"],
  ["{{counted}}", "counted has places to fill"],
  ["[x](javascript:alert(1))", "a link to javascript:alert(1)"],
  ["[x](http://example.com)", "a link to http://example.com"],
])("[SYS-22] %s can't be built", (body, why) => {
  expect(() => guideOf(body)).toThrow(`guide test: ${why}`);
});

test("[SYS-22] [SYS-13] HTML and pictures in a guide are left out", () => {
  expect(
    guideOf('<script>alert(1)</script>\n\n<img src=x onerror="x">\n\n![x](/y)\n\nText').sections[0]?.html,
  ).not.toMatch(/<script|<img|onerror/);
});

const folder = join(repositoryRoot, "cloud/console/src/guides");
const namesOf = (language: string) => readdirSync(join(folder, language)).sort();
const sourceOf = (language: string, name: string) => readFileSync(join(folder, language, name), "utf8");
const built = (language: "en" | "sw", name: string) =>
  renderGuide(`${language}/${name}`, sourceOf(language, name), guideWords[language]);

test.each(namesOf("en"))(
  "[SYS-22] %s: each button and page that it names is there, in both languages, in the same sections",
  (name) => {
    expect(namesOf("sw")).toEqual(namesOf("en"));
    const [english, swahili] = guideLanguages.map((language) => built(language, name));
    expect(swahili?.sections.map(({ id }) => id)).toEqual(english?.sections.map(({ id }) => id));
    // What is pressed in one language is pressed in the other.
    const named = (language: string) =>
      sourceOf(language, name)
        .match(/\{\{[^}]*\}\}/g)
        ?.sort();
    expect(named("sw")).toEqual(named("en"));
  },
);

test.each(guideLanguages)("[SYS-22] [SYS-27] in %s, each guide can be built without any module", (language) => {
  const { console: said, portal } = guideWords[language];
  const ofModules = new Set(Object.keys(enOfModules));
  const without: GuideWords = {
    portal,
    console: Object.fromEntries(Object.entries(said).filter(([key]) => !ofModules.has(key))),
    pages: new Map(pages.filter(({ module }) => module === undefined).map(({ path, title }) => [path, title])),
    modules: new Set(),
  };
  for (const name of namesOf(language))
    expect(renderGuide(name, sourceOf(language, name), without).sections.length).toBeGreaterThan(0);
});

test.each(guideLanguages)("[SYS-22] in %s, no word of the console stands in a guide by hand", (language) => {
  // What is printed bold and not named may be anything: a step's title, and nothing that one presses.
  const buttons = new Set(Object.values(guideWords[language].console).filter((word) => word.includes(" ")));
  const byHand = namesOf(language).flatMap((name) =>
    [...sourceOf(language, name).matchAll(/\*\*([^*]+)\*\*/g)].map(([, text]) => text as string),
  );
  expect(byHand.filter((text) => buttons.has(text.replace(/\.$/, "")))).toEqual([]);
});

test("[SYS-22] each page's “?” leads to a section that is there", () => {
  const ofModules = pages.flatMap(({ guide }) => (guide === undefined ? [] : [guide]));
  const targets = [...Object.values(sectionOfPage), ...Object.values(sectionOfRoom), ...ofModules];
  for (const [guide, section] of targets)
    expect(built("en", `${guide}.md`).sections.map(({ id }) => id)).toContain(section);
  const paths = pages.map(({ path }) => path);
  const named = [...Object.keys(sectionOfPage), ...Object.keys(sectionOfPlatform)];
  expect(named.filter((path) => !paths.includes(path))).toEqual([]);
});

test("[SYS-22] who runs the hub is led from each of their pages to a section for them, which names no page that they can't open", () => {
  const admin = { permissions: permissionsOf("platform-admin"), modules: [], via: "login" } as unknown as User;
  const theirs = pagesFor(admin);
  const { sections } = built("en", "platform.md");
  for (const page of theirs.filter(({ path }) => path !== "account")) {
    const [, guide, section] = /^#\/guides\/([\w-]+)\/([\w-]+)$/.exec(guideHref(page, true)) ?? [];
    expect([page.path, guide]).toEqual([page.path, "platform"]);
    expect(sections.map(({ id }) => id)).toContain(section);
  }
  const linked = sections.flatMap(({ html }) => [...html.matchAll(/href="#\/([\w-]+)"/g)].map(([, path]) => path));
  const paths = theirs.map(({ path }) => path);
  expect(linked.filter((path) => !paths.includes(path as string))).toEqual([]);
  expect(linked.length).toBeGreaterThan(8);
});
