/** SHA-256, SHA-512, and comparing secrets. For Node alone: the portal and the console import no Node module. */
import { hash, timingSafeEqual } from "node:crypto";

/** 32 bytes. */
export const sha256 = (content: string | Uint8Array): Buffer => hash("sha256", content, "buffer");

/** 64 hex digits. */
export const sha256Hex = (content: string | Uint8Array): string => hash("sha256", content, "hex");

/** 128 hex digits: RouterOS' scripts have no SHA-256. */
export const sha512Hex = (content: string | Uint8Array): string => hash("sha512", content, "hex");

/** 24 hex digits: a short name for a long text. It keeps no secret. */
export const shortHash = (text: string): string => sha256Hex(text).slice(0, 24);

/** Takes as long for texts that differ early as for texts that differ late, whatever their lengths. */
export const isSameSecret = (left: string, right: string): boolean => timingSafeEqual(sha256(left), sha256(right));
