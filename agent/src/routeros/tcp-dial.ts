/** Connects to the router: TCP, or TLS with one known certificate. */
// biome-ignore lint/plugin: each connection is given the look-up
import { connect as connectTcp, type LookupFunction, type Socket } from "node:net";
// biome-ignore lint/plugin: each connection is given the look-up
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Fault } from "@karibu/protocol/fault";
import { connectBy } from "../ground/lookup.ts";
import type { ApiDial, ApiSocket } from "./router-api.ts";

export interface RouterAddress {
  readonly host: string;
  /** 8728 plain, 8729 TLS. */
  readonly port: number;
  /**
   * SHA-256 of the router's certificate, hex, colons or not. Routers sign their own certificates, so only this one proves
   * who is there; names and dates in it (1970!) prove nothing. Null: plain TCP, for the way between container and router.
   */
  readonly certificateSha256: string | null;
}

export function dialRouter(address: RouterAddress, lookup: LookupFunction): ApiDial {
  const dial = address.certificateSha256 === null ? plain : pinned;
  return async () => wrap(await dial(address, lookup));
}

function plain({ host, port }: RouterAddress, lookup: LookupFunction): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, ...connectBy(lookup) });
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}

function pinned({ host, port, certificateSha256 }: RouterAddress, lookup: LookupFunction): Promise<TLSSocket> {
  const wanted = plainHex(certificateSha256 ?? "");
  return new Promise((resolve, reject) => {
    // The pin is checked below, before a byte is sent: stricter than any authority, and free of the router's clock.
    const socket = connectTls({ host, port, rejectUnauthorized: false, minVersion: "TLSv1.2", ...connectBy(lookup) });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const shown = plainHex(socket.getPeerX509Certificate()?.fingerprint256 ?? "");
      if (shown === wanted) return resolve(socket);
      socket.destroy();
      reject(
        new Fault("router-api/certificate", "the router showed another certificate than the pinned one", {
          retry: "never",
          hint: "Was the router replaced or its certificate renewed? Then enter the new fingerprint; else someone is between.",
        }),
      );
    });
  });
}

const plainHex = (fingerprint: string) => fingerprint.replaceAll(":", "").toLowerCase();

function wrap(socket: Socket): ApiSocket {
  let failed = "closed by the router";
  socket.setKeepAlive(true, 30_000);
  return {
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    listen({ data, ended }) {
      socket.on("data", data);
      socket.on("error", (error) => {
        failed = error.message;
      });
      socket.once("close", () => ended(failed));
      if (socket.destroyed) ended(failed);
    },
    destroy: () => void socket.destroy(),
  };
}
