{{%AUTOESCAPE context="HTML"}}{{! Adding a sender. Keys: CSRF; the include FORM; sections FAULTY, WAITING (WAIT).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/senders">[[Afzenders]]</a><span aria-current="page">[[Afzender toevoegen]]</span></nav>
<h1>[[Afzender toevoegen]]</h1>
{{#FAULTY}}<p class="message" data-tone="bad" role="alert">[[De afzender is niet opgeslagen: er klopt nog iets niet. Het staat bij het veld.]]</p>{{/FAULTY}}
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Je hebt veel afzenders kort na elkaar opgeslagen. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
<form class="card sender-form" method="post" action="/settings/senders" novalidate>
<input type="hidden" name="csrf" value="{{CSRF}}">
{{>FORM}}
<p class="acts"><button class="button" type="submit">[[Afzender toevoegen]]</button><a class="quiet" href="/settings/senders">[[Annuleren]]</a></p>
</form>
{{>FRAME_BOTTOM}}
