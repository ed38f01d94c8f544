{{%AUTOESCAPE context="HTML"}}{{! One sender. Keys: ID CSRF ADDRESS ROUTE ROUTE_NOW TONE ROUTE_NOW_WORD ROUTE_NOW_WHY; sections SAVED, FAULTY, WAITING (WAIT), DOMAIN_LINK (DOMAIN_ID NAME_SHOWN), DOMAIN_NEW,
MAY_CHANGE with the include FORM, TEST (TYPED_TO; TO_FAULT, TEST_WAITING (WAIT), TEST_REFUSED (ANSWER), TEST_FAILED), TESTED (see there), BOUNCES with BOUNCE, NO_BOUNCES.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/senders">[[Afzenders]]</a><span aria-current="page">{{ADDRESS}}</span></nav>
<h1>{{ADDRESS}}</h1>
{{#SAVED}}<p class="message" data-tone="ok" role="status">[[De afzender is opgeslagen.]]</p>{{/SAVED}}
{{#FAULTY}}<p class="message" data-tone="bad" role="alert">[[De afzender is niet opgeslagen: er klopt nog iets niet. Het staat bij het veld.]]</p>{{/FAULTY}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Je hebt veel afzenders kort na elkaar opgeslagen. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
<section class="way" data-sender="{{ADDRESS}}" data-route="{{ROUTE}}" data-way="{{ROUTE_NOW}}" data-tone="{{TONE}}" aria-label="[[Mail gaat nu]]">
<p><span class="badge">{{ROUTE_NOW_WORD}}</span></p>
<p class="next">{{ROUTE_NOW_WHY}}{{#DOMAIN_LINK}} <a href="/settings/domains/{{DOMAIN_ID}}">[[Bekijk {{NAME_SHOWN}}]]</a>{{/DOMAIN_LINK}}{{#DOMAIN_NEW}} <a href="/settings/domains/new">[[Domein toevoegen]]</a>{{/DOMAIN_NEW}}</p>
</section>
<div class="columns sender-columns">
<div class="stack">
{{#MAY_CHANGE}}
<form class="card sender-form" method="post" action="/settings/senders/{{ID}}" novalidate>
<h2>[[Instellingen van deze afzender]]</h2>
<input type="hidden" name="csrf" value="{{CSRF}}">
{{>FORM}}
<p class="acts"><button class="button" type="submit">[[Opslaan]]</button></p>
</form>
{{/MAY_CHANGE}}
<section class="card bounces">
<h2>[[Teruggekomen mail]]</h2>
{{#NO_BOUNCES}}<p class="hint">[[Er is niets teruggekomen.]]</p>{{/NO_BOUNCES}}
{{#BOUNCES}}
<ul>
{{#BOUNCE}}<li data-bounce="{{STATUS_CODE}}"><b>{{RECIPIENT}}</b> <span class="when">{{AT}}</span><span class="why">{{STATUS_CODE}} {{REASON}}</span></li>
{{/BOUNCE}}
</ul>
{{/BOUNCES}}
</section>
</div>
<aside class="side">
{{#TEST}}
<section class="card" id="test">
<h2>[[Testmail]]</h2>
<p>[[We versturen een echte mail als deze afzender en laten zien hoe het ging.]]</p>
<form method="post" action="/settings/senders/{{ID}}/test" novalidate>
<input type="hidden" name="csrf" value="{{CSRF}}">
<label for="to">[[Naar]]</label>
<input id="to" name="to" type="email" value="{{TYPED_TO}}" autocomplete="email"{{#TO_FAULT}} aria-invalid="true" aria-describedby="to-fault"{{/TO_FAULT}}>
{{#TO_FAULT}}<p class="fault" id="to-fault" role="alert">[[Dit is geen e-mailadres waar we naar kunnen mailen.]]</p>{{/TO_FAULT}}
{{#TEST_WAITING}}<p class="fault" role="alert">[[Je hebt al veel testmails verstuurd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/TEST_WAITING}}
{{#TEST_REFUSED}}<p class="fault" role="alert">[[Onze mailserver nam de mail niet aan:]] <code>{{ANSWER}}</code></p>{{/TEST_REFUSED}}
{{#TEST_FAILED}}<p class="fault" role="alert">[[Onze mailserver is nu niet bereikbaar. Probeer het later opnieuw.]]</p>{{/TEST_FAILED}}
<p class="acts"><button class="button second" id="send-test" type="submit">[[Stuur testmail]]</button></p>
</form>
</section>
{{/TEST}}
{{#TESTED}}
<section class="card tested" data-test="{{OUTCOME}}" data-tone="{{TONE}}" aria-labelledby="tested-title">
<h2 id="tested-title">[[Laatste testmail]]</h2>
<p{{#JUST_SENT}} role="status"{{/JUST_SENT}}><span class="badge">{{OUTCOME_WORD}}</span></p>
<p>[[Naar {{TO}}, {{AT}}.]]</p>
{{#ATTEMPT}}
<dl>
<div><dt>[[Route]]</dt><dd data-test-route="{{ROUTE}}">{{ROUTE_WORD}}</dd></div>
{{#HAS_HOST}}<div><dt>[[Server]]</dt><dd>{{HOST}}</dd></div>{{/HAS_HOST}}
<div><dt>[[Antwoord]]</dt><dd><code>{{ANSWER}}</code></dd></div>
<div><dt>[[Handtekening]]</dt><dd>{{SIGNATURE}}</dd></div>
</dl>
{{/ATTEMPT}}
{{#NO_ATTEMPT}}<p><a class="quiet" href="/settings/senders/{{ID}}?tested=1">[[Kijk opnieuw]]</a></p>{{/NO_ATTEMPT}}
</section>
{{/TESTED}}
{{#MAY_DELETE}}<p class="remove"><a class="quiet danger" href="/settings/senders/{{ID}}/delete">[[Afzender verwijderen]]</a></p>{{/MAY_DELETE}}
</aside>
</div>
{{>FRAME_BOTTOM}}
