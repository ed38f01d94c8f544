{{%AUTOESCAPE context="HTML"}}{{! The senders. Sections: MAY_ADD, DELETED, TABLE with ROW (ID ADDRESS NAME ROUTE ROUTE_NOW TONE ROUTE_NOW_WORD ROUTE_NOW_WHY; NAMED), NONE, NEXT_PAGE (AFTER).
}}{{>FRAME_TOP}}
<header class="head">
<div>
<h1>[[Afzenders]]</h1>
<p class="lead">[[Kies per adres of per domein hoe je mail verstuurd wordt. Een adres dat hier niet staat, gaat via je domein zodra dat geauthenticeerd is, en anders via onze standaard host.]]</p>
</div>
{{#MAY_ADD}}<a class="button" href="/settings/senders/new">[[Afzender toevoegen]]</a>{{/MAY_ADD}}
</header>
{{#DELETED}}<p class="message" data-tone="ok" role="status">[[De afzender is verwijderd.]]</p>{{/DELETED}}
{{#TABLE}}
<section class="card list" aria-label="[[Afzenders]]">
<table class="domains senders">
<caption class="unseen">[[Je afzenders en hun route]]</caption>
<thead><tr><th scope="col">[[Afzender]]</th><th scope="col">[[Mail gaat nu]]</th></tr></thead>
<tbody>
{{#ROW}}
<tr data-sender="{{ADDRESS}}" data-route="{{ROUTE}}" data-way="{{ROUTE_NOW}}" data-tone="{{TONE}}">
<th scope="row"><a class="name" href="/settings/senders/{{ID}}">{{ADDRESS}}</a>{{#NAMED}}<span class="sub">{{NAME}}</span>{{/NAMED}}</th>
<td class="cell-way"><span class="badge">{{ROUTE_NOW_WORD}}</span><span class="sub">{{ROUTE_NOW_WHY}}</span></td>
</tr>
{{/ROW}}
</tbody>
</table>
{{#NEXT_PAGE}}<footer class="list-foot"><nav class="pages" aria-label="[[Bladeren]]"><a class="quiet" rel="next" href="/settings/senders?after={{AFTER:url_query_escape}}">[[Volgende]]</a></nav></footer>{{/NEXT_PAGE}}
</section>
{{/TABLE}}
{{#NONE}}
<section class="card nothing">
<h2>[[Nog geen afzenders]]</h2>
<p>[[Dat hoeft ook niet: mail van een geauthenticeerd domein gaat vanzelf via dat domein. Voeg een afzender toe als je eigen SMTP-server of SendGrid moet versturen.]]</p>
</section>
{{/NONE}}
{{>FRAME_BOTTOM}}
