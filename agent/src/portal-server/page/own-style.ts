/** What the agent's own pages need beyond the portal's style sheet. Colours are the portal's (`portal/src/styles/foundation.css`). */
export const ownStyle = `
html{scroll-padding-bottom:120px}
.own{display:flex;flex-direction:column;min-height:100vh;overflow-wrap:anywhere}
.own .hero h1{margin:8px 0 0;font-size:34px;line-height:1.1;font-weight:800;letter-spacing:-.03em}
.own .hero .place{margin-top:4px;max-width:none;font-size:17px}
.own .switches a,.own .switches button{display:inline-flex;align-items:center;min-height:44px;padding:0 14px;border-radius:22px;background:rgba(4,28,21,.72);color:#fff6e3;font-size:15px;font-weight:600;text-decoration:none}
.own .switches form{display:flex}
.own .switches .tongues a{min-height:48px;background:none;white-space:nowrap}
.own .card h2{margin-bottom:4px}
.own .page>*{min-width:0}
.own .quiet{text-wrap:wrap}
.own .good{color:var(--leaf)}
.own fieldset{min-width:0;margin:0;padding:0;border:0}
.own legend{padding:0;margin:0 4px 10px;font-size:19px;font-weight:720}
.sums{display:grid;grid-template-columns:1fr 1fr;gap:10px;margin-top:10px}
.sums>div{padding:12px 16px;border-radius:16px;background:var(--well)}
.sums dt{font-size:14px;color:var(--soft)}
.sums dd{font-size:21px;line-height:1.3;font-weight:720;font-variant-numeric:tabular-nums}
.tiles{display:grid;gap:12px}
.tile{position:relative}
.tile input{position:absolute;top:50%;right:18px;z-index:1;width:26px;height:26px;min-height:0;margin:-13px 0 0;padding:0;border:2px solid var(--soft);border-radius:50%;appearance:none;-webkit-appearance:none;background:var(--card)}
.tile input:checked{border:8px solid var(--act)}
.tile .ticket{margin:0;padding-right:56px;font-weight:400;cursor:pointer}
.tile input:checked+.ticket{border-color:var(--act);box-shadow:0 0 0 2px var(--act)}
.tile input:focus-visible{outline:none}
.tile input:focus-visible+.ticket{outline:3px solid var(--focus);outline-offset:4px}
.own .pay .banner{margin-top:14px}
.sums .quiet{font-size:15px;font-weight:500}
.sell-bar{position:sticky;bottom:0;z-index:2;margin:16px -16px 0;padding:10px 16px 14px;background:var(--paper)}
.sell-bar .act,.own .big{width:100%;min-height:64px;font-size:20px}
.given{text-align:center}
.given .number{margin:10px 0 4px;font:800 clamp(30px,10vw,60px)/1.2 ui-monospace,Menlo,Consolas,monospace;white-space:nowrap;color:var(--ink)}
.own .actions{gap:12px}
.given .actions{margin-top:14px}
.given .hand-over+.actions{margin-top:12px}
.own fieldset+.card{margin-top:16px}
.group .card+.quiet{margin:8px 4px 0}
.own .card>input+.quiet{margin-top:8px}
.slip-only{display:none}
.hand-over .quiet{text-align:center}
.own summary .quiet{font-size:15px;font-weight:500}
.own .actions a.outline{display:inline-flex;align-items:center;justify-content:center;text-decoration:none}
@media print{.own:has(.slip) .hero,.own:has(.slip) .page>:not(:has(.slip)),.own:has(.slip) .page :not(:has(.slip),.slip,.slip *){display:none}.slip .actions,.slip .quiet{display:none}.slip .slip-only{display:block;text-align:center;color:#000}.slip .number{font:800 28px/1.3 ui-monospace,Menlo,Consolas,monospace}}
.roomy>*+*{margin-top:14px}
.roomy .tiles{margin-top:14px}
.own .roomy>fieldset+fieldset{margin-top:20px}
.own .outline{border:2px solid var(--line)}
.state{display:flex;gap:14px;padding:16px 18px}
.state+.state{border-top:1px solid var(--line)}
.states{padding:4px 0}
.state svg{flex:none;width:30px;height:30px;margin-top:2px}
.state h3{margin:0;font-size:17px;line-height:1.3;font-weight:720}
.state .word{font-size:14px;font-weight:680;color:var(--soft)}
.state p{margin-top:2px}
.state .do{margin-top:8px;padding:10px 14px;border-radius:14px;background:var(--well)}
.state-ok svg{color:var(--leaf)}
.state-wrong svg,.state-missing svg,.own .bad{color:var(--clay)}
.state-waiting svg{color:var(--sun-sign)}
.own{--sun-sign:#8a5a00}
@media (prefers-color-scheme:dark){.own{--sun-sign:#f4b23e}}
.log li{display:grid;grid-template-columns:auto 1fr auto;gap:2px 12px;padding:12px 18px}
.log li+li{border-top:1px solid var(--line)}
.own h3{margin:0 0 6px;font-size:17px}
.own .bad,.own .good{font-weight:650}
.own details{border-top:1px solid var(--line);padding-top:4px}
.own summary{display:flex;align-items:center;min-height:48px;font-weight:650;cursor:pointer}
.own summary::after{content:"+";margin-left:auto;padding-left:12px;color:var(--soft);font-size:22px}
.own details[open]>summary::after{content:"–"}
.own details[open]{padding-bottom:10px}
.own .tongues,.own .tongues[open]{padding:0;border:0}
.own .tongues summary{min-height:44px;font-weight:600}
.own .tongues>summary::after,.own .tongues[open]>summary::after{content:"▾";margin-left:6px;padding:0;color:inherit;font-size:15px}
.sums>div:last-child:nth-child(odd){grid-column:1/-1}
.own details form{margin-top:12px}
.own .code-given{margin-top:6px;font-size:34px;line-height:1.2;font-weight:800;letter-spacing:.06em;font-variant-numeric:tabular-nums}
.scan{display:block;width:100%;max-width:240px;margin:12px auto 0;border-radius:12px}
.log .quiet{grid-column:2/-1;font-size:15px}
.log time{font-variant-numeric:tabular-nums;color:var(--soft)}
@media (min-width:900px){.page-wide{max-width:1080px;display:grid;grid-template-columns:1fr 1fr;align-items:start}.page-wide>.whole-row{grid-column:1/-1}.own .hero{padding-left:max(20px,calc(50% - 264px));padding-right:max(20px,calc(50% - 264px))}.own:has(.page-wide) .hero{padding-left:max(20px,calc(50% - 524px));padding-right:max(20px,calc(50% - 524px))}}
`;
