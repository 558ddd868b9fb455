import { execFileSync } from "node:child_process";
import { codes } from "@karibu/protocol/radius/codes";
import { requestIsAuthentic, sealReply } from "@karibu/protocol/radius/seal";
import { expect, test } from "vitest";
import { findGateway } from "./gateway.ts";
import { agentNodeFlags } from "./node-flags.ts";
import { agentEnvironment, readOptions } from "./options.ts";
import { spawnComplaint } from "./spawn-complaint.ts";
import { answersStatusServer, buildStatusServer } from "./status-server.ts";

test("RFC 5997: a Status-Server request is one that the agent's own code takes for authentic", () => {
  const request = buildStatusServer("s3cret", 7);
  expect(requestIsAuthentic(request, "s3cret")).toBe(true);
  expect(requestIsAuthentic(request, "other")).toBe(false);
  expect(request.length).toBe(38);
  expect(request[0]).toBe(codes.statusServer);
});

test("an answer counts only with the right secret, for the very request", () => {
  const request = buildStatusServer("s3cret", 7);
  const attributes = [{ name: "replyMessage", value: "fine" } as const];
  const packet = { code: codes.accessAccept, id: 7, authenticator: new Uint8Array(16), attributes };
  const reply = sealReply(packet, request.subarray(4, 20), "s3cret");
  expect(answersStatusServer(reply, request, "s3cret")).toBe(true);
  expect(answersStatusServer(reply, request, "other")).toBe(false);
  expect(answersStatusServer(reply, buildStatusServer("s3cret", 7), "s3cret")).toBe(false);
  expect(answersStatusServer(reply, buildStatusServer("s3cret", 8), "s3cret")).toBe(false);
  expect(answersStatusServer(reply.subarray(0, 19), request, "s3cret")).toBe(false);
  expect(answersStatusServer(new Uint8Array(0), request, "s3cret")).toBe(false);
});

test("the router is the gateway of the default route", () => {
  const table = [
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
    "eth0\t00FF1FAC\t00000000\t0001\t0\t0\t0\tFCFFFFFF\t0\t0\t0",
    "eth0\t00000000\t01FF1FAC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
  ].join("\n");
  expect(findGateway(table)).toBe("172.31.255.1");
  expect(findGateway("")).toBe(null);
});

test("options and ports that can't be right are refused by name", () => {
  expect(readOptions(["--proof-ms=soon"], {})).toBe('--proof-ms must be a whole number, not "soon"');
  expect(readOptions(["--what"], {})).toBe("--what is not an option of the launcher");
  expect(readOptions([], { KARIBU_HTTP_PORT: "0" })).toBe('KARIBU_HTTP_PORT must be from 1 to 65535, not "0"');
  expect(readOptions(["--proof-ms=500"], {})).toMatchObject({
    limits: { proofMs: 500, missesMax: 3 },
    data: "/data",
    targets: { httpPort: 80, radiusAuthPort: 1812, radiusAcctPort: 1813, radiusSecret: null },
  });
});

test("inside a container CoA goes to the gateway, unless a setting says otherwise", () => {
  const options = readOptions([], {});
  if (typeof options === "string") throw new Error(options);
  expect(agentEnvironment({}, options, "172.31.255.1")).toMatchObject({
    KARIBU_COA_HOST: "172.31.255.1",
    KARIBU_DATA: "/data",
    KARIBU_HTTP_PORT: "80",
  });
  const own = agentEnvironment({ KARIBU_COA_HOST: "10.0.0.1" }, options, "172.31.255.1");
  expect(own.KARIBU_COA_HOST).toBe("10.0.0.1");
});

test("if a program can't start because /dev/null is missing, the error does not say that the program is missing", () => {
  const error = new Error("spawn /bin/node ENOENT");
  const there = (...paths: string[]) => spawnComplaint(error, "/bin/node", (path) => paths.includes(path));
  expect(there("/bin/node")).toBe("spawn /bin/node ENOENT: there is no /dev/null");
  expect(there("/dev/null")).toBe("spawn /bin/node ENOENT: there is no /bin/node");
  expect(there("/bin/node", "/dev/null")).toBe("spawn /bin/node ENOENT");
});

const withMaglev = ["--maglev", "--no-maglev-inlining", "--no-concurrent-recompilation", "--sparkplug"];

test.each([
  ["the smallest board", 256, ["--no-maglev", "--sparkplug"]],
  ["512 MB", 512, ["--no-maglev", "--sparkplug"]],
  ["1 GB, of which the kernel keeps a part", 940, withMaglev],
  ["1 GB", 1024, withMaglev],
  ["4 GB", 4096, withMaglev],
  ["a board whose memory is not known", 0, ["--no-maglev", "--sparkplug"]],
])(
  "%s: the compilers that its memory bears, never the optimising one, and Node takes the flags",
  (_, megabytes, compilers) => {
    const flags = agentNodeFlags(megabytes * 2 ** 20);
    expect(flags.filter((flag) => /maglev|sparkplug|recompilation/.test(flag))).toEqual(compilers);
    expect(flags).toContain("--no-opt");
    expect(execFileSync(process.execPath, [...flags, "-p", "6 * 7"]).toString()).toBe("42\n");
  },
);
