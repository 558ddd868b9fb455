#!/usr/bin/env node
// Kept as it was given to the project; see README.md in this folder for what it checks and where the data comes from.
// biome-ignore-all format: kept as given
// biome-ignore-all lint: kept as given
// biome-ignore-all assist: kept as given
// RouterOS script / API-sentence checker. Plain Node >= 20, no dependencies.
//   node rsc-check.mjs --version 7.22 file.rsc [...]          check scripts ("--version all" = every stored version)
//   node rsc-check.mjs --version 7.22 --api sentences.jsonl   each line: JSON array of API words
//   options: --allow-abbrev (accept unambiguous console abbreviations), --values (also warn on unknown
//   property names in where/find/get/.proplist and on unknown enum values; data of 7.22.3; warnings never fail),
//   --json (machine output). Exit: 0 clean, 1 findings, 2 usage.
// Module: import { checkScript, checkApi, versions, resolvePath, args } from './rsc-check.mjs'
//   checkScript(text, version, {allowAbbrev, values}) -> [{line, path, message, severity}]
//   checkApi(words, version, opts) -> same shape (line = 1)
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fileURLToPath } from "node:url";

const DIR = path.join(path.dirname(fileURLToPath(import.meta.url)), "schema");
const cache = new Map();
const vcmp = (a, b) => {
  const x = a.split(".").map(Number),
    y = b.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const d = (x[i] || 0) - (y[i] || 0);
    if (d) return d;
  }
  return 0;
};
export function versions() {
  return fs
    .readdirSync(DIR)
    .map((f) => /^(\d+\.\d+(?:\.\d+)?)\.json\.gz$/.exec(f)?.[1])
    .filter(Boolean)
    .sort(vcmp);
}
// 7.24.4 -> stored 7.24: nearest stored tree of the same minor (highest not above, else the lowest one)
export function nearest(v) {
  const all = versions();
  if (all.includes(v)) return v;
  const same = all.filter((x) => x.split(".").slice(0, 2).join(".") === String(v).split(".").slice(0, 2).join("."));
  return same.filter((x) => vcmp(x, v) <= 0).pop() || same[0] || v;
}
function load(v0) {
  const v = cache.has(v0) ? v0 : nearest(v0);
  if (!cache.has(v)) {
    const f = path.join(DIR, v + ".json.gz");
    if (!fs.existsSync(f)) throw new Error(`no schema for RouterOS ${v}; have: ${versions().join(", ")}`);
    cache.set(v, JSON.parse(zlib.gunzipSync(fs.readFileSync(f))).tree);
  }
  return cache.get(v);
}
function loadValues() {
  if (!cache.has("values")) {
    const f = path.join(DIR, "values-7.22.3.json.gz");
    cache.set("values", fs.existsSync(f) ? JSON.parse(zlib.gunzipSync(fs.readFileSync(f))) : { menus: {}, enums: {} });
  }
  return cache.get("values");
}
export function resolvePath(p, version) {
  // '/ip/hotspot/active' -> node or undefined
  return p
    .split("/")
    .filter(Boolean)
    .reduce((n, k) => (n && !n.$ ? n[k] : undefined), load(version));
}
export function args(p, version) {
  const n = resolvePath(p, version);
  return n?.$ ? Object.keys(n.$) : undefined;
}

const own = (o, k) => Object.prototype.hasOwnProperty.call(o, k);
const near = (k, list) => {
  // closest known name, for the message
  let best,
    bd = 3;
  for (const c of list) {
    const d = lev(k, c, bd);
    if (d < bd) {
      bd = d;
      best = c;
    }
  }
  return best ? ` (did you mean '${best}'?)` : "";
};
function lev(a, b, max) {
  if (Math.abs(a.length - b.length) >= max) return max;
  let p = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const q = [i];
    for (let j = 1; j <= b.length; j++) q[j] = Math.min(p[j] + 1, q[j - 1] + 1, p[j - 1] + (a[i - 1] !== b[j - 1]));
    p = q;
  }
  return p[b.length];
}

// Argument names whose brace / quoted value is code.
const CODE_ARGS = new Set([
  "do",
  "else",
  "on-error",
  "command",
  "script",
  "source",
  "on-event",
  "on-login",
  "on-logout",
  "on-up",
  "on-down",
  "up-script",
  "down-script",
  "test-script",
  "lease-script",
  "on-master",
  "on-backup",
  "on-alert",
  "while",
  "if",
  "on-fail",
]);
const QUOTED_CODE = new Set([
  "source",
  "script",
  "on-event",
  "on-login",
  "on-logout",
  "on-up",
  "on-down",
  "up-script",
  "down-script",
  "test-script",
  "lease-script",
  "on-alert",
  "on-master",
  "on-backup",
  "command",
]);
const CODE_POS = new Set(["do", "execute", "parse", "time", "retry", "onerror"]);
// Menus whose items take free-form keys, or commands with free-form positional words.
const NAME_RE = /^[A-Za-z0-9_.\-]+$/;
const EXPR_CMDS = new Set(["find"]);
// The stored schemas come from x86 CHR: menus that exist only on real boards or other packages are warned about, not failed.
const HW = [
  "partitions",
  "zerotier",
  "lora",
  "system/routerboard",
  "system/usb",
  "interface/ethernet/poe",
  "interface/ethernet/switch",
  "interface/w60g",
  "interface/amt",
  "system/health/find",
  "system/health/add",
  "system/health/settings",
  "system/health/state-after-reboot",
  "dude",
  "iot",
  "tool/gps",
  "caps-man",
  "ip/cloud/file-share",
  "ip/cloud/back-to-home-file",
  "ip/cloud/back-to-home-user",
  "ip/cloud/back-to-home-vpn",
];
const HW_ARGS = [
  "hw-offload",
  "suppress-hw-offload",
  "hw",
  "l3-hw-offloading",
  "poe-out",
  "poe-priority",
  "poe-voltage",
  "full-duplex",
  "speed",
  "sfp-rate-select",
  "auto-negotiation",
];
// --values: only arguments whose value set is closed (others take names of items, interfaces, profiles)
const CLOSED = new Set([
  "login-by",
  "mac-auth-mode",
  "nas-port-type",
  "service",
  "policy",
  "action",
  "output",
  "http-method",
  "http-version",
  "check-certificate",
  "require-message-auth",
  "encryption",
  "file-system",
  "authentication",
  "tls-version",
  "mode",
  "type",
  "days",
  "method",
  "open-status-page",
  "crl-store",
  "http-auth-scheme",
  "http-content-encoding",
  "ip-type",
]);
const HWCTX = ["\0hw"];
const isHw = (p) => HW.includes(p.join("/"));
const POSITIONAL = { get: 2, set: 1, edit: 2, unset: 2, reset: 2, comment: 2, move: 2 };

class Checker {
  constructor(version, opts) {
    this.v = version;
    this.root = load(version);
    this.o = opts || {};
    this.out = [];
    this.seen = new Set();
  }
  report(line, p, message, severity = "error") {
    const k = line + p + message;
    if (this.seen.has(k)) return;
    this.seen.add(k);
    this.out.push({ line, path: p, message, severity });
  }
  run(text, lineBase = 1, ctx = [], fixedLine = 0) {
    const P = new Parser(text, lineBase, fixedLine, this);
    P.block(ctx, null);
    return this.out;
  }
  node(pathArr) {
    let n = this.root;
    for (const k of pathArr) {
      n = n && !n.$ ? n[k] : undefined;
      if (!n) return undefined;
    }
    return n;
  }
  // exact name, or unambiguous abbreviation
  child(n, w) {
    if (own(n, w) && w !== "$") return { name: w, exact: true };
    if (!/^[a-z]/i.test(w)) return null;
    const c = Object.keys(n).filter((k) => k.startsWith(w));
    if (c.length === 1) return { name: c[0], exact: false };
    if (c.length > 1) return { name: null, amb: c };
    return null;
  }
}

class Parser {
  constructor(s, lineBase, fixedLine, ck) {
    this.s = s;
    this.i = 0;
    this.base = lineBase;
    this.fixed = fixedLine;
    this.ck = ck;
    this.nl = null;
  }
  line(i = this.i) {
    if (this.fixed) return this.fixed;
    if (!this.nl) {
      this.nl = [];
      for (let k = 0; k < this.s.length; k++) if (this.s[k] === "\n") this.nl.push(k);
    }
    let lo = 0,
      hi = this.nl.length;
    while (lo < hi) {
      const m = (lo + hi) >> 1;
      if (this.nl[m] < i) lo = m + 1;
      else hi = m;
    }
    return this.base + lo;
  }
  err(at, p, m, sev) {
    this.ck.report(this.line(at), p, m, sev);
  }
  cont() {
    // at backslash-newline?
    const m = /^\\[ \t]*\r?\n[ \t]*/.exec(this.s.slice(this.i, this.i + 400));
    return m ? m[0].length : 0;
  }
  ws() {
    for (;;) {
      const c = this.s[this.i];
      if (c === " " || c === "\t" || c === "\r") this.i++;
      else if (c === "\\") {
        const n = this.cont();
        if (!n) return;
        this.i += n;
      } else return;
    }
  }
  // statements until closing char (']' or '}') or end
  block(ctx0, close) {
    let ctx = ctx0;
    for (;;) {
      this.ws();
      if (this.i >= this.s.length) {
        if (close) this.err(this.s.length, "", `missing '${close}'`);
        return;
      }
      const c = this.s[this.i];
      if (c === "\n" || c === ";") {
        this.i++;
        continue;
      }
      if (c === "#") {
        this.comment();
        continue;
      }
      if (close && c === close) {
        this.i++;
        return;
      }
      if (c === "}" || c === "]" || c === ")") {
        this.err(this.i, "", `unexpected '${c}'`);
        this.i++;
        continue;
      }
      const before = this.i;
      const nctx = this.statement(ctx, close);
      if (nctx) ctx = nctx;
      if (this.i === before) this.i++;
    }
  }
  comment() {
    // a comment runs to end of line; a trailing backslash continues it
    for (;;) {
      const e = this.s.indexOf("\n", this.i);
      if (e < 0) {
        this.i = this.s.length;
        return;
      }
      const l = this.s.slice(this.i, e).replace(/\r$/, "");
      this.i = e;
      if (!l.endsWith("\\")) return;
      this.i = e + 1;
    }
  }
  endOfStmt(close) {
    const c = this.s[this.i];
    return c === undefined || c === "\n" || c === ";" || (close && c === close) || c === "}" || c === "]";
  }
  bare() {
    // a path/arg-ish word
    const m = /^[A-Za-z0-9_.\-*]+/.exec(this.s.slice(this.i, this.i + 200));
    return m ? m[0] : "";
  }
  statement(ctx, close) {
    const ck = this.ck,
      start = this.i;
    let c = this.s[this.i];
    if (c === "$" || c === "(" || c === '"') {
      this.restAsValues(ctx, close);
      return null;
    }
    if (c === "{") {
      this.i++;
      this.block(ctx, "}");
      return null;
    }
    if (c === "[") {
      this.i++;
      this.block(ctx, "]");
      this.restAsValues(ctx, close);
      return null;
    }
    let p,
      global = false,
      slash = false;
    if (c === ":") {
      this.i++;
      p = [];
      global = true;
    } else if (c === "/") {
      this.i++;
      p = [];
      slash = true;
      this.ws();
      if (this.endOfStmt(close)) return [];
    } else p = [...ctx];
    let n = ck.node(p) || ck.root,
      first = true,
      abbr = null;
    for (;;) {
      this.ws();
      c = this.s[this.i];
      if (c === "/") {
        this.i++;
        continue;
      }
      if (this.s.startsWith("..", this.i) && !/[A-Za-z0-9]/.test(this.s[this.i + 2] || "")) {
        this.i += 2;
        p.pop();
        n = ck.node(p) || ck.root;
        if (this.endOfStmt(close)) return p;
        first = false;
        continue;
      }
      if (this.endOfStmt(close)) {
        if (abbr) this.abbr(start, abbr);
        return first ? null : p;
      } // context line
      if (c === "{" && !n.$) {
        this.i++;
        this.block(p, "}");
        return null;
      }
      const at = this.i,
        w = this.bare();
      if (!w) {
        if (!first && c === "#") {
          this.comment();
          return p;
        }
        this.err(at, "/" + p.join("/"), `cannot parse near '${this.s.slice(at, at + 20).split("\n")[0]}'`);
        this.skipStmt(ctx, close);
        return null;
      }
      // assignment where a command was expected
      let r = ck.child(n, w);
      if (p[0] === HWCTX[0]) {
        if (own(ck.root, w) && !["find", "set", "export", "console", "port", "log"].includes(w)) {
          p = [];
          n = ck.root;
        } else {
          this.skipStmt(HWCTX, close);
          return null;
        }
      }
      if (p.length === 0 && w === "ping" && !own(n, w)) {
        // gone from the root menu in the 7.23+ tree
        this.err(
          at,
          "/ping",
          "no root 'ping' in this version's tree: write /tool/ping (exists in every version)",
          "warning",
        );
        p = ["tool"];
        n = ck.root.tool;
        r = { name: "ping", exact: true };
      } else if (isHw([...p, w]) && !own(n, w)) {
        const full = "/" + [...p, w].join("/");
        this.i += w.length;
        this.err(at, full, "hardware-only menu: not in the CHR schema, so not checked", "warning");
        const wasCtx = this.looksLikeContext();
        this.skipStmt(HWCTX, close);
        return wasCtx ? HWCTX : null;
      }
      if ((!r || !r.exact) && first && !global && !slash) {
        // scripting commands may be written without ':' anywhere
        if (own(ck.root, w) && (ck.root[w].$ || !r)) {
          p = [];
          n = ck.root;
          r = { name: w, exact: true };
        }
      }
      if (!r || !r.name) {
        this.i += w.length;
        const full = "/" + p.join("/");
        if (r?.amb) this.err(at, full, `ambiguous name '${w}' (${r.amb.slice(0, 5).join(", ")})`);
        else
          this.err(
            at,
            full,
            (p.length ? `unknown command or sub-menu '${w}'` : `unknown command or menu '${w}'`) +
              near(
                w,
                Object.keys(n).filter((k) => k !== "$"),
              ),
          );
        const ctxLine = slash && this.looksLikeContext();
        this.skipStmt(p, close);
        return ctxLine ? HWCTX : null; // do not cascade errors into the lines below
      }
      if (!r.exact) abbr = [w, r.name, "/" + p.join("/")];
      this.i += w.length;
      p.push(r.name);
      n = n[r.name];
      first = false;
      if (abbr) {
        this.abbr(at, abbr);
        abbr = null;
      }
      if (n.$) break;
    }
    if (p[0] === "system" && p[1] === "health") {
      this.restAsValues(HWCTX, close);
      return null;
    } // a table on real boards, a singleton on CHR
    this.command(p, n, close, ctx);
    return null;
  }
  looksLikeContext() {
    // rest of the line: only bare words, none of them a usual command
    const e = this.s.indexOf("\n", this.i),
      l = this.s
        .slice(this.i, e < 0 ? undefined : e)
        .split(";")[0]
        .trim();
    return (
      /^[a-z0-9\-\/ ]*$/.test(l) &&
      !/(^|[\s\/])(add|set|print|remove|get|find|enable|disable|export|edit|monitor|upgrade|unset|move|reset)\b/.test(l)
    );
  }
  abbr(at, [w, full, p]) {
    if (!this.ck.o.allowAbbrev)
      this.err(
        at,
        p,
        `abbreviation '${w}' of '${full}': the console accepts it, the API does not, and it breaks when names change`,
      );
  }
  skipStmt(ctx, close) {
    this.restAsValues(ctx, close);
  }
  restAsValues(ctx, close) {
    while (this.i < this.s.length) {
      this.ws();
      if (this.endOfStmt(close)) return;
      const b = this.i;
      this.value(ctx, null, close);
      if (this.i === b) this.i++;
    }
  }
  command(p, n, close, ctx) {
    const ck = this.ck,
      cmd = p[p.length - 1],
      menu = p.slice(0, -1),
      full = "/" + p.join("/"),
      A = n.$;
    const inner = menu.length ? menu : ctx; // [find] inside resolves in the command's menu
    let pos = 0,
      prefix = "";
    const names = Object.keys(A);
    const rootCmd = p.length === 1;
    while (this.i < this.s.length) {
      this.ws();
      if (this.endOfStmt(close)) break;
      const at = this.i;
      let c = this.s[this.i];
      if (EXPR_CMDS.has(cmd) && !rootCmd) {
        this.expr(inner, close, menu);
        break;
      }
      if (c === "#" && /[\s;]/.test(this.s[at - 1] || "")) {
        // inline comment is a console error inside a command; tolerate
        this.comment();
        break;
      }
      let neg = false;
      if (c === "!" && /[a-z.]/i.test(this.s[this.i + 1] || "")) {
        neg = true;
        this.i++;
      }
      const m = /^(\.?[A-Za-z][A-Za-z0-9_.\-]*|\.[a-z]+)/.exec(this.s.slice(this.i, this.i + 120));
      if (m) {
        let k = m[1];
        const after = this.s[this.i + k.length];
        const a2 = this.s[this.i + k.length + 1];
        const isAssign = after === "=" && !(rootCmd && (cmd === "put" || cmd === "return"));
        const isEnd =
          after === undefined ||
          /[\s;\]}]/.test(after) ||
          (after === "\\" && /\r?\n/.test(this.s.slice(this.i + k.length + 1, this.i + k.length + 3)));
        if (k === "where" && isEnd && own(A, "where")) {
          this.i += 5;
          this.expr(inner, close, menu);
          break;
        }
        if (isAssign || (neg && isEnd)) {
          let name = k;
          if (name[0] === "." && prefix && own(A, prefix + name))
            name = prefix + name; // "configuration.mode=ap .ssid=x"
          else if (name[0] === "." && !own(A, name)) name = prefix + name;
          this.i += k.length;
          this.checkArg(at, full, A, name, names, cmd, rootCmd);
          const d = name.lastIndexOf(".");
          if (d > 0) prefix = name.slice(0, d);
          if (isAssign) {
            this.i++;
            this.ws0();
            const v0 = this.i;
            this.value(inner, { name, cmd, rootCmd }, close);
            this.checkEnum(at, full, p, name, this.s.slice(v0, this.i));
          }
          continue;
        }
        if (
          isEnd &&
          own(A, k) &&
          !(rootCmd && (cmd === "put" || cmd === "local" || cmd === "global" || cmd === "set"))
        ) {
          this.i += k.length;
          continue;
        } // flag
        if (isEnd && !rootCmd) {
          // bare word that is no known argument
          const nums = own(A, "numbers") || own(A, "number");
          const max =
            POSITIONAL[cmd] !== undefined
              ? nums
                ? POSITIONAL[cmd]
                : cmd === "get"
                  ? 1
                  : 0
              : cmd === "add" || cmd === "print"
                ? 0
                : 99;
          if (pos >= max) {
            const r = names.filter((x) => x.startsWith(k));
            if (r.length === 1 && cmd === "print") this.abbr(at, [k, r[0], full]);
            else this.err(at, full, `unexpected word '${k}'` + near(k, names));
          } else if (cmd === "get" && pos > 0 && ck.o.values) this.checkProp(at, menu, k);
          this.i += k.length;
          pos++;
          continue;
        }
      }
      if (neg) {
        /* expression positional */
      }
      pos++;
      const b = this.i;
      this.value(inner, { name: null, cmd, rootCmd, pos }, close);
      if (this.i === b) this.i++;
    }
  }
  ws0() {
    // spaces after '=' are tolerated by the console only for line continuation
    const n = this.s[this.i] === "\\" ? this.cont() : 0;
    this.i += n;
  }
  checkArg(at, full, A, name, names, cmd, rootCmd) {
    if (own(A, name)) return;
    if (
      rootCmd &&
      (cmd === "local" || cmd === "global" || cmd === "set" || cmd === "put" || cmd === "return" || cmd === "parse")
    )
      return;
    if (cmd === "run" && full === "/system/script/run") return; // script parameters
    if (name === "without-paging" || name === ".id") return;
    if (HW_ARGS.includes(name)) {
      this.err(at, full, `argument '${name}' exists only on some boards: not in the CHR schema`, "warning");
      return;
    }
    const r = names.filter((x) => x.startsWith(name));
    if (r.length === 1) {
      if (!this.ck.o.allowAbbrev)
        this.err(
          at,
          full,
          `argument '${name}' is an abbreviation of '${r[0]}': the console accepts it, the API does not`,
        );
      return;
    }
    this.err(
      at,
      full,
      `unknown argument '${name}'` + (r.length ? ` (ambiguous: ${r.slice(0, 5).join(", ")})` : near(name, names)),
    );
  }
  checkEnum(at, full, p, name, raw) {
    if (!this.ck.o.values) return;
    const E = loadValues().enums,
      q = p.join("/");
    const list = (E[q] && E[q][name]) || (q.endsWith("/set") && E[q.replace(/set$/, "add")]?.[name]);
    if (!list || list.length < 2 || !(CLOSED.has(name) || (list.includes("yes") && list.includes("no")))) return;
    let v = raw.trim();
    if (/[$[({]/.test(v)) return;
    v = v.replace(/^"|"$/g, "");
    for (const x of v.split(",")) {
      const y = x.replace(/^!/, "");
      if (y && !list.includes(y) && !/^[\d:.\/\-smhdw]+$/.test(y) && list.every((z) => !/^[A-Z]/.test(z)))
        this.err(at, full, `value '${y}' of '${name}' not among known: ${list.slice(0, 12).join("|")}`, "warning");
    }
  }
  checkProp(at, menu, k) {
    const M = loadValues().menus[menu.join("/")];
    if (!M) return;
    if (own(M, k) || k === ".id" || k === ".nextid" || k === "where") return;
    if (["dynamic", "disabled", "invalid", "running", "active", "inactive", "numbers", "number", "comment"].includes(k))
      return;
    this.err(
      at,
      "/" + menu.join("/"),
      `property '${k}' not known in this menu (7.22.3)` + near(k, Object.keys(M)),
      "warning",
    );
  }
  // one value: adjacent pieces until whitespace / end of statement
  value(ctx, arg, close) {
    const s = this.s;
    let started = false;
    while (this.i < s.length) {
      const c = s[this.i];
      if (c === '"') {
        const at = this.i;
        const inner = this.string(ctx);
        const lone = !started && /[\s;\]}]|^$/.test(s[this.i] ?? "");
        if (
          lone &&
          arg &&
          QUOTED_CODE.has(arg.name) &&
          !(arg.rootCmd && arg.cmd === "onerror") &&
          /[\/:\n]/.test(inner) &&
          inner.length > 3
        )
          this.nested(inner, at, arg);
        if (
          lone &&
          arg &&
          arg.name === null &&
          arg.rootCmd &&
          (arg.cmd === "parse" || arg.cmd === "execute") &&
          arg.pos === 1
        )
          this.nested(inner, at, arg);
        started = true;
        continue;
      }
      if (c === "[") {
        this.i++;
        this.block(ctx, "]");
        started = true;
        continue;
      }
      if (c === "(") {
        this.paren(ctx);
        started = true;
        continue;
      }
      if (c === "{") {
        const code =
          arg &&
          ((arg.name && CODE_ARGS.has(arg.name)) ||
            (arg.name === "in" && arg.cmd === "onerror") ||
            (arg.name === null && arg.rootCmd && CODE_POS.has(arg.cmd)));
        this.i++;
        if (code) this.block(ctx, "}");
        else this.array(ctx, arg && arg.rootCmd === undefined);
        started = true;
        continue;
      }
      if (c === "$") {
        this.i++;
        if (s[this.i] === '"') {
          this.i++;
          const e = s.indexOf('"', this.i);
          this.i = e < 0 ? s.length : e + 1;
        } else {
          const m = /^[A-Za-z0-9_]+/.exec(s.slice(this.i, this.i + 100));
          if (m) this.i += m[0].length;
        }
        started = true;
        continue;
      }
      if (c === "\\") {
        const n = this.cont();
        if (n) {
          // continuation ends the word only if next token is separated
          const glue = !/[ \t]/.test(s[this.i - 1] || "");
          this.i += n;
          if (!glue) return;
          const prevEq = true;
          if (started && !prevEq) return;
          if (
            /[A-Za-z0-9.!-]/.test(s[this.i] || "") &&
            /^[A-Za-z][A-Za-z0-9_.\-]*=/.test(s.slice(this.i, this.i + 80)) &&
            started
          )
            return;
          continue;
        }
        this.i += 2;
        started = true;
        continue;
      }
      if (c === " " || c === "\t" || c === "\r" || c === "\n" || c === ";" || c === "]" || c === "}") return;
      if (c === ")") {
        this.i++;
        return;
      }
      this.i++;
      started = true;
    }
  }
  nested(code, at, arg) {
    const sub = new Parser(code, 1, this.line(at), this.ck);
    sub.nestedIn = true;
    sub.block([], null);
  }
  string(ctx) {
    // at '"'; returns unescaped text, checks $[...] inside
    const s = this.s;
    this.i++;
    let o = "";
    while (this.i < s.length) {
      const c = s[this.i];
      if (c === '"') {
        this.i++;
        return o;
      }
      if (c === "\\") {
        const n = this.cont();
        if (n) {
          this.i += n;
          continue;
        }
        const d = s[this.i + 1];
        const map = {
          n: "\n",
          r: "\r",
          t: "\t",
          '"': '"',
          "\\": "\\",
          $: "$",
          "?": "?",
          _: " ",
          a: "",
          b: "",
          f: "",
          v: "",
        };
        if (/[0-9A-F]/.test(d || "") && /[0-9A-F]/.test(s[this.i + 2] || "")) {
          o += String.fromCharCode(parseInt(s.substr(this.i + 1, 2), 16));
          this.i += 3;
          continue;
        }
        if (d !== undefined && own(map, d)) o += map[d];
        else this.err(this.i, "", `unknown escape '\\${d ?? ""}' in string`);
        this.i += 2;
        continue;
      }
      if (c === "$" && s[this.i + 1] === "[") {
        this.i += 2;
        this.block(ctx, "]");
        o += "x";
        continue;
      }
      if (c === "$" && s[this.i + 1] === "(") {
        this.i += 1;
        this.paren(ctx);
        o += "x";
        continue;
      }
      o += c;
      this.i++;
    }
    this.err(this.i, "", "unterminated string");
    return o;
  }
  paren(ctx) {
    // '(' expression ')'
    const at = this.i;
    this.i++;
    while (this.i < this.s.length) {
      const c = this.s[this.i];
      if (c === ")") {
        this.i++;
        return;
      }
      this.exprPiece(ctx);
    }
    this.err(at, "", "missing ')'");
  }
  exprPiece(ctx) {
    const c = this.s[this.i];
    if (c === '"') this.string(ctx);
    else if (c === "[") {
      this.i++;
      this.block(ctx, "]");
    } else if (c === "(") this.paren(ctx);
    else if (c === "{") {
      this.i++;
      this.array(ctx);
    } else if (c === "$" && this.s[this.i + 1] === '"') {
      this.i += 2;
      const e = this.s.indexOf('"', this.i);
      this.i = e < 0 ? this.s.length : e + 1;
    } else if (c === "\\") {
      const n = this.cont();
      this.i += n || 2;
    } else this.i++;
  }
  array(ctx) {
    // after '{': array literal
    const at = this.i;
    let fresh = true;
    while (this.i < this.s.length) {
      const c = this.s[this.i];
      if (c === "}") {
        this.i++;
        return;
      }
      if (c === "#" && fresh) {
        this.comment();
        continue;
      }
      if (c === ";" || c === "\n") {
        fresh = true;
        this.i++;
        continue;
      }
      if (!/[ \t\r]/.test(c)) fresh = false;
      this.exprPiece(ctx);
    }
    this.err(at, "", "missing '}'");
  }
  expr(ctx, close, menu) {
    // where / find expression to end of statement
    while (this.i < this.s.length) {
      this.ws();
      if (this.endOfStmt(close)) return;
      const at = this.i,
        prev = this.s[at - 1];
      const m = /^[A-Za-z.][A-Za-z0-9_.\-]*/.exec(this.s.slice(at, at + 100));
      if (m && /[\s(!]/.test(prev || " ")) {
        const k = m[0],
          nx = this.s.slice(at + k.length).match(/^\s*(=|!=|~|<|>|\))/);
        this.i += k.length;
        if (nx && !["and", "or", "in", "where", "not", "true", "false", "yes", "no"].includes(k) && this.ck.o.values)
          this.checkProp(at, menu, k);
        const op = /^(=|!=|~|<=|>=|<|>)/.exec(this.s.slice(this.i));
        if (op) {
          this.i += op[0].length;
          this.value(ctx, null, close);
        }
        continue;
      }
      const b = this.i;
      this.exprPiece(ctx);
      if (this.i === b) this.i++;
    }
  }
}

export function checkScript(text, version, opts = {}) {
  const ck = new Checker(version, opts);
  ck.run(text.replace(/^\uFEFF/, ""));
  return ck.out.sort((a, b) => a.line - b.line);
}

const API_ONLY = new Set(["getall", "listen", "cancel", "login", "quit"]);
const API_PRINT = new Set([
  ".proplist",
  "follow",
  "follow-only",
  "interval",
  "stats",
  "detail",
  "count-only",
  "once",
  "as-value",
  "without-paging",
  "where",
  "from",
  "terse",
  "brief",
  "value-list",
  "show-ids",
  "numbers",
]);
export function checkApi(words, version, opts = {}) {
  const out = [];
  const rep = (p, message, severity = "error") => out.push({ line: 1, path: p, message, severity });
  if (!Array.isArray(words) || !words.length || typeof words[0] !== "string") {
    rep("", "sentence must be a non-empty array of words");
    return out;
  }
  const cmd = words[0];
  if (cmd[0] !== "/") {
    rep(cmd, "command word must start with '/'");
    return out;
  }
  if (/\s/.test(cmd)) {
    rep(cmd, 'blanks in a command word: the API separates path parts by "/" only');
    return out;
  }
  const parts = cmd.split("/").filter(Boolean);
  let n = load(version),
    A = null,
    isRoot = parts.length === 1;
  const menu = parts.slice(0, -1).join("/");
  const last = parts[parts.length - 1];
  if (isRoot && (last === "cancel" || last === "login" || last === "quit"))
    A = last === "login" ? { name: 0, password: 0, response: 0 } : last === "cancel" ? { tag: 0 } : {};
  else {
    for (let k = 0; k < parts.length; k++) {
      const nx = n.$ ? undefined : n[parts[k]];
      if (!nx) {
        if (k === parts.length - 1 && (parts[k] === "listen" || parts[k] === "getall") && !n.$ && n.print) {
          n = n.print;
          break;
        }
        rep(
          cmd,
          `unknown ${k === parts.length - 1 ? "command" : "menu"} '${parts[k]}'` +
            near(
              parts[k],
              Object.keys(n).filter((x) => x !== "$"),
            ),
        );
        return out;
      }
      n = nx;
    }
    if (!n.$) {
      rep(cmd, "path is a menu, not a command (add /print, /add, /set …)");
      return out;
    }
    A = n.$;
  }
  const isPrint = ["print", "listen", "getall"].includes(last);
  for (const w of words.slice(1)) {
    if (w === "") {
      rep(cmd, "empty word inside a sentence ends it early");
      continue;
    }
    if (w.startsWith(".tag=")) continue;
    if (w[0] === "?") {
      if (!isPrint) rep(cmd, `query word '${w}' only works with print/listen/getall`);
      const q = /^\?[-=<>#]?(.*)$/.exec(w)[1].split("=")[0];
      if (opts.values && w[1] !== "#" && q) prop(q);
      continue;
    }
    const m = /^=([^=]+)=([\s\S]*)$/.exec(w) || /^=([^=]+)$/.exec(w);
    if (!m) {
      rep(cmd, `malformed word '${w}' (want =name=value, ?query or .tag=)`);
      continue;
    }
    const k = m[1];
    if (k === ".proplist" && isPrint) {
      if (opts.values) for (const x of (m[2] || "").split(",")) prop(x);
      continue;
    }
    if (own(A, k) || (isPrint && API_PRINT.has(k))) continue;
    if (k === ".id" && (own(A, "numbers") || own(A, "number") || isPrint)) continue;
    if (k.startsWith("!") && own(A, k.slice(1))) continue;
    if (k[0] === ".") {
      if (k === ".proplist" || k === ".query") continue;
    }
    rep(cmd, `unknown argument '${k}'` + near(k, Object.keys(A)));
  }
  function prop(x) {
    const M = loadValues().menus[menu];
    if (M && !own(M, x) && !x.startsWith(".") && !["dynamic", "disabled", "invalid", "running"].includes(x))
      rep(cmd, `property '${x}' not known (7.22.3)` + near(x, Object.keys(M)), "warning");
  }
  return out;
}

function main(argv) {
  let version = null,
    api = false,
    json = false;
  const files = [],
    opts = {};
  for (let k = 0; k < argv.length; k++) {
    const a = argv[k];
    if (a === "--version") version = argv[++k];
    else if (a === "--api") api = true;
    else if (a === "--json") json = true;
    else if (a === "--allow-abbrev") opts.allowAbbrev = true;
    else if (a === "--values") opts.values = true;
    else if (a === "--list") {
      console.log(versions().join("\n"));
      return 0;
    } else files.push(a);
  }
  if (!version || !files.length) {
    console.error("usage: rsc-check.mjs --version <7.x|all> [--api] [--allow-abbrev] [--values] [--json] file...");
    return 2;
  }
  const vs = version === "all" ? versions() : version.split(",");
  let bad = 0;
  const all = [];
  for (const f of files) {
    const text = fs.readFileSync(f === "-" ? 0 : f, "utf8");
    for (const v of vs) {
      let r = [];
      if (api)
        text.split("\n").forEach((l, n) => {
          if (!l.trim() || l.trim()[0] === "#") return;
          let w;
          try {
            w = JSON.parse(l);
          } catch {
            r.push({ line: n + 1, path: "", message: "not JSON", severity: "error" });
            return;
          }
          for (const e of checkApi(w, v, opts)) r.push({ ...e, line: n + 1 });
        });
      else r = checkScript(text, v, opts);
      for (const e of r) {
        if (e.severity !== "warning") bad++;
        if (json) all.push({ file: f, version: v, ...e });
        else console.log(`${f}:${e.line}: [${v}] ${e.severity} ${e.path}: ${e.message}`);
      }
    }
  }
  if (json) console.log(JSON.stringify(all));
  return bad ? 1 : 0;
}
if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (e) {
    console.error(String(e.message || e));
    process.exitCode = 2;
  }
}
