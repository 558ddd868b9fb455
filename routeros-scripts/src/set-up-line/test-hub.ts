/** The hub's side of a set-up in a few lines, for tests of the router's side: token, facts, choices, stage two, image, reports. */
import { createHash } from "node:crypto";
import type { Web, WebAnswer, WebRequest } from "@karibu/lab/routeros-scripting/new-board";
import { type RouterFacts, routerFactsSchema } from "@karibu/protocol/router/router-facts";
import { type SetUpReport, setUpReportSchema } from "@karibu/protocol/router/set-up-progress";
import { judgeFacts } from "./judge-facts.ts";
import { pastedLine } from "./pasted-line.ts";
import type { SetUpChoices } from "./set-up-choices.ts";
import { stageOne } from "./stage-one.ts";
import { stageTwo } from "./stage-two.ts";
import { type ValuesInput, valuesFor } from "./values-for.ts";

export const token = "AAAAAAAAAAAAAAAAAAAAAA";
const sha512 = (text: string) => createHash("sha512").update(text).digest("hex");
export const testTunnel = {
  address: "10.89.0.2",
  network: "10.89.0.0/16",
  endpointHost: "hub.example.com",
  endpointPort: 51_820,
  hubPublicKey: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  keepaliveSeconds: 25,
};
const stageOneText = stageOne();
/** Each report asks for the state again: what was rendered for the same facts and choices is kept. */
const renderings = new Map<string, { text: string; answer: Record<string, string> }>();

export class TestHub {
  url = "https://hub.example.com";
  facts: RouterFacts[] = [];
  reports: SetUpReport[] = [];
  requests: WebRequest[] = [];
  claimedBy: string | null = null;
  isTokenDead = false;
  isDown = false;
  choose: (facts: RouterFacts) => SetUpChoices | null = containerChoices;
  /** The facts as the hub takes them, where they changed since. */
  factsChange: (facts: RouterFacts) => RouterFacts = (facts) => facts;
  hasNoImage = false;
  isCancelled = false;
  siteName = "The corner's café";
  secrets = testInput.secrets;
  services: ValuesInput["services"] = undefined;
  image = { sha256: "0".repeat(64), bytes: 108_500_000, servedBytes: 108_500_000 };
  /** What `valuesFor` refused. */
  refused: readonly { readonly field: string; readonly problem: string | null }[] = [];
  private rendered: string | null = null;

  get line(): string {
    return pastedLine({ hubUrl: this.url, token, stageOneSha512: sha512(stageOneText) });
  }

  readonly web: Web = (request) => {
    this.requests.push(request);
    if (this.isDown) return null;
    const url = new URL(request.url);
    if (url.hostname === "10.89.0.1") return text("{}");
    switch (url.pathname) {
      case "/enrol/stage-one":
        return text(stageOneText);
      case "/enrol/facts":
        return this.takeFacts(request);
      case "/enrol/progress":
        return this.takeReport(request);
      case "/enrol/stage-two":
        return this.isKnown(request) && this.rendered !== null ? text(this.rendered) : { status: 401, body: "" };
      case "/enrol/packed-image/arm64":
      case "/enrol/image/arm64":
        if (this.hasNoImage) return { status: 404, body: "" };
        return this.isKnown(request)
          ? { status: 200, body: "", sizeBytes: this.image.servedBytes }
          : { status: 401, body: "" };
    }
    return { status: 404, body: "" };
  };

  /** `package done`, `disk failed no-disk`: the newest of each step. */
  get steps(): string[] {
    const newest = new Map(
      this.reports.map(({ step, state, problem }) => [step, `${step} ${[state, problem].filter(Boolean).join(" ")}`]),
    );
    return [...newest.values()];
  }

  private isKnown(request: WebRequest): boolean {
    return request.headers.authorization === "Bearer resume-key";
  }

  private takeFacts(request: WebRequest): WebAnswer {
    const facts = routerFactsSchema.parse(JSON.parse(request.body));
    const bearer = request.headers.authorization?.replace("Bearer ", "");
    if (bearer !== "resume-key" && (bearer !== token || this.isTokenDead)) return { status: 401, body: "" };
    if (this.claimedBy !== null && this.claimedBy !== facts.serial)
      return { status: 403, body: '{"code":"other-router"}' };
    this.claimedBy = facts.serial;
    this.facts.push(this.factsChange(facts));
    return text(JSON.stringify({ ...this.state(), resumeKey: "resume-key" }));
  }

  private takeReport(request: WebRequest): WebAnswer {
    if (!this.isKnown(request)) return { status: 401, body: "" };
    this.reports.push(setUpReportSchema.parse(JSON.parse(request.body)));
    return text(JSON.stringify(this.state()));
  }

  private state(): Record<string, string> {
    const facts = this.facts.at(-1);
    if (this.isCancelled) return { state: "cancelled", remedy: "ended in the console" };
    if (facts === undefined) return { state: "choose" };
    const { place, problems, version } = judgeFacts(facts);
    const [worst] = problems.filter(({ rulesOut }) => rulesOut === "everything");
    if (place === null || version === null)
      return { state: "failed", problem: worst?.problem ?? "", remedy: worst?.detail ?? "" };
    const choices = this.choose(facts);
    if (choices === null) return { state: "choose" };
    const known = JSON.stringify([facts, choices, this.siteName, this.secrets, this.services]);
    const ready = renderings.get(known);
    if (ready !== undefined) {
      this.rendered = ready.text;
      return ready.answer;
    }
    const { secrets, services } = this;
    const beside = services === undefined ? {} : { services };
    const given = valuesFor({
      ...testInput,
      ...beside,
      secrets,
      site: { id: "site-1", name: this.siteName },
      facts,
      choices,
    });
    if ("problems" in given) {
      this.refused = given.problems;
      return { state: "choose" };
    }
    const image = choices.place === "hosted" ? null : this.image;
    const { formatDisk } = choices;
    this.rendered = stageTwo({
      values: given.values,
      dialect: version,
      hubUrl: this.url,
      resumeKey: "resume-key",
      image,
      formatDisk,
    });
    const answer = { state: "ready", sha512: sha512(this.rendered) };
    renderings.set(known, { text: this.rendered, answer });
    return answer;
  }
}

const text = (body: string): WebAnswer => ({ status: 200, body });

export const testInput: Omit<ValuesInput, "facts" | "choices"> = {
  site: { id: "site-1", name: "The corner's café" },
  hub: {
    url: "https://hub.example.com",
    hostedAgent: { address: "10.89.0.1", httpPort: 8080 },
    secondRadiusAddress: "10.89.0.1",
  },
  secrets: {
    enrolToken: "test-enrol-token",
    radiusSecret: "test-radius-secret",
    secondRadiusSecret: "test-second-secret",
    apiPassword: "test-api-password",
  },
  tunnel: testTunnel,
};

export const containerChoices = (): SetUpChoices => ({
  place: "container",
  disk: "usb1",
  formatDisk: false,
  guestPorts: ["ether3", "wifi1"],
  moveInstallersPort: false,
  adoptHotspot: null,
  ssid: "Café $wifi",
  guestNetwork: "",
});

/** For a board without a disk. */
export const flashChoices = (): SetUpChoices => ({ ...containerChoices(), disk: "" });

export const hostedChoices = (): SetUpChoices => ({
  ...containerChoices(),
  place: "hosted",
  disk: "",
  guestPorts: ["ether3"],
  ssid: null,
});
