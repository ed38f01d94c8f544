{{%AUTOESCAPE context="HTML"}}{{! The DKIM keys of a domain. Keys: ID CSRF NAME_SHOWN; sections CHANGED, DROPPED, EXISTS, WAITING (WAIT), RESULT_BAD (RESULT), NEW_KEYS (NEW_KEY: KIND RECORD_TITLE HOST VALUE VERDICT SELECTOR FINDING; MAY_CHANGE: KEY_ID), MAY_ADD, ACTIVE (SELECTOR RECORD_TITLE HOST WHEN), RETIRED (KEY_ID SELECTOR RECORD_TITLE HOST REMOVABLE or KEPT (WHEN); MAY_CHANGE).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><a href="/settings/domains/{{ID}}">{{NAME_SHOWN}}</a><span aria-current="page">[[Sleutels]]</span></nav>
<h1>[[Sleutels van {{NAME_SHOWN}}]]</h1>
<p class="lead records-lead">[[Een sleutel vervang je zonder onderbreking: de oude ondertekent tot de nieuwe in DNS staat, en blijft daarna nog even staan voor mail die onderweg is.]]</p>
{{#CHANGED}}<p class="message" data-tone="ok" role="status">[[De nieuwe sleutel staat in DNS en ondertekent vanaf nu.]]</p>{{/CHANGED}}
{{#DROPPED}}<p class="message" data-tone="ok" role="status">[[De sleutel is weg.]]</p>{{/DROPPED}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Dat ging te snel achter elkaar. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#RESULT_BAD}}<p class="message" data-tone="wait" role="alert">{{RESULT}}</p>{{/RESULT_BAD}}
<div class="stack keys">
{{#NEW_KEYS}}
<section class="card records" aria-labelledby="key-new-title">
<header class="keys-head"><h2 id="key-new-title">[[Nieuwe sleutel]]</h2><p class="why">[[Zet dit in DNS, naast wat er al staat. Haal het oude nog niet weg.]]</p></header>
{{#NEW_KEY}}
<article class="record" data-key="new" data-selector="{{SELECTOR}}" data-verdict="{{VERDICT}}" aria-labelledby="{{KIND}}-title">
<header><h3 id="{{KIND}}-title">{{RECORD_TITLE}}</h3><span class="tag">TXT</span></header>
<dl>
<div><dt>[[Naam]]</dt><dd><code class="value" id="{{KIND}}-host" data-copy="host">{{HOST}}</code><button class="quiet copy" type="button" data-copy-for="{{KIND}}-host">[[Kopieer]]<span class="unseen"> [[naam]], {{RECORD_TITLE}}</span></button></dd></div>
<div><dt>[[Waarde]]</dt><dd><code class="value" id="{{KIND}}-value" data-copy="value">{{VALUE}}</code><button class="quiet copy" type="button" data-copy-for="{{KIND}}-value">[[Kopieer]]<span class="unseen"> [[waarde]], {{RECORD_TITLE}}</span></button></dd></div>
</dl>
{{#FINDING}}<div class="finding" data-finding="{{FINDING_WORD}}" data-tone="{{TONE}}"><b>{{FACT}}</b>{{#HAS_ADVICE}}<p>{{ADVICE}}</p>{{/HAS_ADVICE}}</div>
{{/FINDING}}
</article>
{{/NEW_KEY}}
{{#MAY_CHANGE}}
<div class="acts">
<form method="post" action="/settings/domains/{{ID}}/keys/check"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button" id="change-key" type="submit">[[Controleer en ga over]]</button></form>
<form method="post" action="/settings/domains/{{ID}}/keys/drop"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="key" value="{{KEY_ID}}"><button class="quiet" type="submit">[[Toch niet]]</button></form>
</div>
{{/MAY_CHANGE}}
</section>
{{/NEW_KEYS}}
{{#ACTIVE}}
<section class="card records">
<article class="record" data-key="active" data-selector="{{SELECTOR}}" data-verdict="ok">
<header><h2>[[Ondertekent nu]]</h2><span class="need">{{RECORD_TITLE}}</span><span class="tag">TXT</span></header>
<p class="why">[[Sinds {{WHEN}}. Laat dit record staan.]]</p>
<code class="value">{{HOST}}</code>
</article>
</section>
{{/ACTIVE}}
{{#RETIRED}}
<section class="card records">
<article class="record" data-key="retired" data-selector="{{SELECTOR}}">
<header><h2>[[Oude sleutel]]</h2><span class="need">{{RECORD_TITLE}}</span><span class="tag">TXT</span></header>
{{#KEPT}}<p class="why" data-removable="no">[[Laat dit record nog staan tot {{WHEN}}: er kan mail onderweg zijn die ermee ondertekend is.]]</p>{{/KEPT}}
{{#REMOVABLE}}<p class="why" data-removable="yes">[[Dit record mag uit DNS.]]</p>{{/REMOVABLE}}
<code class="value">{{HOST}}</code>
{{#MAY_CHANGE}}<form class="acts" method="post" action="/settings/domains/{{ID}}/keys/drop"><input type="hidden" name="csrf" value="{{CSRF}}"><input type="hidden" name="key" value="{{KEY_ID}}"><button class="quiet" type="submit">[[Ik heb het weggehaald]]</button></form>{{/MAY_CHANGE}}
</article>
</section>
{{/RETIRED}}
</div>
{{#MAY_ADD}}<form class="acts" method="post" action="/settings/domains/{{ID}}/keys"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button" id="new-key" type="submit">[[Maak een nieuwe sleutel]]</button></form>{{/MAY_ADD}}
{{>FRAME_BOTTOM}}
