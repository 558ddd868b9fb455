import { createHash } from "node:crypto";
import { bytes, kbps, seconds } from "@karibu/protocol/quantities";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes } from "@karibu/protocol/radius/codes";
import { describe, expect, test } from "vitest";
import { authenticatorResponse, mppeKeys, ntResponse, unsaltKey } from "../wire/ms-chap.ts";
import {
  accountingRequest,
  createFakeAccess,
  createTestNas,
  messageAuthenticator,
  nasPeer,
  openLimits,
  papRequest,
  readReply,
  request,
  secret,
  valuesOf,
} from "./test-radius-nas.ts";

const first = <T>(list: readonly T[]): T | undefined => list[0];
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("[RAD-01] authentication", () => {
  test("PAP: the right password is accepted, a wrong one and an unknown user are rejected with a sentence", () => {
    const nas = createTestNas();
    const right = papRequest({ id: 1 });
    expect(readReply(first(nas.send("auth", right)), right).code).toBe(codes.accessAccept);
    const wrong = papRequest({ id: 2, password: "arctangens" });
    const reject = readReply(first(nas.send("auth", wrong)), wrong);
    expect(reject.code).toBe(codes.accessReject);
    expect(valuesOf(reject)).toMatchObject({ replyMessage: "That is not right." });
    const stranger = papRequest({ id: 3, user: "dory" });
    expect(readReply(first(nas.send("auth", stranger)), stranger).code).toBe(codes.accessReject);
    expect(nas.handler.counters).toMatchObject({ accessRequests: 3, accepts: 1, rejects: 2 });
    expect(nas.handler.counters.rejectsByReason).toEqual({ "wrong-password": 1, "unknown-user": 1 });
  });

  test("PAP: passwords of every length up to 128 octets fit, and those one octet longer do not", () => {
    const passwords = Object.fromEntries(
      Array.from({ length: 129 }, (_, length) => [`u${length}`, "é0".repeat(50).slice(0, length)]),
    );
    const nas = createTestNas({}, createFakeAccess(passwords));
    for (const [user, password] of Object.entries(passwords)) {
      if (Buffer.byteLength(password) > 127) continue;
      const right = papRequest({ id: 1, user, password });
      expect(readReply(first(nas.send("auth", right, { ...nasPeer, port: 1000 + password.length })), right).code).toBe(
        2,
      );
      const longer = papRequest({ id: 2, user, password: `${password}x` });
      expect(
        readReply(first(nas.send("auth", longer, { ...nasPeer, port: 1000 + password.length })), longer).code,
      ).toBe(3);
    }
  });

  const chap = (options: { id: number; password: string; challenge?: Uint8Array }): Buffer => {
    const authenticator = Uint8Array.from({ length: 16 }, (_, index) => (options.id * 16 + index) & 255);
    const response = createHash("md5")
      .update(Uint8Array.of(77))
      .update(options.password)
      .update(options.challenge ?? authenticator)
      .digest();
    const attributes: Attribute[] = [
      { name: "userName", value: "nemo" },
      { name: "chapPassword", value: Buffer.concat([Uint8Array.of(77), response]) },
    ];
    if (options.challenge !== undefined) attributes.push({ name: "chapChallenge", value: options.challenge });
    return request(codes.accessRequest, options.id, attributes);
  };

  test.each([
    ["the attribute", new Uint8Array(16).fill(9)],
    ["an attribute of unusual length", new Uint8Array(40).fill(3)],
    ["the authenticator", undefined],
  ])("CHAP with the challenge from %s", (_name, challenge) => {
    const nas = createTestNas();
    const right = chap({ id: 1, password: "arctangent", ...(challenge && { challenge }) });
    expect(readReply(first(nas.send("auth", right)), right).code).toBe(codes.accessAccept);
    const wrong = chap({ id: 2, password: "sine", ...(challenge && { challenge }) });
    expect(readReply(first(nas.send("auth", wrong)), wrong).code).toBe(codes.accessReject);
    expect(nas.access.seen[0]).toMatchObject({ clearPassword: null, passwordIsEmpty: false });
  });

  const exchange = {
    authenticatorChallenge: new Uint8Array(16).fill(0x5b),
    peerChallenge: new Uint8Array(16).fill(0x21),
    user: "nemo",
  };
  const msChap = (id: number, password: string): { packet: Buffer; response: Buffer } => {
    const response = ntResponse(exchange, password);
    const value = Buffer.concat([Uint8Array.of(5, 0), exchange.peerChallenge, new Uint8Array(8), response]);
    const packet = request(codes.accessRequest, id, [
      { name: "userName", value: "nemo" },
      { name: "serviceType", value: 2 },
      { name: "framedProtocol", value: 1 },
      { name: "msChapChallenge", value: exchange.authenticatorChallenge },
      { name: "msChap2Response", value },
      messageAuthenticator,
    ]);
    return { packet, response };
  };

  test("[RAD-10] MS-CHAPv2 for PPPoE: the success string proves the password, and both MPPE keys come along", () => {
    const nas = createTestNas();
    const { packet, response } = msChap(1, "arctangent");
    const accept = readReply(first(nas.send("auth", packet)), packet);
    expect(accept.code).toBe(codes.accessAccept);
    const values = valuesOf(accept);
    const proof = authenticatorResponse({ ...exchange, ntResponse: response }, "arctangent");
    expect(Buffer.from(values.msChap2Success as Uint8Array).toString("latin1")).toBe(`\x05${proof}`);
    const keys = mppeKeys({ ntResponse: response }, "arctangent");
    const authenticator = packet.subarray(4, 20);
    expect(unsaltKey(values.msMppeSendKey as Uint8Array, authenticator, secret)).toEqual(keys.send);
    expect(unsaltKey(values.msMppeRecvKey as Uint8Array, authenticator, secret)).toEqual(keys.receive);
    const saltOf = (key: unknown) => Buffer.from(key as Uint8Array).readUInt16BE(0);
    expect(saltOf(values.msMppeSendKey), "RFC 2548 §2.4.2: no two in a packet").not.toBe(saltOf(values.msMppeRecvKey));
    expect(values).toMatchObject({ serviceType: 2, framedProtocol: 1 });
    expect(nas.access.seen[0]).toMatchObject({ service: "ppp", user: "nemo" });
  });

  test("MS-CHAPv2: a wrong password gets error 691 behind the client's ident", () => {
    const nas = createTestNas();
    const { packet } = msChap(1, "sine");
    const reject = readReply(first(nas.send("auth", packet)), packet);
    expect(reject.code).toBe(codes.accessReject);
    const error = valuesOf(reject).msChapError as Uint8Array;
    expect(error[0]).toBe(5);
    expect(Buffer.from(error.subarray(1)).toString()).toMatch(/^E=691 R=0 C=[0-9A-F]{32} V=3 M=That is not right\.$/);
  });

  test("MS-CHAPv2: a sentence that is longer than an attribute is cut, and the reject arrives", () => {
    const access = createFakeAccess();
    access.logIn = () => ({ kind: "reject", reason: "expired", message: "Samahani, muda wako umeisha. ".repeat(20) });
    const { packet } = msChap(1, "arctangent");
    const reject = readReply(first(createTestNas({}, access).send("auth", packet)), packet);
    expect(reject.code).toBe(codes.accessReject);
    const error = Buffer.from(valuesOf(reject).msChapError as Uint8Array);
    expect([error.length, error.toString("utf8", 1)]).toEqual([
      247,
      expect.stringMatching(/^E=649 .* M=Samahani, muda/),
    ]);
  });

  test("an empty password may be left out; a kind of password that we can't check is not an empty one", () => {
    const nas = createTestNas();
    const user: Attribute = { name: "userName", value: "empty" };
    const answers = [
      papRequest({ id: 1, user: "empty", password: "" }),
      request(codes.accessRequest, 2, [user]),
      request(codes.accessRequest, 3, [user, { name: "eapMessage", value: Uint8Array.of(2, 0, 0, 4) }]),
      request(codes.accessRequest, 4, [user, { name: "msChapResponse", value: new Uint8Array(50) }]),
      request(codes.accessRequest, 5, [user, { name: "msChap2Response", value: new Uint8Array(50) }]),
      request(codes.accessRequest, 6, [user, { name: "arapPassword", value: new Uint8Array(16) }]),
    ].map((packet) => readReply(first(nas.send("auth", packet)), packet).code);
    expect(answers).toEqual([2, 2, 3, 3, 3, 3]);
    expect(nas.access.seen.map((seen) => seen.passwordIsEmpty)).toEqual([true, true, false, false, false, false]);
  });

  test("the user, the device and the place are read as RouterOS' hotspot sends them", () => {
    const nas = createTestNas();
    nas.send(
      "auth",
      papRequest({
        more: [
          { name: "callingStationId", value: "02-1a-2b-3c-4d-5e" },
          { name: "framedIpAddress", value: "10.5.0.20" },
          { name: "acctSessionId", value: "81200007" },
          { name: "nasIdentifier", value: "lobby" },
          { name: "nasIpAddress", value: "10.5.0.1" },
          { name: "wisprLogoffUrl", value: "http://10.5.0.1/logout" },
        ],
      }),
    );
    nas.send(
      "auth",
      papRequest({
        id: 2,
        more: [
          { name: "mikrotikHostIp", value: "10.5.0.21" },
          { name: "nasIpAddress", value: "10.5.0.1" },
        ],
      }),
    );
    nas.send("auth", papRequest({ id: 3, more: [{ name: "callingStationId", value: "10.9.9.9" }] }));
    expect(nas.access.seen[0]).toMatchObject({
      nas: "lobby",
      service: "hotspot",
      user: "nemo",
      clearPassword: "arctangent",
      mac: "02:1A:2B:3C:4D:5E",
      address: "10.5.0.20",
      sessionId: "81200007",
    });
    expect(nas.access.seen[1]).toMatchObject({ nas: "10.5.0.1", address: "10.5.0.21", mac: null });
    expect(nas.access.seen[2]).toMatchObject({ nas: nasPeer.address, mac: null, sessionId: null });
  });

  test("two kinds of password in one request are read as neither", () => {
    const nas = createTestNas();
    expect(nas.send("auth", papRequest({ more: [{ name: "chapPassword", value: new Uint8Array(17) }] }))).toEqual([]);
    expect(nas.handler.counters.malformed["several-credentials"]).toBe(1);
  });
});

describe("[RAD-02] what an accept carries", () => {
  const accepted = (limits: Partial<typeof openLimits>) => {
    const access = createFakeAccess();
    access.limits = { ...openLimits, ...limits };
    const nas = createTestNas({}, access);
    const packet = papRequest();
    const reply = readReply(first(nas.send("auth", packet)), packet);
    const values = valuesOf(reply);
    expect(reply.attributes, "no attribute stands twice").toHaveLength(Object.keys(values).length);
    return values;
  };

  test("every limit, in the router's terms: upload first, bytes over 4 GiB in two attributes", () => {
    const values = accepted({
      sessionSeconds: seconds(3600),
      idleSeconds: seconds(300),
      totalBytes: bytes(5 * 2 ** 32 + 7),
      downKbps: 5000,
      upKbps: 2500,
      burst: {
        downKbps: kbps(8000),
        upKbps: kbps(4000),
        thresholdDownKbps: kbps(3000),
        thresholdUpKbps: kbps(1500),
        seconds: seconds(10),
      },
      devices: 3,
      interimSeconds: seconds(300),
    });
    expect(values).toEqual({
      messageAuthenticator: expect.any(Uint8Array),
      class: new TextEncoder().encode("a.nemo"),
      sessionTimeout: 3600,
      idleTimeout: 300,
      acctInterimInterval: 300,
      portLimit: 3,
      mikrotikRateLimit: "2500k/5M 4M/8M 1500k/3M 10/10",
      mikrotikTotalLimit: 7,
      mikrotikTotalLimitGigawords: 5,
    });
  });

  test("customers of one speed in a row have each the burst of their own plan", () => {
    const access = createFakeAccess();
    const nas = createTestNas({}, access);
    const burst = {
      ...{ downKbps: kbps(8000), upKbps: kbps(4000), thresholdDownKbps: kbps(3000), thresholdUpKbps: kbps(1500) },
      seconds: seconds(10),
    };
    const rateOf = (id: number, of: typeof openLimits.burst) => {
      access.limits = { ...openLimits, downKbps: 5000, upKbps: 2500, burst: of };
      const packet = papRequest({ id });
      return valuesOf(readReply(first(nas.send("auth", packet)), packet)).mikrotikRateLimit;
    };
    expect(rateOf(1, burst)).toBe("2500k/5M 4M/8M 1500k/3M 10/10");
    expect(rateOf(2, null)).toBe("2500k/5M");
    expect(rateOf(3, { ...burst, downKbps: kbps(9000) })).toBe("2500k/5M 4M/9M 1500k/3M 10/10");
    // The fields are told apart by their places: a least rate brings RouterOS' own priority with it.
    expect(rateOf(4, { ...burst, priority: 3 })).toBe("2500k/5M 4M/8M 1500k/3M 10/10 3");
    const least = { minDownKbps: kbps(1000), minUpKbps: kbps(256) };
    expect(rateOf(5, { ...burst, ...least })).toBe("2500k/5M 4M/8M 1500k/3M 10/10 8 256k/1M");
    expect(rateOf(6, { ...burst, minUpKbps: kbps(256) })).toBe("2500k/5M 4M/8M 1500k/3M 10/10 8 256k/0");
  });

  test("no limit leaves no attribute", () => {
    expect(Object.keys(accepted({})).sort()).toEqual([
      "acctInterimInterval",
      "class",
      "messageAuthenticator",
      "portLimit",
    ]);
  });

  test("nothing left is still one second and one byte, for zero would mean no limit", () => {
    const values = accepted({ sessionSeconds: seconds(0), totalBytes: bytes(0), downKbps: 1000 });
    expect(values).toMatchObject({ sessionTimeout: 1, mikrotikTotalLimit: 1, mikrotikRateLimit: "0/1M" });
  });

  test("Message-Authenticator comes first in every Access reply, whatever the request had", () => {
    const nas = createTestNas();
    for (const [id, password] of [
      [1, "arctangent"],
      [2, "sine"],
    ] as const) {
      const packet = papRequest({ id, password });
      const reply = readReply(first(nas.send("auth", packet)), packet);
      expect(first(reply.attributes)).toMatchObject({ name: "messageAuthenticator" });
    }
  });

  test("Proxy-State comes back complete and in order, on accept, reject and accounting", () => {
    const nas = createTestNas();
    const more: Attribute[] = ["one", "two", "three"].map((text) => ({ name: "proxyState", value: Buffer.from(text) }));
    const asked = [
      papRequest({ id: 1, more }),
      papRequest({ id: 2, password: "sine", more }),
      accountingRequest({ id: 3, more }),
    ];
    asked.forEach((packet, index) => {
      const reply = readReply(first(nas.send(index === 2 ? "acct" : "auth", packet)), packet);
      const states = reply.attributes.filter((each) => "name" in each && each.name === "proxyState");
      expect(states.map((each) => Buffer.from(each.value as Uint8Array).toString())).toEqual(["one", "two", "three"]);
    });
  });

  test("a reply that would be longer than a packet is dropped and counted", () => {
    const nas = createTestNas();
    const more: Attribute[] = Array.from({ length: 15 }, () => ({ name: "proxyState", value: new Uint8Array(253) }));
    more.push({ name: "proxyState", value: new Uint8Array(220) });
    expect(nas.send("auth", papRequest({ more }))).toEqual([]);
    expect(nas.handler.counters.malformed["reply-too-long"]).toBe(1);
  });

  test("a long sentence in a reject arrives whole", () => {
    const access = createFakeAccess();
    const message = "Samahani, muda wako umeisha. ".repeat(20);
    access.logIn = () => ({ kind: "reject", reason: "expired", message });
    const nas = createTestNas({}, access);
    const packet = papRequest();
    expect(valuesOf(readReply(first(nas.send("auth", packet)), packet)).replyMessage).toBe(message);
  });
});

describe("[RAD-03] accounting", () => {
  test("counters are joined with their gigawords, Class brings the grant back, the cause has its name", () => {
    const nas = createTestNas();
    const packet = accountingRequest({
      status: "stop",
      more: [
        { name: "class", value: Buffer.from("a.nemo") },
        { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" },
        { name: "framedIpAddress", value: "10.5.0.20" },
        { name: "acctInputOctets", value: 5 },
        { name: "acctInputGigawords", value: 2 },
        { name: "acctOutputOctets", value: 0xffffffff },
        { name: "acctSessionTime", value: 61 },
        { name: "acctDelayTime", value: 4 },
        { name: "acctTerminateCause", value: 5 },
      ],
    });
    const reply = readReply(first(nas.send("acct", packet)), packet);
    expect(reply).toMatchObject({ code: codes.accountingResponse, attributes: [] });
    expect(nas.access.reports).toEqual([
      {
        status: "stop",
        service: "hotspot",
        nas: "lobby",
        router: "10.5.0.1#lobby",
        sessionId: "81000001",
        user: "nemo",
        grantId: "a.nemo",
        mac: "02:1A:2B:3C:4D:5E",
        address: "10.5.0.20",
        inputBytes: 2 * 2 ** 32 + 5,
        outputBytes: 2 ** 32 - 1,
        sessionSeconds: 61,
        delaySeconds: 4,
        cause: "session-timeout",
      },
    ]);
  });

  test("start and interim carry no cause; a Message-Authenticator is checked and answered with one", () => {
    const nas = createTestNas();
    const start = accountingRequest({ id: 1, more: [{ name: "acctTerminateCause", value: 1 }, messageAuthenticator] });
    expect(first(readReply(first(nas.send("acct", start)), start).attributes)).toMatchObject({
      name: "messageAuthenticator",
    });
    nas.send("acct", accountingRequest({ id: 2, status: "interim" }));
    expect(nas.access.reports.map((report) => [report.status, report.cause])).toEqual([
      ["start", null],
      ["interim", null],
    ]);
  });

  test("every Class comes along: a proxy on the way puts its own before ours", () => {
    const nas = createTestNas();
    const classes: Attribute[] = ["ai:0011", "a.nemo"].map((value) => ({ name: "class", value: Buffer.from(value) }));
    nas.send("acct", accountingRequest({ id: 1, more: classes }));
    nas.send("acct", accountingRequest({ id: 2, more: classes.slice(1) }));
    expect(nas.access.reports).toMatchObject([{ grantId: "ai:0011", otherClasses: ["a.nemo"] }, { grantId: "a.nemo" }]);
    expect(nas.access.reports[1]).not.toHaveProperty("otherClasses");
  });

  test("Accounting-On and -Off report that the router restarted", () => {
    const nas = createTestNas();
    for (const [id, status] of [
      [1, "on"],
      [2, "off"],
    ] as const) {
      const packet = accountingRequest({ id, status });
      expect(readReply(first(nas.send("acct", packet)), packet).code).toBe(codes.accountingResponse);
    }
    const again = accountingRequest({ id: 3, status: "on", more: [{ name: "acctDelayTime", value: 12 }] });
    nas.send("acct", again);
    expect(nas.access.restarts).toEqual(["lobby", "lobby", "lobby 12 s ago"]);
    expect(nas.access.reports).toEqual([]);
  });

  test.each([
    ["missing-status-type", [{ name: "acctSessionId", value: "1" }]],
    ["missing-session-id", [{ name: "acctStatusType", value: 1 }]],
    [
      "unknown-status-type",
      [
        { name: "acctStatusType", value: 9 },
        { name: "acctSessionId", value: "1" },
      ],
    ],
    [
      "counter-range",
      [
        { name: "acctStatusType", value: 3 },
        { name: "acctSessionId", value: "1" },
        { name: "acctInputGigawords", value: 2 ** 31 },
      ],
    ],
  ] as [keyof ReturnType<typeof createTestNas>["handler"]["counters"]["malformed"], Attribute[]][])(
    "%s is dropped and counted",
    (reason, attributes) => {
      const nas = createTestNas();
      expect(nas.send("acct", request(codes.accountingRequest, 1, attributes))).toEqual([]);
      expect(nas.handler.counters.malformed[reason]).toBe(1);
      expect(nas.access.reports).toEqual([]);
    },
  );
});

describe("secrets", () => {
  test("a wrong secret is met with silence wherever it can be seen, and said in the log once a minute", () => {
    const nas = createTestNas();
    expect(nas.send("auth", papRequest({ id: 1, secret: "other", more: [messageAuthenticator] }))).toEqual([]);
    expect(nas.send("acct", accountingRequest({ id: 2, secret: "other" }))).toEqual([]);
    expect(nas.send("acct", accountingRequest({ id: 3, secret: "other", more: [messageAuthenticator] }))).toEqual([]);
    expect(nas.handler.counters).toMatchObject({ badAuthenticators: 3, lastBadAuthenticatorFrom: nasPeer.address });
    expect(nas.world.logged.filter((line) => line.event === "radius-bad-authenticator")).toHaveLength(1);
    nas.world.advance(60_000);
    nas.send("acct", accountingRequest({ id: 4, secret: "other" }));
    expect(nas.world.logged.filter((line) => line.event === "radius-bad-authenticator")).toHaveLength(2);
    expect(nas.access.seen).toEqual([]);
    expect(nas.access.reports).toEqual([]);
  });

  test("a client may be made to send a Message-Authenticator", () => {
    const nas = createTestNas({ clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: true }] });
    expect(nas.send("auth", papRequest({ id: 1 }))).toEqual([]);
    expect(nas.handler.counters.missingMessageAuthenticators).toBe(1);
    const with_ = papRequest({ id: 2, more: [messageAuthenticator] });
    expect(readReply(first(nas.send("auth", with_)), with_).code).toBe(codes.accessAccept);
  });

  test("[RAD-05] each address range has its own secret, and the narrowest range counts", () => {
    const long = "a secret that is longer than one block of the hash, which is hashed itself first";
    const nas = createTestNas({
      clients: [
        { range: "0.0.0.0/0", secret: "everyone", requireMessageAuthenticator: false },
        { range: "10.5.0.0/16", secret: "site", requireMessageAuthenticator: false },
        { range: "10.5.0.7", secret: long, requireMessageAuthenticator: false },
        { range: "fd00::/8", secret: "six", requireMessageAuthenticator: false },
      ],
    });
    for (const [address, with_] of [
      ["192.0.2.1", "everyone"],
      ["10.5.9.9", "site"],
      ["10.5.0.7", long],
      ["fd12::1", "six"],
      ["::ffff:10.5.9.9", "site"],
    ] as const) {
      const packet = papRequest({ secret: with_, more: [messageAuthenticator] });
      const reply = first(nas.send("auth", packet, { address, port: 1 }));
      expect(readReply(reply, packet, with_).code).toBe(codes.accessAccept);
    }
    expect(nas.send("auth", papRequest(), { address: "2001:db8::1", port: 1 })).toEqual([]);
    expect(nas.handler.counters.unknownClients).toBe(1);
  });

  test("a range that can't be read and an empty secret are refused by name", () => {
    const client = { range: "10.0.0.0/8", secret, requireMessageAuthenticator: false };
    expect(() => createTestNas({ clients: [{ ...client, range: "10.0.0.0/33" }] })).toThrow(/range: 10\.0\.0\.0\/33/);
    expect(() => createTestNas({ clients: [{ ...client, range: "lobby" }] })).toThrow(/range: lobby/);
    expect(() => createTestNas({ clients: [{ ...client, secret: "" }] })).toThrow(/secret/);
  });
});

describe("RFC 5080 §2.2.2: retransmissions", () => {
  test("the same packet gets the same bytes, and nothing happens twice", () => {
    const nas = createTestNas();
    const asked = papRequest();
    const reported = accountingRequest();
    for (const [face, packet] of [
      ["auth", asked],
      ["acct", reported],
    ] as const) {
      const reply = first(nas.send(face, packet));
      expect(first(nas.send(face, packet))).toEqual(reply);
      nas.world.advance(25_000);
      expect(first(nas.send(face, packet))).toEqual(reply);
    }
    expect(nas.access.seen).toHaveLength(1);
    expect(nas.access.reports).toHaveLength(1);
    expect(nas.handler.counters).toMatchObject({ duplicates: 4, accepts: 1, accountingResponses: 1 });
  });

  test("another source, port or authenticator is another request", () => {
    const nas = createTestNas();
    nas.send("auth", papRequest());
    nas.send("auth", papRequest(), { ...nasPeer, port: 40_001 });
    nas.send("auth", papRequest(), { ...nasPeer, address: "10.5.0.2" });
    const other = papRequest();
    other[4] = 0xff;
    nas.send("auth", other);
    expect(nas.access.seen).toHaveLength(4);
  });

  test("while the first is being written to disk, its copy waits; one reply leaves once it is there", async () => {
    const nas = createTestNas();
    let written = () => {};
    nas.access.durable = new Promise<void>((resolve) => {
      written = resolve;
    });
    const packet = accountingRequest();
    expect(nas.send("acct", packet)).toEqual([]);
    expect(nas.send("acct", packet)).toEqual([]);
    expect(nas.handler.counters).toMatchObject({ duplicatesInFlight: 1, accountingResponses: 0 });
    written();
    await settled();
    expect(nas.replies).toHaveLength(1);
    expect(readReply(first(nas.replies), packet).code).toBe(codes.accountingResponse);
    expect(nas.access.reports).toHaveLength(1);
  });

  test("what is not on disk is not answered, and a retransmission tries again", async () => {
    const nas = createTestNas();
    nas.access.durable = Promise.reject(new Error("disk full"));
    const packet = papRequest();
    nas.send("auth", packet);
    await settled();
    expect(nas.replies).toEqual([]);
    expect(nas.handler.counters).toMatchObject({ notDurable: 1, accepts: 0 });
    nas.access.durable = null;
    expect(readReply(first(nas.send("auth", packet)), packet).code).toBe(codes.accessAccept);
  });

  test("replies that wait for one batch leave together, and one that can't be sent keeps no other", async () => {
    const nas = createTestNas();
    let written = () => {};
    nas.access.durable = new Promise<void>((resolve) => {
      written = resolve;
    });
    const sent: number[] = [];
    for (const id of [1, 2, 3]) {
      nas.handler.handle("acct", accountingRequest({ id }), nasPeer, () => {
        if (id === 2) throw new RangeError("port 0");
        sent.push(id);
      });
    }
    expect(sent).toEqual([]);
    written();
    await settled();
    expect(sent).toEqual([1, 3]);
    expect(nas.handler.counters).toMatchObject({ accountingResponses: 3, failures: 1 });
  });

  test("a batch that the disk refuses is counted packet by packet, and each may be tried again", async () => {
    const nas = createTestNas();
    nas.access.durable = Promise.reject(new Error("disk full"));
    const packets = [1, 2].map((id) => accountingRequest({ id }));
    for (const packet of packets) nas.send("acct", packet);
    await settled();
    expect(nas.handler.counters.notDurable).toBe(2);
    nas.access.durable = null;
    for (const packet of packets) expect(nas.send("acct", packet)).toHaveLength(1);
  });

  test("a late reply is not sent for a new request with the same identifier", async () => {
    const nas = createTestNas();
    let written = () => {};
    nas.access.durable = new Promise<void>((resolve) => {
      written = resolve;
    });
    nas.send("acct", accountingRequest({ id: 1 }));
    nas.access.durable = null;
    const next = accountingRequest({ id: 1, status: "interim" });
    const reply = first(nas.send("acct", next));
    written();
    await settled();
    expect(nas.replies).toEqual([reply]);
    expect(readReply(reply, next).code).toBe(codes.accountingResponse);
  });

  test("a batch that the disk refuses takes nothing from a new request with the same identifier: its copy is not worked on again", async () => {
    const nas = createTestNas();
    let refuse = () => {};
    nas.access.durable = new Promise<void>((_, reject) => {
      refuse = () => reject(new Error("disk full"));
    });
    nas.send("acct", accountingRequest({ id: 1 }));
    nas.access.durable = null;
    const next = accountingRequest({ id: 1, status: "interim" });
    const reply = first(nas.send("acct", next));
    refuse();
    await settled();
    expect(first(nas.send("acct", next))).toEqual(reply);
    expect(nas.access.reports).toHaveLength(2);
  });

  test("sources that fell silent are forgotten, one that waits for the disk is not", async () => {
    const nas = createTestNas();
    let written = () => {};
    nas.access.durable = new Promise<void>((resolve) => {
      written = resolve;
    });
    const slow = accountingRequest({ id: 1 });
    nas.send("acct", slow);
    nas.world.advance(120_000);
    nas.handler.sweep();
    expect(nas.send("acct", slow)).toEqual([]);
    expect(nas.handler.counters.duplicatesInFlight).toBe(1);
    written();
    await settled();
    expect(nas.replies).toHaveLength(1);
    nas.world.advance(120_000);
    nas.handler.sweep();
    nas.send("acct", slow);
    expect(nas.access.reports).toHaveLength(2);
  });
});

describe("RFC 5997: Status-Server", () => {
  test("is answered on both ports, only with a Message-Authenticator that fits, and asks nobody", () => {
    const nas = createTestNas();
    const packet = request(codes.statusServer, 5, [messageAuthenticator, { name: "nasIdentifier", value: "lobby" }]);
    expect(readReply(first(nas.send("auth", packet)), packet).code).toBe(codes.accessAccept);
    expect(readReply(first(nas.send("acct", packet)), packet).code).toBe(codes.accountingResponse);
    expect(nas.send("auth", request(codes.statusServer, 6, []))).toEqual([]);
    expect(nas.send("auth", request(codes.statusServer, 7, [messageAuthenticator], "other"))).toEqual([]);
    expect(nas.handler.counters).toMatchObject({
      statusRequests: 4,
      missingMessageAuthenticators: 1,
      badAuthenticators: 1,
    });
    expect(nas.access.seen).toEqual([]);
  });
});

test("a packet on the wrong port, and codes that a server is not asked, are dropped and counted", () => {
  const nas = createTestNas();
  expect(nas.send("acct", papRequest())).toEqual([]);
  expect(nas.send("auth", accountingRequest())).toEqual([]);
  expect(nas.send("auth", request(codes.disconnectRequest, 1, []))).toEqual([]);
  expect(nas.handler.counters.unexpectedCodes).toBe(3);
});

test("an access decision that throws costs one packet, not the server", () => {
  const access = createFakeAccess();
  const logIn = access.logIn;
  access.logIn = () => {
    throw new Error("a bug");
  };
  const nas = createTestNas({}, access);
  expect(nas.send("auth", papRequest())).toEqual([]);
  expect(nas.handler.counters.failures).toBe(1);
  access.logIn = logIn;
  const again = papRequest();
  expect(readReply(first(nas.send("auth", again)), again).code).toBe(codes.accessAccept);
});

test("passwords can't be tried after the decision", () => {
  const nas = createTestNas();
  nas.send("auth", papRequest());
  expect(nas.access.seen[0]?.passwordIs("arctangent")).toBe(false);
});
