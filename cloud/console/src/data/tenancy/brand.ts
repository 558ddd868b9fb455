/** How the provider's portal looks, what it says, announces and advertises. */
import type { brandView } from "@karibu/cloud/tenancy/brand/brand-routes";
import type { noticeView } from "@karibu/cloud/tenancy/brand/notice-routes";
import type { z } from "zod";
import { get, post, put, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type Brand = z.output<typeof brandView>;
export type Notice = z.output<typeof noticeView>;
export type NewNotice = Omit<Notice, "noticeId">;

export const brandPath = "/api/v1/brand";
export const saveBrand = (brand: Brand, etag: string | null): Promise<Brand> => put(brandPath, brand, { etag });

const noticesPath = "/api/v1/portal-notices";
const at = (noticeId: string) => hubPath("/api/v1/portal-notices/{noticeId}", { noticeId });
export const listNotices = async (): Promise<readonly Notice[]> => (await get(noticesPath)).items;
export const addNotice = (notice: NewNotice, key: string): Promise<Notice> => post(noticesPath, notice, { key });
export const changeNotice = (noticeId: string, notice: NewNotice): Promise<Notice> => put(at(noticeId), notice);
export const removeNotice = (noticeId: string): Promise<unknown> => remove(at(noticeId));
