/** The currencies that a provider's prices can be in: its own first, then those that its channels move. */
import type { PriceCurrencies } from "../catalogue/plans/price-currency.ts";
import { channelList } from "./channel-list.ts";
import { createChannelKinds } from "./channels/channel-kinds.ts";
import { currenciesOf } from "./channels/money-currency.ts";

const kinds = createChannelKinds(channelList);

export const priceCurrencies: PriceCurrencies = (tx, providerId) => currenciesOf(kinds, tx, providerId);
