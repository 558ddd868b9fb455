/**
 * The hotspot's web server without HTTP: a request of a client goes in, a page comes out. A request of an unauthenticated client
 * for another host is redirected to the log-in page. The router itself answers `/login`, `/status` and `/logout`. Other requests of
 * an authorised client go to the simulated internet.
 */

import type { Host, Session } from "../model/hotspot-state.ts";
import type { RouterKnobs, RouterOptions } from "../model/router-options.ts";
import { durationText, niceBytes } from "../model/routeros-text.ts";
import type { Proof } from "../radius/nas.ts";
import type { Hotspot } from "./hotspot.ts";
import { internetPage } from "./internet.ts";
import { backslashOctal, type RenderedPage, renderPage } from "./page-template.ts";
import type { HotspotPages } from "./pages.ts";

export interface ServletRequest {
  readonly method: string;
  /** The Host header. */
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

export interface ServletContext {
  readonly options: RouterOptions;
  readonly knobs: RouterKnobs;
  readonly hotspot: Hotspot;
  readonly pages: HotspotPages;
  readonly nowMs: () => number;
}

export type ServletResponse = RenderedPage & { readonly from: "router" | "internet" };

export async function serve(context: ServletContext, host: Host, request: ServletRequest): Promise<ServletResponse> {
  const parameter = (name: string) => request.form.get(name) ?? request.query.get(name);
  const own = isOwnHost(context.options.hotspotUrl, request.host);
  const page = own ? request.path : null;
  const dst = safeDst(parameter("dst"));
  const show = (name: keyof HotspotPages, facts: PageFacts = {}): ServletResponse => ({
    ...renderPage(context.pages[name], variables(context, host, { dst, ...facts })),
    from: "router",
  });

  if (page === "/login") {
    if (host.session) return show("alogin");
    const user = parameter("username");
    if (user === null) return show("login");
    const proof = readProof(context, host, parameter("password") ?? "");
    if (proof === null) {
      return show("login", {
        user,
        error: "web browser did not send challenge response (try again, enable JavaScript)",
      });
    }
    const way = proof.kind === "chap" ? "http-chap" : "http-pap";
    const outcome = await context.hotspot.logIn(host, user, proof, way, true);
    return outcome.kind === "logged-in" ? show("alogin") : show("login", { user, error: outcome.message });
  }
  if (page === "/status") return host.session ? show("status") : show("rlogin");
  if (page === "/logout") {
    if (!host.session) return show("error", { error: "you are not logged in" });
    const ended = host.session;
    const response = show("logout", { user: ended.nas.user });
    context.hotspot.end(ended, "user-request");
    return response;
  }
  if (!host.session) {
    const search = request.query.size > 0 ? `?${request.query}` : "";
    return show("rlogin", { dst: `http://${request.host}${request.path}${search}` });
  }
  return visitInternet(context, host.session, request);
}

function visitInternet(context: ServletContext, session: Session, request: ServletRequest): ServletResponse {
  if (context.knobs.wan === "down") {
    return { status: 504, headers: {}, body: "The line to the internet is down.", from: "internet" };
  }
  const page = internetPage(request, session.nas.user);
  const bytes = { up: 400 + request.path.length, down: 300 + Buffer.byteLength(page.body) + page.extraBytes };
  context.hotspot.use(session, bytes);
  return { status: page.status, headers: page.headers, body: page.body, from: "internet" };
}

/** Whether a request names the router. On one machine clients may also call it localhost. */
function isOwnHost(hotspotUrl: string, hostHeader: string): boolean {
  const own = new URL(hotspotUrl);
  if (hostHeader === own.host) return true;
  const [, name = "", port = ""] = /^(.*?)(?::(\d+))?$/.exec(hostHeader) ?? [];
  return ["localhost", "[::1]", "127.0.0.1"].includes(name) && port === own.port;
}

/** RouterOS allows only http and https since 7.19.2 (CVE-2025-6563). */
function safeDst(dst: string | null): string {
  return dst !== null && /^https?:\/\/[^\s"'<>]+$/i.test(dst) ? dst : "";
}

/** A CHAP response is 32 hex digits made from the challenge of our page. Null: CHAP is required, and this is none. */
function readProof({ options }: ServletContext, host: Host, password: string): Proof | null {
  if (options.loginBy.includes("http-chap") && host.chap !== null && /^[0-9a-f]{32}$/i.test(password)) {
    const { id, challenge } = host.chap;
    return { kind: "chap", id, challenge, response: Buffer.from(password, "hex") };
  }
  return options.loginBy.includes("http-pap") ? { kind: "pap", password } : null;
}

interface PageFacts {
  readonly dst?: string;
  readonly user?: string;
  readonly error?: string;
}

function variables(context: ServletContext, host: Host, facts: PageFacts) {
  const { options, hotspot } = context;
  const base = options.hotspotUrl;
  const dst = facts.dst ?? "";
  const linkLogin = `${base}/login${dst === "" ? "" : `?dst=${encodeURIComponent(dst)}`}`;
  const session = host.session;
  const reading = session ? hotspot.reading(session) : null;
  const onlineSeconds = session ? (context.nowMs() - session.startedMs) / 1000 : 0;
  const leftOf = (limit: number | null | undefined, used: number) => (limit ? String(Math.max(0, limit - used)) : "");
  const values: Record<string, () => string> = {
    hostname: () => new URL(base).hostname,
    identity: () => options.identity,
    "server-name": () => options.serverName,
    "server-address": () => new URL(base).host,
    "interface-name": () => options.interfaceName,
    ip: () => host.phone.address,
    "host-ip": () => host.phone.address,
    mac: () => host.phone.mac,
    "mac-esc": () => encodeURIComponent(host.phone.mac),
    username: () => facts.user ?? session?.nas.user ?? "",
    "logged-in": () => (session ? "yes" : "no"),
    "login-by": () => session?.loginBy ?? "",
    "plain-passwd": () => (options.loginBy.includes("http-pap") ? "yes" : "no"),
    trial: () => "no",
    "link-login": () => linkLogin,
    "link-login-esc": () => encodeURIComponent(linkLogin),
    "link-login-only": () => `${base}/login`,
    "link-logout": () => `${base}/logout`,
    "link-status": () => `${base}/status`,
    "link-orig": () => dst,
    "link-orig-esc": () => encodeURIComponent(dst),
    "link-redirect": () => (session ? dst || `${base}/status` : linkLogin),
    error: () => facts.error ?? "",
    "error-orig": () => facts.error ?? "",
    "chap-id": () => (chapOffered(options) ? backslashOctal([hotspot.chap(host).id]) : ""),
    "chap-challenge": () => (chapOffered(options) ? backslashOctal(hotspot.chap(host).challenge) : ""),
    "session-id": () => session?.nas.sessionId ?? "",
    uptime: () => durationText(onlineSeconds),
    "uptime-secs": () => String(Math.floor(onlineSeconds)),
    "bytes-in": () => String(reading?.upBytes ?? 0),
    "bytes-out": () => String(reading?.downBytes ?? 0),
    "bytes-in-nice": () => niceBytes(reading?.upBytes ?? 0),
    "bytes-out-nice": () => niceBytes(reading?.downBytes ?? 0),
    "session-time-left": () => (session?.limits.sessionSeconds ? durationText(timeLeft(session, onlineSeconds)) : ""),
    "session-time-left-secs": () => (session?.limits.sessionSeconds ? String(timeLeft(session, onlineSeconds)) : ""),
    "remain-bytes-in": () => leftOf(session?.limits.upBytes, reading?.upBytes ?? 0),
    "remain-bytes-out": () => leftOf(session?.limits.downBytes, reading?.downBytes ?? 0),
    "remain-bytes-total": () => leftOf(session?.limits.totalBytes, (reading?.upBytes ?? 0) + (reading?.downBytes ?? 0)),
  };
  return (name: string) => values[name]?.() ?? null;
}

const chapOffered = (options: RouterOptions) => options.loginBy.includes("http-chap");
const timeLeft = (session: Session, onlineSeconds: number) =>
  Math.max(0, Math.floor((session.limits.sessionSeconds ?? 0) - onlineSeconds));
