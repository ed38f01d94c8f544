{{%AUTOESCAPE context="HTML"}}{{! The overview. Keys: SEARCH STATUS_CHOSEN SORT DIRECTION OTHER_DIRECTION FOUND COUNT_ALL COUNT_PENDING COUNT_VERIFIED COUNT_LOST NEXT_CHECK; sections MAY_ADD,
MAY_CHANGE, FILLED (the account has domains), CHECKED_NIGHTLY (one of them is not verified), chip states, CHIP_LOST, BY_… (the column that sorts), SORTED_UP or SORTED_DOWN, ROW, NONE_FOUND, NEXT_PAGE (AFTER AFTER_AT), LATER_PAGE, EMPTY.
}}{{>FRAME_TOP}}
<header class="head">
<div>
<h1>[[Domein authenticatie]]</h1>
<p class="lead">[[Verstuur mail uit naam van je eigen domein. Zolang een domein niet geauthenticeerd is, gaat de mail via onze standaard host.]]</p>
</div>
{{#MAY_ADD}}<a class="button" href="/settings/domains/new">[[Domein toevoegen]]</a>{{/MAY_ADD}}
</header>
{{#FILLED}}
<section class="card list" aria-label="[[Domeinen]]">
<div class="tools">
<form class="search" id="search" method="get" action="/settings/domains" role="search">
<label class="unseen" for="q">[[Zoek een domein]]</label>
<input id="q" name="q" type="search" value="{{SEARCH}}" placeholder="[[Zoek een domein]]" autocapitalize="none" spellcheck="false" autocomplete="off" aria-controls="results">
{{#STATUS_KEPT}}<input type="hidden" name="status" value="{{STATUS_CHOSEN}}">{{/STATUS_KEPT}}
<input type="hidden" name="sort" value="{{SORT}}"><input type="hidden" name="dir" value="{{DIRECTION}}">
<button class="quiet" type="submit">[[Zoek]]</button>
</form>
<nav class="chips" id="chips" aria-label="[[Toon op status]]">
<a href="/settings/domains?q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}"{{#CHIP_ALL_ON}} aria-current="true"{{/CHIP_ALL_ON}}>[[Alle]] <b>{{COUNT_ALL}}</b></a>
<a href="/settings/domains?status=verified&amp;q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}"{{#CHIP_VERIFIED_ON}} aria-current="true"{{/CHIP_VERIFIED_ON}}>[[Geauthenticeerd]] <b>{{COUNT_VERIFIED}}</b></a>
<a href="/settings/domains?status=pending&amp;q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}"{{#CHIP_PENDING_ON}} aria-current="true"{{/CHIP_PENDING_ON}}>[[Wacht op DNS]] <b>{{COUNT_PENDING}}</b></a>
{{#CHIP_LOST}}<a href="/settings/domains?status=lost&amp;q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}"{{#CHIP_LOST_ON}} aria-current="true"{{/CHIP_LOST_ON}}>[[Niet meer geauthenticeerd]] <b>{{COUNT_LOST}}</b></a>{{/CHIP_LOST}}
</nav>
</div>
<div id="results">
{{#TABLE}}
<table class="domains">
<caption class="unseen">[[Je domeinen en hun status]]</caption>
<colgroup><col><col class="col-status"><col class="col-added"><col class="col-when">{{#MAY_CHANGE}}<col class="col-act">{{/MAY_CHANGE}}</colgroup>
<thead><tr><th scope="col"{{#BY_NAME}} aria-sort="{{#SORTED_UP}}ascending{{/SORTED_UP}}{{#SORTED_DOWN}}descending{{/SORTED_DOWN}}"{{/BY_NAME}}><a href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort=name{{#BY_NAME}}&amp;dir={{OTHER_DIRECTION:url_query_escape}}{{/BY_NAME}}">[[Domein]]</a></th><th scope="col"{{#BY_STATUS}} aria-sort="{{#SORTED_UP}}ascending{{/SORTED_UP}}{{#SORTED_DOWN}}descending{{/SORTED_DOWN}}"{{/BY_STATUS}}><a href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort=status{{#BY_STATUS}}&amp;dir={{OTHER_DIRECTION:url_query_escape}}{{/BY_STATUS}}">[[Status]]</a></th><th scope="col"{{#BY_ADDED}} aria-sort="{{#SORTED_UP}}ascending{{/SORTED_UP}}{{#SORTED_DOWN}}descending{{/SORTED_DOWN}}"{{/BY_ADDED}}><a href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort=added{{#BY_ADDED}}&amp;dir={{OTHER_DIRECTION:url_query_escape}}{{/BY_ADDED}}">[[Toegevoegd]]</a></th><th scope="col"{{#BY_CHECKED}} aria-sort="{{#SORTED_UP}}ascending{{/SORTED_UP}}{{#SORTED_DOWN}}descending{{/SORTED_DOWN}}"{{/BY_CHECKED}}><a href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort=checked{{#BY_CHECKED}}&amp;dir={{OTHER_DIRECTION:url_query_escape}}{{/BY_CHECKED}}">[[Gecontroleerd]]</a></th>{{#MAY_CHANGE}}<th scope="col"><span class="unseen">[[Verwijderen]]</span></th>{{/MAY_CHANGE}}</tr></thead>
<tbody>
{{#ROW}}
<tr data-domain="{{NAME}}" data-status="{{STATUS}}">
<th scope="row"><a class="name" href="/settings/domains/{{ID}}">{{NAME_SHOWN}}</a>{{#IDN}}<code class="ascii">{{NAME}}</code>{{/IDN}}<span class="sub">{{SUMMARY}}</span></th>
<td class="cell-status"><span class="badge">{{STATUS_WORD}}</span></td>
<td class="cell-when cell-added"><span class="when-label">[[Toegevoegd]]: </span>{{ADDED}}</td>
<td class="cell-when"><span class="when-label">[[Laatst gecontroleerd]]: </span>{{CHECKED}}</td>
{{#MAY_CHANGE}}<td class="cell-act"><a class="quiet" href="/settings/domains/{{ID}}/delete">[[Verwijderen]]<span class="unseen"> {{NAME_SHOWN}}</span></a></td>{{/MAY_CHANGE}}
</tr>
{{/ROW}}
</tbody>
</table>
{{/TABLE}}
{{#NONE_FOUND}}
<div class="nothing">
<h2>[[Geen domein gevonden]]</h2>
{{#SEARCHED}}<p>[[Er is hier geen domein met “{{SEARCH}}” in de naam.]]</p>{{/SEARCHED}}
<p><a href="/settings/domains">[[Toon alle domeinen]]</a></p>
</div>
{{/NONE_FOUND}}
<footer class="list-foot">
<p><b id="found">{{FOUND}}</b>{{#CHECKED_NIGHTLY}} · {{NEXT_CHECK}}{{/CHECKED_NIGHTLY}}</p>
{{#PAGES}}
<nav class="pages" aria-label="[[Bladeren]]">
{{#LATER_PAGE}}<a class="quiet" href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}">[[Naar het begin]]</a>{{/LATER_PAGE}}
{{#NEXT_PAGE}}<a class="quiet" rel="next" href="/settings/domains?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}&amp;sort={{SORT:url_query_escape}}&amp;dir={{DIRECTION:url_query_escape}}&amp;after={{AFTER:url_query_escape}}&amp;at={{AFTER_AT:url_query_escape}}">[[Volgende]]</a>{{/NEXT_PAGE}}
</nav>
{{/PAGES}}
</footer>
<p class="export"><a class="quiet" href="/settings/domains/export?status={{STATUS_CHOSEN:url_query_escape}}&amp;q={{SEARCH:url_query_escape}}" download>[[Exporteer als CSV]]</a></p>
</div>
</section>
{{/FILLED}}
{{#EMPTY}}
<section class="card first">
<h2>[[Voeg je eerste domein toe]]</h2>
<ol>
<li><b>[[Je typt je domein]]</b><span>[[Bijvoorbeeld voorbeeld.nl, als je mailt vanaf sales@voorbeeld.nl.]]</span></li>
<li><b>[[Je plaatst een paar DNS-records]]</b><span>[[We maken ze voor je. Kopieer ze, of stuur ze naar wie je DNS beheert.]]</span></li>
<li><b>[[Wij controleren]]</b><span>[[Elke nacht vanzelf, en meteen als je erom vraagt.]]</span></li>
</ol>
{{#MAY_CHANGE}}<a class="button" href="/settings/domains/new">[[Domein toevoegen]]</a>{{/MAY_CHANGE}}
</section>
{{/EMPTY}}
{{>FRAME_BOTTOM}}
