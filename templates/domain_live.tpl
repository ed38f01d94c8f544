{{%AUTOESCAPE context="HTML"}}{{! What a check renews: status, steps, records, history; also the response to the script. Keys: ID STATUS STATUS_WORD NAME_SHOWN RESULT NEXT;
PATH (of this page: the links below it); HOST_RELATIVE or HOST_FULL (the form of names that is preset), PROVIDER (PROVIDER_SAYS, PROVIDER_LINK: PROVIDER_PAGE PROVIDER_NAME), NO_PROVIDER or KEEP; sections RESULT_GOOD or RESULT_BAD (how RESULT is announced), CHECKED_ONCE (WHEN), steps, RECORD (see there: FINDING, DIFFERENCE with its RUNs, NOTE), OWNER (not for who
came by a link): EVENT (AT WHAT BY), HAND_OVER (the link for the DNS person: SHARE_LIVE, SHARE_ENDED, SHARE_ACTS), MAY_CHANGE.
}}<div id="live" class="live" data-status="{{STATUS}}">
<div class="state">
<span class="badge">{{STATUS_WORD}}</span>
{{#RESULT_GOOD}}<p class="result" role="status">{{RESULT}}</p>{{/RESULT_GOOD}}
{{#RESULT_BAD}}<p class="result" role="alert">{{RESULT}}</p>{{/RESULT_BAD}}
<p class="next">{{#CHECKED_ONCE}}<b>{{WHEN}}</b> {{/CHECKED_ONCE}}{{NEXT}}</p>
</div>
<ol class="steps" aria-label="[[Stappen]]">
{{#STEP_RECORDS}}<li class="now" aria-current="step"><span>[[Records plaatsen]]</span></li><li><span>[[Controleren]]</span></li><li><span>[[Geauthenticeerd]]</span></li>{{/STEP_RECORDS}}
{{#STEP_CHECK}}<li class="done"><span>[[Records plaatsen]]</span></li><li class="now" aria-current="step"><span>[[Controleren]]</span></li><li><span>[[Geauthenticeerd]]</span></li>{{/STEP_CHECK}}
{{#STEP_REPAIR}}<li class="now broken" aria-current="step"><span>[[Records herstellen]]</span></li><li><span>[[Controleren]]</span></li><li><span>[[Geauthenticeerd]]</span></li>{{/STEP_REPAIR}}
{{#STEP_DONE}}<li class="done"><span>[[Records geplaatst]]</span></li><li class="done"><span>[[Gecontroleerd]]</span></li><li class="done" aria-current="step"><span>[[Geauthenticeerd]]</span></li>{{/STEP_DONE}}
</ol>
<h2 class="step-title" id="records-title"><span class="step-number" aria-hidden="true">1</span> [[De DNS-records]]</h2>
<p class="lead records-lead">{{#KEEP}}[[Laat deze records staan: haal je ze weg, dan is je domein niet meer geauthenticeerd.]]{{/KEEP}}{{#NO_PROVIDER}}[[Zet deze records bij de partij die de DNS van je domein beheert. Plakt die het domein er zelf achter? Kies dan de korte naam.]]{{/NO_PROVIDER}}{{#PROVIDER}}<b>{{PROVIDER_SAYS}}</b> {{#PROVIDER_LINK}}<a href="{{PROVIDER_PAGE}}" target="_blank" rel="noopener noreferrer">[[Ga naar {{PROVIDER_NAME}}]]<span class="unseen"> [[(nieuw venster)]]</span></a>{{/PROVIDER_LINK}}{{/PROVIDER}}</p>
<p class="on-paper">[[Vet gedrukt is de korte naam.]]</p>
<div class="columns">
<div class="stack">
<section class="card records" aria-labelledby="records-title">
<div class="record-tools">
<fieldset class="either"><legend>[[Naam]]</legend><span><input type="radio" name="host-form" id="host-relative"{{#HOST_RELATIVE}} checked{{/HOST_RELATIVE}}><label for="host-relative">[[Kort]]</label></span><span><input type="radio" name="host-form" id="host-full"{{#HOST_FULL}} checked{{/HOST_FULL}}><label for="host-full">[[Volledig]]</label></span></fieldset>
<fieldset class="either view-form"><legend>[[Weergave]]</legend><span><input type="radio" name="view-form" id="view-cards" checked><label for="view-cards">[[Kaarten]]</label></span><span><input type="radio" name="view-form" id="view-table"><label for="view-table">[[Tabel]]</label></span></fieldset>
</div>
{{#RECORD}}
<article class="record" data-record="{{KIND}}" data-verdict="{{VERDICT}}" aria-labelledby="{{KIND}}-title">
<header>
<h3 id="{{KIND}}-title">{{RECORD_TITLE}}</h3>
<span class="tag">{{TYPE}}</span><span class="need">{{#REQUIRED}}[[verplicht]]{{/REQUIRED}}{{#ADVISED}}[[aanbevolen]]{{/ADVISED}}</span>
<span class="badge">{{VERDICT_WORD}}</span>
</header>
<p class="why">{{RECORD_WHY}}</p>
<dl>
<div><dt>[[Naam]]</dt><dd><code class="value" id="{{KIND}}-host" data-copy="host"><span class="own">{{HOST_OWN}}</span><span class="rest">{{HOST_REST}}</span></code><button class="quiet copy" type="button" data-copy-for="{{KIND}}-host">[[Kopieer]]<span class="unseen"> [[naam]], {{RECORD_TITLE}}</span></button></dd></div>
<div><dt>[[Waarde]]</dt><dd><code class="value" id="{{KIND}}-value" data-copy="value">{{VALUE}}</code><button class="quiet copy" type="button" data-copy-for="{{KIND}}-value">[[Kopieer]]<span class="unseen"> [[waarde]], {{RECORD_TITLE}}</span></button></dd></div>
</dl>
{{#FINDING}}
<div class="finding" data-finding="{{FINDING_WORD}}" data-tone="{{TONE}}"><b>{{FACT}}</b>{{#HAS_ADVICE}}<p>{{ADVICE}}</p>{{/HAS_ADVICE}}</div>
{{/FINDING}}
{{#DIFFERENCE}}
<div class="difference"><p>{{#OF_NAME}}[[Wat er anders is in de naam]]{{/OF_NAME}}{{#OF_VALUE}}[[Wat er anders is in de waarde]]{{/OF_VALUE}}. [[Onderstreept ontbreekt, doorgestreept is te veel.]]</p><code class="value" data-difference="{{KIND}}">{{#RUN}}{{#RUN_EQUAL}}<span>{{RUN_TEXT}}</span>{{/RUN_EQUAL}}{{#RUN_MISSING}}<ins><span class="unseen">[[ontbreekt:]] </span>{{RUN_TEXT}}<span class="unseen"> [[einde]] </span></ins>{{/RUN_MISSING}}{{#RUN_EXTRA}}<del><span class="unseen">[[te veel:]] </span>{{RUN_TEXT}}<span class="unseen"> [[einde]] </span></del>{{/RUN_EXTRA}}{{#RUN_SKIPPED}}<span class="skipped"><span aria-hidden="true">…</span><span class="unseen"> [[weggelaten]] </span></span>{{/RUN_SKIPPED}}{{/RUN}}</code></div>
{{/DIFFERENCE}}
{{#NOTE}}
<p class="note" data-note="{{NOTE_WORD}}" data-tone="{{TONE}}">{{NOTE_TEXT}}</p>
{{/NOTE}}
{{#HAS_FOUND}}
<details class="found"><summary>[[Wat DNS nu geeft]]</summary>
{{#FOUND}}<code class="value">{{FOUND_VALUE}}</code>{{/FOUND}}
</details>
{{/HAS_FOUND}}
</article>
{{/RECORD}}
{{#ANSWERED}}<p class="who-answered"><a class="quiet" href="{{PATH}}/answers" data-unfold="who-answered">[[Wie antwoordde wat]]</a></p>
<div id="who-answered" class="answers-here"></div>{{/ANSWERED}}
</section>
<section class="card step-check" aria-labelledby="check-title">
<h2 class="step-title" id="check-title"><span class="step-number" aria-hidden="true">2</span> [[Controleren]]</h2>
{{#PLACE}}<p>[[Staan de records er? Kijk dan meteen of ze goed staan. DNS is soms traag: zie je het nog niet, kijk dan later nog eens.]]</p>{{/PLACE}}
{{#KEEP}}<p>[[Elke nacht kijken hoeft niet meer. Wil je weten of alles nog goed staat, kijk dan zelf.]]</p>{{/KEEP}}
<button class="button second" type="submit" form="check" id="check-here">[[Check status]]</button>
<h2 class="step-title"><span class="step-number" aria-hidden="true">3</span> [[Geauthenticeerd]]</h2>
<p>[[Zodra de verplichte records goed staan, wordt mail uit naam van dit domein ondertekend.]]</p>
</section>
</div>
<aside class="side">
<section class="card">
<h2>[[Alles in één keer]]</h2>
<p>[[Alle records als tekst, of als zonebestand voor wie dat kan inlezen.]]</p>
<p class="acts"><button class="button second" type="button" data-copy-all>[[Kopieer als tekst]]</button><a class="button second" href="{{PATH}}/zone" download>[[Zonebestand]]</a></p>
</section>
{{#OWNER}}
{{#HAND_OVER}}
<section class="card hand-over">
<h2>[[Beheert iemand anders je DNS?]]</h2>
<p>[[Stuur een link. Daar staan alleen deze records, en inloggen hoeft niet.]]</p>
{{#SHARE_LIVE}}<ul class="share-facts"><li>{{SHARE_UNTIL}}</li><li data-share="opened">{{SHARE_OPENED}}</li>{{#SHARE_CHECKED_ONCE}}<li data-share="checked">{{SHARE_CHECKED}}</li>{{/SHARE_CHECKED_ONCE}}</ul>{{/SHARE_LIVE}}
{{#SHARE_ENDED}}<p data-share="ended">[[De laatste link werkt niet meer.]]</p>{{/SHARE_ENDED}}
{{#SHARE_ACTS}}
<form method="post" action="/settings/domains/{{ID}}/share"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button second" type="submit">{{#SHARE_FIRST}}[[Stuur naar je DNS-beheerder]]{{/SHARE_FIRST}}{{#SHARE_AGAIN}}[[Maak een nieuwe link]]{{/SHARE_AGAIN}}</button></form>
{{#SHARE_REVOKE}}<form method="post" action="/settings/domains/{{ID}}/share/revoke"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="quiet danger" type="submit">[[Trek de link in]]</button></form>{{/SHARE_REVOKE}}
{{/SHARE_ACTS}}
</section>
{{/HAND_OVER}}
<section class="card">
<h2>[[Geschiedenis]]</h2>
<ol class="history">
{{#EVENT}}<li><b>{{WHAT}}</b> <span>{{AT}}</span>{{#HAS_BY}} <span>{{BY}}</span>{{/HAS_BY}}</li>
{{/EVENT}}
</ol>
<p><a href="{{PATH}}/history">[[Alle controles]]</a></p>
</section>
<p class="remove"><a class="quiet" href="/settings/domains/{{ID}}/keys">[[Sleutels]]</a></p>
{{#MAY_CHANGE}}<p class="remove"><a class="quiet danger" href="/settings/domains/{{ID}}/delete">[[Domein verwijderen]]</a></p>{{/MAY_CHANGE}}
{{/OWNER}}
</aside>
</div>
</div>
