{{%AUTOESCAPE context="HTML"}}{{! Adding many domains. Keys: CSRF TYPED (what stands in the field) LIST_HINT; sections FAULTY with REFUSED (FAULT), RESULTS (SUMMARY,
LINE: OUTCOME OUTCOME_WORD TONE, LINKED (ID NAME_SHOWN) or NOT_LINKED (TYPED_NAME), REFUSED (FAULT, MEANT: MEANT_SHOWN)), REST (something stands in the field again), WAITING (WAIT).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><span aria-current="page">[[Meer domeinen toevoegen]]</span></nav>
<h1>[[Meer domeinen toevoegen]]</h1>
{{#RESULTS}}
<section class="card bulk-results" aria-labelledby="bulk-title">
<h2 id="bulk-title"><span role="status">{{SUMMARY}}</span></h2>
<ul>
{{#LINE}}<li data-outcome="{{OUTCOME}}" data-tone="{{TONE}}"><span class="bulk-state"><span class="badge">{{OUTCOME_WORD}}</span></span><div>{{#LINKED}}<a class="bulk-name" href="/settings/domains/{{ID}}">{{NAME_SHOWN}}</a>{{/LINKED}}{{#NOT_LINKED}}<b class="bulk-name">{{TYPED_NAME}}</b>{{/NOT_LINKED}}{{#REFUSED}}<p>{{FAULT}}{{#MEANT}} [[Bedoel je {{MEANT_SHOWN}}?]]{{/MEANT}}</p>{{/REFUSED}}</div></li>
{{/LINE}}
</ul>
</section>
{{/RESULTS}}
<form class="card add bulk" method="post" action="/settings/domains/bulk">
<input type="hidden" name="csrf" value="{{CSRF}}">
{{#WAITING}}<p class="message" data-tone="wait" role="alert">[[Je hebt veel domeinen kort na elkaar toegevoegd. Je kunt het {{WAIT}} opnieuw proberen.]]</p>{{/WAITING}}
{{#REST}}<p class="message" data-tone="wait">[[Hieronder staat wat je denkelijk bedoelde, en wat nog niet aan de beurt was. Kijk het na en ga verder.]]</p>{{/REST}}
<label for="domains">[[Domeinen]]</label>
<p class="hint" id="domains-hint">{{LIST_HINT}}</p>
<textarea id="domains" name="domains" rows="12" autocapitalize="none" spellcheck="false" autocomplete="off" aria-describedby="domains-hint{{#FAULTY}} domains-fault{{/FAULTY}}"{{#FAULTY}} aria-invalid="true"{{/FAULTY}}>{{TYPED:pre_escape}}</textarea>
{{#REFUSED}}<p class="message" data-tone="bad" id="domains-fault" role="alert">{{FAULT}}</p>{{/REFUSED}}
<p class="acts"><button class="button" type="submit">[[Domeinen toevoegen]]</button><a class="quiet" href="/settings/domains">[[Naar je domeinen]]</a></p>
</form>
{{>FRAME_BOTTOM}}
