{{%AUTOESCAPE context="HTML"}}{{! Asking before a domain is deleted. Keys: ID CSRF NAME_SHOWN; sections RECORD (HOST TYPE).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><a href="/settings/domains/{{ID}}">{{NAME_SHOWN}}</a><span aria-current="page">[[Verwijderen]]</span></nav>
<h1>[[{{NAME_SHOWN}} verwijderen?]]</h1>
<section class="card remove-card">
<h2>[[Dit gebeurt er meteen]]</h2>
<ul class="facts">
<li>[[Mail van dit domein gaat vanaf nu via onze standaard host.]]</li>
<li>[[De sleutel van het domein wordt vernietigd. Voeg je het later weer toe, dan krijg je nieuwe records.]]</li>
</ul>
<h2>[[Haal daarna deze DNS-records weg]]</h2>
<p>[[Laat vooral de CNAME niet staan. Die wijst naar ons, en een verwijzing die niemand meer gebruikt is een risico voor je domein.]]</p>
<ul class="remove-records">
{{#RECORD}}<li><span class="tag">{{TYPE}}</span> <code class="value">{{HOST}}</code></li>
{{/RECORD}}
</ul>
<form class="acts" method="post" action="/settings/domains/{{ID}}/delete">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="button danger" type="submit">[[Verwijderen]]</button>
<a class="quiet" href="/settings/domains/{{ID}}">[[Annuleren]]</a>
</form>
</section>
{{>FRAME_BOTTOM}}
