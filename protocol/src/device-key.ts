/** The key under which a site knows a device that has no account. The hub names devices by it, too, when it tells a site what it had forgotten. */
import { sha256Hex } from "./hash.ts";

/** 32 hex digits. @param token of its cookie; or its MAC, for what is known of it under any cookie */
export const deviceOfToken = (token: string): string => sha256Hex(token).slice(0, 32);
