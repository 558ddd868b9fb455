import type { enAlarmWords } from "./alarm-words-en.ts";

/** What each kind of alarm says, and what to do about it, in Swahili. */
export const swAlarmWords: Record<keyof typeof enAlarmWords, string> = {
  alarm_site_silent: "Kituo kiko kimya",
  advice_site_silent: "Kagua umeme na intaneti kwenye ruta. Mauzo ya vocha yanaendelea huko.",
  alarm_channel_keys_refused: "Njia ya malipo inakataa funguo zake",
  advice_channel_keys_refused: "Hakuna kinachouzwa kupitia hiyo. Fungua njia hiyo urekebishe funguo.",
  alarm_channel_initiator_refused: "Njia ya malipo inakataa mwanzilishi wake",
  advice_channel_initiator_refused: "Marejesho na maswali yanasubiri. Fungua njia hiyo urekebishe mwanzilishi.",
  alarm_channel_fails_customers: "Njia hii ya malipo inawakatalia wateja",
  advice_channel_fails_customers: "Hakuna anayeweza kulipa kupitia hiyo. Ifungue: inasema kwa nini, na la kufanya.",
  alarm_channel_money_pending: "Pesa za njia hii hazijathibitishwa kwa zaidi ya siku moja",
  advice_channel_money_pending:
    "Zimeuzwa, lakini bado si mapato. Ingiza taarifa ya akaunti, au ipe njia orodha yake (Pull) au initiator anayekubaliwa na M-Pesa.",
  alarm_session_stays: "Ruta haimalizi kikao",
  advice_session_stays: "Mtu yuko mtandaoni bila haki. Kagua mipangilio ya RADIUS na API kwenye ruta.",
  alarm_guessing: "Mtu anakisia misimbo",
  advice_guessing: "Amezuiwa kwa muda. Hakuna la kufanya isipoendelea.",
  alarm_journal_damaged: "Kumbukumbu za kituo zimeharibika",
  advice_journal_damaged: "Huenda diski inaharibika: ibadilishe mapema.",
  alarm_site_disk_refuses: "Diski ya eneo haipo, imejaa au imeharibika",
  advice_site_disk_refuses:
    "Inahudumia kwa kumbukumbu wale inaowajua, na haianzi lolote jipya. Yanayosubiri yatapotea umeme ukikatika: kagua diski sasa, na usizime chochote kabla.",
  alarm_quota_reached_journal_bytes: "Vituo vinaripoti kupita kiwango cha siku",
  advice_quota_reached_journal_bytes:
    "Kila kitu kinatunzwa na kuuzwa kama kawaida; ripoti za vituo zinachelewa. Tafuta kituo kinachoripoti bila kikomo, au omba jukwaa nyongeza.",
  alarm_quota_reached_messages: "Kiwango cha SMS za siku kimeisha",
  advice_quota_reached_messages:
    "SMS hazitumwi hadi kesho; mauzo yanaendelea. Omba jukwaa nyongeza, kisha utume tena zilizoshindwa.",
  alarm_stick_wears: "Diski huenda ikaharibika",
  advice_stick_wears: "Ibadilishe ndani ya wiki zilizotajwa. Yale ambayo hub haijapokea yako kwenye diski hiyo pekee.",
  alarm_journal_torn: "Umeme ulikatika wakati wa kuandika",
  advice_journal_torn: "Hakuna la kufanya ikiwa ni nadra. Ikitokea mara nyingi: badilisha diski.",
  alarm_journal_went_back: "Kituo kina nakala ya zamani ya kumbukumbu",
  advice_journal_went_back: "Kitovu kina vyote. Kama hakuna aliyerejesha nakala: badilisha diski.",
  alarm_device_waits: "Kifaa cha kituo kinasubiri na ufunguo mpya",
  advice_device_waits:
    "Kama diski yake ilibadilishwa: kirudishe kwenye ukurasa wa kituo. Kama sivyo: mtu mwingine ana mipangilio yake.",
  alarm_memory_lost: "Kituo kimesahau kilichotumika",
  advice_memory_lost:
    "Diski yake ni mpya, au ya zamani. Kinashikilia misimbo ya zamani hadi kitovu kikieleze kilichotumika: huchukua sekunde kikiunganishwa.",
  alarm_snapshot_damaged: "Hali iliyohifadhiwa ya kituo imeharibika",
  advice_snapshot_damaged: "Inajengwa upya kutoka kwenye kumbukumbu. Ikitokea tena badilisha diski.",
  alarm_feed_damaged: "Taarifa za kitovu kwenye kituo zimeharibika",
  advice_feed_damaged: "Zinatumwa tena zenyewe. Ikitokea tena badilisha diski.",
  alarm_feed_torn: "Umeme ulikatika wakati wa kupokea taarifa za kitovu",
  advice_feed_torn: "Zinatumwa tena zenyewe.",
  alarm_update_failed: "Toleo jipya halikufanya kazi; la zamani linaendelea",
  advice_update_failed: "Angalia matoleo: kituo kilirudi chenyewe.",
  alarm_update_refused: "Toleo jipya halikuweza kuwekwa",
  advice_update_refused: "Angalia matoleo kwa sababu.",
  alarm_seller_locked: "Muuzaji amefungiwa",
  advice_seller_locked: "PIN zisizo sahihi ziliandikwa. Muulize muuzaji; toa PIN mpya kama si yeye.",
  alarm_guessing_at_site: "Misimbo mingi inakisiwa kwenye kituo",
  advice_guessing_at_site: "Kila mtu husubiri kidogo baada ya msimbo usio sahihi. Chunguza ikiendelea.",
  alarm_record_too_long: "Kumbukumbu ilikuwa ndefu mno kutumwa",
  advice_record_too_long: "Hakuna la kufanya; mwambie anayeendesha kitovu.",
  alarm_journal_lost: "Kumbukumbu ya kituo imepotea",
  advice_journal_lost: "Huenda diski inaharibika: ibadilishe mapema.",
  alarm_board_memory_low: "Kumbukumbu ya ruta inakaribia kwisha",
  advice_board_memory_low:
    "Ikiisha ruta husimamisha wakala au hujiwasha upya. Angalia ni nini kingine kinaendeshwa humo.",
  alarm_router_repair_braked: "Rekebisho la ruta halidumu",
  advice_router_repair_braked:
    "Ilirekebishwa mara tatu leo, na mwingine akairudisha. Tafuta ni nani: mtu, skripti kwenye ruta, au mfumo mwingine. Ukurasa wake wa Afya unasema kinachotofautiana.",
};
