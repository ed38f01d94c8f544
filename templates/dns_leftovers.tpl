{{%AUTOESCAPE context="HTML"}}{{! DNS leftovers of a deleted domain. Keys: ID CSRF NAME_SHOWN; sections DELETED, EXISTS (it was added again) or REMOVED_ONCE, WAITING (WAIT), RESULT_GOOD or RESULT_BAD (RESULT), RECORD (RECORD_TITLE TYPE HOST VERDICT VERDICT_WORD WAY; HAS_FOUND (WHERE)), MAY_CHANGE (CSRF).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><span aria-current="page">{{NAME_SHOWN}}</span></nav>
<h1>[[DNS-records van {{NAME_SHOWN}} weghalen]]</h1>
{{#DELETED}}<p class="message" data-tone="ok" role="status">[[Het domein is verwijderd. Mail gaat nu via onze standaard host.]]</p>{{/DELETED}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Dat ging te snel achter elkaar. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#RESULT_GOOD}}<p class="message" data-tone="ok" role="status">{{RESULT}}</p>{{/RESULT_GOOD}}
{{#RESULT_BAD}}<p class="message" data-tone="wait" role="alert">{{RESULT}}</p>{{/RESULT_BAD}}
{{#REMOVED_ONCE}}<p class="lead records-lead">[[Laat vooral de CNAME niet staan. Die wijst naar ons, en een verwijzing die niemand meer gebruikt is een risico voor je domein.]]</p>{{/REMOVED_ONCE}}
{{#EXISTS}}<p class="lead records-lead">[[Je hebt dit domein opnieuw toegevoegd. Hier staan alleen de oude sleutels; laat de nieuwe records staan.]]</p>{{/EXISTS}}
<section class="card records removed" aria-label="[[DNS-records]]">
{{#RECORD}}
<article class="record" data-removed="{{WAY}}" data-verdict="{{VERDICT}}">
<header><h2>{{RECORD_TITLE}}</h2><span class="tag">{{TYPE}}</span><span class="badge">{{VERDICT_WORD}}</span></header>
<code class="value">{{HOST}}</code>
{{#HAS_FOUND}}<p class="why">{{WHERE}}</p>{{/HAS_FOUND}}
</article>
{{/RECORD}}
</section>
{{#MAY_CHANGE}}<form class="acts" method="post" action="/settings/domains/{{ID}}/removed/check"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="button" id="check-removed" type="submit">[[Controleer of ze weg zijn]]</button></form>{{/MAY_CHANGE}}
{{>FRAME_BOTTOM}}
